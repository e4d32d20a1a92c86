import { parseS3Uri } from '../storage/object-store';
import type { PublishRequest } from './drift-metrics';

/** Either our machine calls with the request, or SageMaker's event says that a processing job ended. */
export type PublishEvent = PublishRequest | { readonly detail: { readonly ProcessingJobName?: string } };

/** The part of DescribeProcessingJob's answer that says whose job it was and where its results are. */
export interface MonitorJob {
  readonly MonitoringScheduleArn?: string;
  readonly ProcessingEndTime?: Date;
  readonly ProcessingOutputConfig?: {
    readonly Outputs?: readonly { readonly S3Output?: { readonly S3Uri?: string | undefined } }[];
  };
}

/**
 * Model Monitor names its jobs itself, so the rule sees every processing job of the account that completes; which of
 * them belong to our schedule only the job's description says.
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
  if (schedule === undefined) return { ignored: `${jobName} is no run of a schedule of ours` };
  // The job before it, which merges captures with ground truth, finds nothing out.
  if (jobName.startsWith('groundtruth-merge-')) return { ignored: `${jobName} only merges` };
  const uri = job.ProcessingOutputConfig?.Outputs?.[0]?.S3Output?.S3Uri;
  if (uri === undefined) throw new Error(`${jobName} has no output in S3`);
  return {
    resultPrefix: parseS3Uri(uri).key.replace(/\/$/, ''),
    scheduleName: schedule.slice(schedule.lastIndexOf('/') + 1),
    windowEnd: (job.ProcessingEndTime ?? new Date()).toISOString(),
  };
}
