import { CloudWatchClient, GetMetricStatisticsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { idleHours } from './idle';
import { Serving } from './serving';
import { reasonToStay } from './take-down';

const sagemaker = new SageMakerClient({});
const cloudwatch = new CloudWatchClient({});
const environment = process.env;
const EndpointName = environment.ENDPOINT_NAME ?? '';
/** After so many hours it is idle; after so many more it is taken down, where that is configured. */
const reportAfter = Number(environment.IDLE_HOURS);
const takeDownAfter = environment.TAKE_DOWN_HOURS === undefined ? undefined : Number(environment.TAKE_DOWN_HOURS);
const serving = new Serving({
  stackName: environment.SERVING_STACK ?? '',
  stateParameterName: environment.ENDPOINT_STATE_PARAMETER ?? '',
  stateKey: environment.ENDPOINT_STATE_KEY ?? '',
  deploymentRoleArn: environment.DEPLOYMENT_ROLE ?? '',
  releaseMachineArn: environment.RELEASE_MACHINE ?? '',
  topicArn: environment.TOPIC ?? '',
});

interface Answer {
  readonly idleHours?: number;
  /** Only where idle endpoints are taken down. */
  readonly takenDown?: boolean;
  readonly why?: string;
}

/** Each hour: for how long has nobody asked the endpoint? */
export async function handler(event: { readonly time: string }): Promise<Answer> {
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
  const answer = { idleHours: idle, ...(takeDownAfter === undefined ? {} : await takeDownFrom(takeDownAfter, idle)) };
  console.log(JSON.stringify(answer));
  return answer;
}

async function takeDownFrom(
  limitHours: number,
  hours: number,
): Promise<{ readonly takenDown: boolean; readonly why: string }> {
  const { parameterKeys, ...found } = await serving.surroundings();
  const stays = reasonToStay({ ...found, idleHours: hours, limitHours });
  if (stays !== undefined) return { takenDown: false, why: stays };
  await serving.takeDown(parameterKeys);
  const why = `Nobody asked ${EndpointName} for ${hours} hours: it is taken down. What is approved stays so; npm run mlops -- wake brings it back, and so does the next release.`;
  await serving.tell(why);
  return { takenDown: true, why };
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
      StartTime: new Date(now.getTime() - (Math.max(reportAfter, takeDownAfter ?? 0) + 1) * 3_600_000),
      EndTime: now,
      Period: 3_600,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.map(({ Timestamp = now, Sum = 0 }) => ({ from: Timestamp, count: Sum }));
}
