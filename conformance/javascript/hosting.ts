import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, until, type World } from '../world';
import { trainedModel } from './training';

const endpointOf = ({ run }: World): string => `js-${run}`;

async function configure(world: World, name: string): Promise<string> {
  const sagemaker = new SageMakerClient(world.client);
  const ModelName = `${name}-${world.run}`;
  const PrimaryContainer = { Image: world.images.XGBOOST, ModelDataUrl: await trainedModel(world) };
  await sagemaker.send(new CreateModelCommand({ ModelName, ExecutionRoleArn: world.role, PrimaryContainer }));
  const ProductionVariants = [
    { VariantName: 'live', ModelName, InstanceType: 'ml.m5.large' as const, InitialInstanceCount: 2 },
  ];
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: ModelName, ProductionVariants }));
  return ModelName;
}

const settled = (world: World) =>
  until(
    () => new SageMakerClient(world.client).send(new DescribeEndpointCommand({ EndpointName: endpointOf(world) })),
    ({ EndpointStatus }) => !/ing$|RollingBack/.test(EndpointStatus ?? ''),
    1800,
  );

async function predict(world: World): Promise<void> {
  const answer = await new SageMakerRuntimeClient(world.client).send(
    new InvokeEndpointCommand({
      EndpointName: endpointOf(world),
      ContentType: 'text/csv',
      Body: Buffer.from('1,3\n0,3'),
    }),
  );
  const values = Buffer.from(answer.Body).toString().trim().split(/[\n,]/).map(Number);
  expect(values[0] > 0.5 && values[1] < 0.5, `predictions ${values.join(', ')}`);
}

async function update(world: World, EndpointConfigName: string, alarm?: string): Promise<void> {
  await new SageMakerClient(world.client).send(
    new UpdateEndpointCommand({
      EndpointName: endpointOf(world),
      EndpointConfigName,
      DeploymentConfig: {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: {
            Type: 'CANARY',
            CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 },
            WaitIntervalInSeconds: 120,
          },
        },
        ...(alarm ? { AutoRollbackConfiguration: { Alarms: [{ AlarmName: alarm }] } } : {}),
      },
    }),
  );
}

/** Jobs, events and endpoints. */
export const hosting: Readonly<Record<string, (world: World) => Promise<void>>> = {
  'js-event': async (world) => {
    const sqs = new SQSClient(world.client);
    const events = new EventBridgeClient(world.client);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `conformance-${world.run}` }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const Arn = Attributes?.QueueArn;
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: Arn },
      ],
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const Name = `conformance-${world.run}`;
    const EventPattern = JSON.stringify({
      source: ['aws.sagemaker'],
      'detail-type': ['SageMaker Training Job State Change'],
      detail: { TrainingJobStatus: ['Completed'] },
    });
    await events.send(new PutRuleCommand({ Name, EventPattern }));
    await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'queue', Arn }] }));
    await trainedModel(world);
    const { Messages = [] } = await until(
      () => sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 })),
      (received) => (received.Messages ?? []).length > 0,
      60,
    );
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
    const { detail } = JSON.parse(Messages[0].Body ?? '{}') as { detail?: { TrainingJobName?: string } };
    expect(detail?.TrainingJobName === `js-${world.run}`, detail);
  },
  'js-endpoint': async (world) => {
    const EndpointConfigName = await configure(world, 'first');
    await new SageMakerClient(world.client).send(
      new CreateEndpointCommand({ EndpointName: endpointOf(world), EndpointConfigName }),
    );
    const { EndpointStatus, FailureReason } = await settled(world);
    expect(EndpointStatus === 'InService', FailureReason ?? EndpointStatus);
    await predict(world);
  },
  'js-canary': async (world) => {
    const second = await configure(world, 'second');
    await update(world, second);
    let served = 0;
    let updating = true;
    const traffic = (async () => {
      while (updating) {
        await predict(world);
        served += 1;
      }
    })();
    const ended = await settled(world).finally(() => {
      updating = false;
    });
    await traffic;
    expect(ended.EndpointStatus === 'InService' && ended.EndpointConfigName === second, ended);
    expect(served > 0, 'no request was served meanwhile');
  },
  'js-rollback': async (world) => {
    const cloudwatch = new CloudWatchClient(world.client);
    const AlarmName = `conformance-${world.run}`;
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'AWS/SageMaker',
        MetricName: 'Invocation5XXErrors',
        Dimensions: [
          { Name: 'EndpointName', Value: endpointOf(world) },
          { Name: 'VariantName', Value: 'live' },
        ],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      }),
    );
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'conformance' }));
    await update(world, await configure(world, 'third'), AlarmName);
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'conformance' }));
    const { EndpointConfigName, EndpointStatus } = await settled(world);
    expect(
      EndpointStatus === 'InService' && EndpointConfigName === `second-${world.run}`,
      `${EndpointStatus} with ${EndpointConfigName}`,
    );
    await predict(world);
  },
};
