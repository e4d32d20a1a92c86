import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { optionalNumber, requiredNumber, requiredText } from '../environment/required';
import { timeIn } from '../environment/time';
import { idleHours } from './idle';
import { reasonToStay } from './removal';
import { Serving } from './serving';

const sagemaker = new SageMakerClient({});
const cloudwatch = new CloudWatchClient({});
const EndpointName = requiredText('ENDPOINT_NAME');
const variantName = requiredText('VARIANT_NAME');
const metricNamespace = requiredText('METRIC_NAMESPACE');
/** Hours without a request after which the alarm fires, and after which the endpoint is removed, where configured. */
const reportAfter = requiredNumber('IDLE_HOURS');
const removeAfter = optionalNumber('REMOVE_AFTER_HOURS');
const removal =
  removeAfter === undefined
    ? undefined
    : {
        limitHours: removeAfter,
        serving: new Serving({
          stackName: requiredText('SERVING_STACK'),
          stateParameterName: requiredText('ENDPOINT_STATE_PARAMETER'),
          stateKey: requiredText('ENDPOINT_STATE_KEY'),
          deploymentRoleArn: requiredText('DEPLOYMENT_ROLE'),
          releaseStateMachineArn: requiredText('RELEASE_STATE_MACHINE_ARN'),
          topicArn: requiredText('TOPIC'),
        }),
      };

interface Result {
  readonly idleHours?: number;
  /** Only where idle endpoints are removed. */
  readonly removed?: boolean;
  readonly why?: string;
}

/** Publishes each hour how long the endpoint has had no request, and removes it where configured. */
export async function handler(event: { readonly time: string }): Promise<Result> {
  const now = timeIn(event.time, "The event's time");
  const changed = await servingSince();
  if (changed === undefined) return {};
  const idle = idleHours(now, changed, await invocations(now));
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: metricNamespace,
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
  const result = { idleHours: idle, ...(removal === undefined ? {} : await removeIfIdle(removal, idle)) };
  console.log(JSON.stringify(result));
  return result;
}

async function removeIfIdle(
  { serving, limitHours }: NonNullable<typeof removal>,
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
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocations',
      Dimensions: [
        { Name: 'EndpointName', Value: EndpointName },
        { Name: 'VariantName', Value: variantName },
      ],
      StartTime: new Date(now.getTime() - (Math.max(reportAfter, removeAfter ?? 0) + 1) * 3_600_000),
      EndTime: now,
      Period: 3_600,
      Statistics: ['Sum'],
    }),
  );
  // An answer without numbers is not an endpoint without requests.
  if (Datapoints === undefined) throw new Error(`CloudWatch gives no invocations of ${EndpointName}`);
  return Datapoints.map(({ Timestamp, Sum }) => {
    if (Timestamp === undefined || Sum === undefined)
      throw new Error(`CloudWatch gives an hour of ${EndpointName} without its time or its sum`);
    return { from: Timestamp, count: Sum };
  });
}
