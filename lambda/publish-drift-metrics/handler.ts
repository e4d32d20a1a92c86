import { DescribeProcessingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { CloudWatchSink } from '../metrics/cloudwatch-sink';
import { S3ObjectStore } from '../storage/object-store';
import { type PublishResult, publishDriftMetrics } from './drift-metrics';
import { type MonitorJob, type PublishEvent, requestOf } from './request';

const store = new S3ObjectStore(process.env.CAPTURE_BUCKET ?? '');
const sink = new CloudWatchSink();
const sagemaker = new SageMakerClient({});
/** Schedules of AWS's own monitors, where they are deployed. */
const scheduleArns = (process.env.MONITORING_SCHEDULE_ARNS ?? '').split(',').filter((arn) => arn !== '');

async function describe(jobName: string): Promise<MonitorJob> {
  return sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: jobName }));
}

export async function handler(event: PublishEvent): Promise<PublishResult | { ignored: string }> {
  const request = await requestOf(event, describe, scheduleArns);
  if ('ignored' in request) return request;
  const result = await publishDriftMetrics(
    store,
    sink,
    {
      endpointName: process.env.ENDPOINT_NAME ?? '',
      scheduleName: process.env.SCHEDULE_NAME ?? '',
      featureNamespace: process.env.FEATURE_NAMESPACE ?? '',
      workflowNamespace: process.env.WORKFLOW_NAMESPACE ?? '',
      outputColumns: (process.env.OUTPUT_COLUMNS ?? '').split(','),
      watchedFeatures: (process.env.WATCHED_FEATURES ?? '').split(','),
      publishesFeatures: process.env.PUBLISHES_FEATURES === 'true',
      featuresPublishedElsewhere: scheduleArns.length > 0,
    },
    request,
  );
  console.log(JSON.stringify({ resultPrefix: request.resultPrefix, ...result }));
  return result;
}
