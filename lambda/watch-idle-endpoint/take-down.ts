/** What must be known before an endpoint is taken away. */
export interface Surroundings {
  /** For so long nobody has asked. */
  readonly idleHours: number;
  /** From so many hours on it is taken down. */
  readonly limitHours: number;
  /** Of the stack that the endpoint belongs to. */
  readonly stackStatus: string;
  /** Releases that run. */
  readonly releases: number;
}

const ready = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);

/** Why the endpoint stays up for now, or nothing when it may go. What is only busy is looked at again in an hour. */
export function reasonToStay({ idleHours, limitHours, stackStatus, releases }: Surroundings): string | undefined {
  if (idleHours < limitHours) return `idle for ${idleHours} hours, taken down from ${limitHours} on`;
  if (releases > 0) return 'a release is running';
  if (!ready.has(stackStatus)) return `the Serving stack is in ${stackStatus}`;
  return undefined;
}
