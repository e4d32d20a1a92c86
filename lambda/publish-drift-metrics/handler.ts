import { DescribeProcessingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { CloudWatchSink } from '../metrics/cloudwatch-sink';
import { S3ObjectStore } from '../storage/object-store';
import { publishDriftMetrics, type PublishResult } from './drift-metrics';
import { requestOf, type MonitorJob, type PublishEvent } from './request';

const store = new S3ObjectStore(process.env.CAPTURE_BUCKET ?? '');
const sink = new CloudWatchSink();
const sagemaker = new SageMakerClient({});

async function describe(jobName: string): Promise<MonitorJob> {
  return sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: jobName }));
}

export async function handler(event: PublishEvent): Promise<PublishResult | { ignored: string }> {
  const request = await requestOf(event, describe, process.env.MONITORING_SCHEDULE_ARN);
  if ('ignored' in request) return request;
  return publishDriftMetrics(
    store,
    sink,
    {
      endpointName: process.env.ENDPOINT_NAME ?? '',
      scheduleName: process.env.SCHEDULE_NAME ?? '',
      featureNamespace: process.env.FEATURE_NAMESPACE ?? '',
      workflowNamespace: process.env.WORKFLOW_NAMESPACE ?? '',
      outputColumns: (process.env.OUTPUT_COLUMNS ?? '').split(','),
      featuresPublishedElsewhere: process.env.MONITORING_SCHEDULE_ARN !== undefined,
    },
    request,
  );
}
