import { explain } from '../errors';

/** What one check found. */
export interface Check {
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly finding: string;
  /** What to change. */
  readonly remedy?: string;
}

/** An error of a check is a finding. */
export async function guarded(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    const { message, remedy } = explain(error);
    return { name, level: 'fail', finding: message, ...(remedy === undefined ? {} : { remedy }) };
  }
}
