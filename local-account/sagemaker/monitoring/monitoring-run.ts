import type { JobDefinition } from './job-definitions';

/** One run of a monitoring schedule: finds the captures of the hours before, and runs the analysis of them. */
export interface MonitoringRun {
  readonly scheduleName: string;
  readonly scheduleArn: string;
  readonly scheduledAt: number;
  readonly hours: number;
  readonly definition: JobDefinition;
}
