import type { Job } from '../jobs/job';

export type Properties = Readonly<Record<string, unknown>>;

/** A step's API call, made: what shows in its metadata, the job to wait for, and what later steps may refer to. */
export interface StartedStep {
  readonly metadata: Properties;
  readonly job?: Job;
  readonly properties: () => Promise<Properties>;
}
