/** What decides whether an idle endpoint may be removed now. */
export interface Surroundings {
  /** Hours without a request. */
  readonly idleHours: number;
  /** Hours without a request after which the endpoint is removed. */
  readonly limitHours: number;
  /** Status of the endpoint's stack. */
  readonly stackStatus: string;
  /** Number of running releases. */
  readonly releases: number;
}

const ready = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);

/** Why the endpoint stays for now, or undefined when it may be removed. The next check is in an hour. */
export function reasonToStay({ idleHours, limitHours, stackStatus, releases }: Surroundings): string | undefined {
  // Not `<`: it is false for a number that is none, and the endpoint would be removed.
  if (!(idleHours >= limitHours)) return `idle for ${idleHours} hours; removed after ${limitHours}`;
  if (releases !== 0) return 'a release is running';
  if (!ready.has(stackStatus)) return `the Serving stack is in ${stackStatus}`;
  return undefined;
}
