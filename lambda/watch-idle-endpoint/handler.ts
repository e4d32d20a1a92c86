import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { idleHours } from './idle';

const sagemaker = new SageMakerClient({});
const cloudwatch = new CloudWatchClient({});
const environment = process.env;
const EndpointName = environment.ENDPOINT_NAME ?? '';
/** After so many hours it is idle. */
const limit = Number(environment.IDLE_HOURS);

/** Each hour: for how long has nobody asked the endpoint? */
export async function handler(event: { readonly time: string }): Promise<{ readonly idleHours?: number }> {
  const now = new Date(event.time);
  const changed = await servingSince();
  if (changed === undefined) return {};
  const idle = idleHours(now, changed, await invocations(now));
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: environment.METRIC_NAMESPACE,
      MetricData: [{ MetricName: 'EndpointIdleHours', Value: idle, Unit: 'Count', Timestamp: now, Dimensions: [{ Name: 'EndpointName', Value: EndpointName }] }],
    }),
  );
  return { idleHours: idle };
}

/** While it is created, updated or deleted nobody can tell whether it is wanted. */
async function servingSince(): Promise<Date | undefined> {
  try {
    const { EndpointStatus, LastModifiedTime } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    return EndpointStatus === 'InService' ? LastModifiedTime : undefined;
  } catch (error) {
    if (error instanceof Error && /Could not find/.test(error.message)) return undefined;
    throw error;
  }
}

async function invocations(now: Date) {
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocations',
      Dimensions: [
        { Name: 'EndpointName', Value: EndpointName },
        { Name: 'VariantName', Value: environment.VARIANT_NAME },
      ],
      StartTime: new Date(now.getTime() - (limit + 1) * 3_600_000),
      EndTime: now,
      Period: 3_600,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.map(({ Timestamp = now, Sum = 0 }) => ({ from: Timestamp, count: Sum }));
}
