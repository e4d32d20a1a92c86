import { DescribeProcessingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { optionalText, requiredList, requiredText } from '../environment/required';
import { CloudWatchSink } from '../metrics/cloudwatch-sink';
import { S3ObjectStore } from '../storage/object-store';
import { type PublishResult, publishDriftMetrics } from './drift-metrics';
import { type MonitorJob, type PublishEvent, requestOf } from './request';

const store = new S3ObjectStore(requiredText('CAPTURE_BUCKET'));
const sink = new CloudWatchSink();
const sagemaker = new SageMakerClient({});
/** Schedules of AWS's own monitors, where they are deployed. */
const scheduleArns = optionalText('MONITORING_SCHEDULE_ARNS')?.split(',') ?? [];
const settings = {
  endpointName: requiredText('ENDPOINT_NAME'),
  scheduleName: requiredText('SCHEDULE_NAME'),
  featureNamespace: requiredText('FEATURE_NAMESPACE'),
  workflowNamespace: requiredText('WORKFLOW_NAMESPACE'),
  outputColumns: requiredList('OUTPUT_COLUMNS'),
  // AWS's own monitors write no distances.
  watchedFeatures: scheduleArns.length > 0 ? [] : requiredList('WATCHED_FEATURES'),
  publishesFeatures: requiredText('PUBLISHES_FEATURES') === 'true',
  featuresPublishedElsewhere: scheduleArns.length > 0,
};

async function describe(jobName: string): Promise<MonitorJob> {
  return sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: jobName }));
}

export async function handler(event: PublishEvent): Promise<PublishResult | { ignored: string }> {
  const request = await requestOf(event, describe, scheduleArns);
  if ('ignored' in request) return request;
  const result = await publishDriftMetrics(store, sink, settings, request);
  console.log(JSON.stringify({ resultPrefix: request.resultPrefix, ...result }));
  return result;
}
