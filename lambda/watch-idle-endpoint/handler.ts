import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { idleHours } from './idle';
import { reasonToStay } from './removal';
import { Serving } from './serving';

const sagemaker = new SageMakerClient({});
const cloudwatch = new CloudWatchClient({});
const environment = process.env;
const EndpointName = environment.ENDPOINT_NAME ?? '';
/** Hours without a request after which the alarm fires, and after which the endpoint is removed, where configured. */
const reportAfter = Number(environment.IDLE_HOURS);
const removeAfter = environment.REMOVE_AFTER_HOURS === undefined ? undefined : Number(environment.REMOVE_AFTER_HOURS);
const serving = new Serving({
  stackName: environment.SERVING_STACK ?? '',
  stateParameterName: environment.ENDPOINT_STATE_PARAMETER ?? '',
  stateKey: environment.ENDPOINT_STATE_KEY ?? '',
  deploymentRoleArn: environment.DEPLOYMENT_ROLE ?? '',
  releaseStateMachineArn: environment.RELEASE_STATE_MACHINE_ARN ?? '',
  topicArn: environment.TOPIC ?? '',
});

interface Result {
  readonly idleHours?: number;
  /** Only where idle endpoints are removed. */
  readonly removed?: boolean;
  readonly why?: string;
}

/** Publishes each hour how long the endpoint has had no request, and removes it where configured. */
export async function handler(event: { readonly time: string }): Promise<Result> {
  const now = new Date(event.time);
  const changed = await servingSince();
  if (changed === undefined) return {};
  const idle = idleHours(now, changed, await invocations(now));
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: environment.METRIC_NAMESPACE,
      MetricData: [
        {
          MetricName: 'EndpointIdleHours',
          Value: idle,
          Unit: 'Count',
          Timestamp: now,
          Dimensions: [{ Name: 'EndpointName', Value: EndpointName }],
        },
      ],
    }),
  );
  const result = { idleHours: idle, ...(removeAfter === undefined ? {} : await removeIfIdle(removeAfter, idle)) };
  console.log(JSON.stringify(result));
  return result;
}

async function removeIfIdle(
  limitHours: number,
  hours: number,
): Promise<{ readonly removed: boolean; readonly why: string }> {
  const { parameterKeys, ...found } = await serving.surroundings();
  const stays = reasonToStay({ ...found, idleHours: hours, limitHours });
  if (stays !== undefined) return { removed: false, why: stays };
  await serving.removeEndpoint(parameterKeys);
  const why = `${EndpointName} received no request for ${hours} hours, so it is being removed. The approval of the model stays. "npm run mlops -- recreate-endpoint" or the next release creates the endpoint again.`;
  await serving.notify(why);
  return { removed: true, why };
}

/** Since when the endpoint has been in service. While it is created, updated or deleted, nothing is measured. */
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
      StartTime: new Date(now.getTime() - (Math.max(reportAfter, removeAfter ?? 0) + 1) * 3_600_000),
      EndTime: now,
      Period: 3_600,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.map(({ Timestamp = now, Sum = 0 }) => ({ from: Timestamp, count: Sum }));
}
