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
  scheduleArn: string | undefined,
): Promise<PublishRequest | { ignored: string }> {
  if ('resultPrefix' in event) return event;
  const jobName = event.detail.ProcessingJobName;
  if (jobName === undefined) throw new Error('The event has no detail.ProcessingJobName');
  const job = await describe(jobName);
  if (scheduleArn === undefined || job.MonitoringScheduleArn !== scheduleArn) {
    return { ignored: `${jobName} is not a run of ${scheduleArn ?? 'any schedule of ours'}` };
  }
  const uri = job.ProcessingOutputConfig?.Outputs?.[0]?.S3Output?.S3Uri;
  if (uri === undefined) throw new Error(`${jobName} has no output in S3`);
  return {
    resultPrefix: parseS3Uri(uri).key.replace(/\/$/, ''),
    windowEnd: (job.ProcessingEndTime ?? new Date()).toISOString(),
  };
}
