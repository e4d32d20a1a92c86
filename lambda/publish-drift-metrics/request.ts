import { parseS3Uri } from '../storage/object-store';
import type { PublishRequest } from './drift-metrics';

/** Either our state machine's request, or SageMaker's event about a processing job that ended. */
export type PublishEvent = PublishRequest | { readonly detail: { readonly ProcessingJobName?: string } };

/** The part of DescribeProcessingJob's response that names the job's schedule and its results. */
export interface MonitorJob {
  readonly MonitoringScheduleArn?: string;
  readonly ProcessingEndTime?: Date;
  readonly ProcessingOutputConfig?: {
    readonly Outputs?: readonly { readonly S3Output?: { readonly S3Uri?: string | undefined } }[];
  };
}

/**
 * Model Monitor chooses the names of its jobs, so the event rule matches every completed processing job of the account.
 * Only DescribeProcessingJob shows which of them belong to our schedules.
 */
export async function requestOf(
  event: PublishEvent,
  describe: (jobName: string) => Promise<MonitorJob>,
  scheduleArns: readonly string[],
): Promise<PublishRequest | { ignored: string }> {
  if ('resultPrefix' in event) return event;
  const jobName = event.detail.ProcessingJobName;
  if (jobName === undefined) throw new Error('The event has no detail.ProcessingJobName');
  const job = await describe(jobName);
  const schedule = scheduleArns.find((one) => one === job.MonitoringScheduleArn);
  if (schedule === undefined)
    return { ignored: `${jobName} does not belong to a monitoring schedule of this workflow` };
  // The job that merges captures with ground truth runs before the analysis and has no result of its own.
  if (jobName.startsWith('groundtruth-merge-')) return { ignored: `${jobName} only merges` };
  const uri = job.ProcessingOutputConfig?.Outputs?.[0]?.S3Output?.S3Uri;
  if (uri === undefined) throw new Error(`${jobName} has no output in S3`);
  return {
    resultPrefix: parseS3Uri(uri).key.replace(/\/$/, ''),
    scheduleName: schedule.slice(schedule.lastIndexOf('/') + 1),
    windowEnd: (job.ProcessingEndTime ?? new Date()).toISOString(),
  };
}
