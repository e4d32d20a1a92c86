import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeProcessingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { S3ObjectStore } from '../storage/object-store';
import { publishDriftMetrics, type MetricDatum, type MetricSink, type PublishResult } from './drift-metrics';
import { requestOf, type MonitorJob, type PublishEvent } from './request';

const store = new S3ObjectStore(process.env.CAPTURE_BUCKET ?? '');
const cloudwatch = new CloudWatchClient({});
const sagemaker = new SageMakerClient({});

/** CloudWatch takes at most 1,000 metrics in one call. */
const perCall = 1_000;

const sink: MetricSink = {
  async put(namespace: string, data: readonly MetricDatum[]) {
    for (let from = 0; from < data.length; from += perCall) {
      await cloudwatch.send(
        new PutMetricDataCommand({ Namespace: namespace, MetricData: data.slice(from, from + perCall) }),
      );
    }
  },
};

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
      featuresPublishedElsewhere: process.env.MONITORING_SCHEDULE_ARN !== undefined,
    },
    request,
  );
}
