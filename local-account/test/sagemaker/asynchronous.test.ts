import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

import { type EventServices, startEvents } from '../../events/start-events';
import { plainImages } from '../fixtures/plain-images';
import { ACCOUNT, BUCKET, JOB_STATEMENTS, REGION, ROLE, Workbench, XGBOOST } from './workbench';

const INFERENCE = `
import json
from sagemaker_containers.beta.framework import worker
def refused(status, message): return worker.Response(response=json.dumps({"error": message}), status=status, mimetype="application/json")
def model_fn(folder): return 2
def transform_fn(model, body, content_type, accept):
    if body.startswith("bad"): return refused(400, "row 1: 'bad' is not a number")
    return "".join(f"{float(line) * model}\\n" for line in body.strip().split("\\n")), "text/csv"
`;
const PUBLISH = { Effect: 'Allow', Action: 'sns:Publish', Resource: `arn:aws:sns:${REGION}:${ACCOUNT}:*` };
const SCALED = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'endpoint/live/variant/live',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;

describe('an asynchronous endpoint', () => {
  let bench: Workbench;
  let events: EventServices;
  let scaling: ApplicationAutoScalingClient;
  let cloudwatch: CloudWatchClient;
  let sns: SNSClient;
  let sqs: SQSClient;
  let inbox: string;

  beforeAll(async () => {
    bench = await Workbench.start({ images: plainImages });
    events = startEvents(bench.host);
    const client = {
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
      maxAttempts: 1,
    };
    [scaling, cloudwatch, sns, sqs] = [
      new ApplicationAutoScalingClient(client),
      new CloudWatchClient(client),
      new SNSClient(client),
      new SQSClient(client),
    ];
    bench.allow({ ...JOB_STATEMENTS, publish: PUBLISH });
    inbox = (await sqs.send(new CreateQueueCommand({ QueueName: 'inbox' }))).QueueUrl ?? '';
    const topic = async (Name: string) => {
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name }));
      await sns.send(
        new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:inbox` }),
      );
      return TopicArn;
    };
    await bench.putArchive('models/one/model.tar.gz', { 'code/inference.py': INFERENCE });
    const Environment = { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' };
    await bench.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'one',
        ExecutionRoleArn: ROLE,
        EnableNetworkIsolation: true,
        PrimaryContainer: { Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/models/one/model.tar.gz`, Environment },
      }),
    );
    await bench.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: 'config',
        ProductionVariants: [
          { VariantName: 'live', ModelName: 'one', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
        ],
        AsyncInferenceConfig: {
          ClientConfig: { MaxConcurrentInvocationsPerInstance: 2 },
          OutputConfig: {
            S3OutputPath: `s3://${BUCKET}/async/output`,
            S3FailurePath: `s3://${BUCKET}/async/failure`,
            KmsKeyId: bench.keyArn,
            NotificationConfig: { SuccessTopic: await topic('success'), ErrorTopic: await topic('error') },
          },
        },
      }),
    );
    await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'config' }));
    await bench.until(endpoint, ({ EndpointStatus }) => EndpointStatus === 'InService');
  });
  afterAll(async () => {
    await events.stop();
    [scaling, cloudwatch, sns, sqs].forEach((client) => client.destroy());
    await bench.stop();
  });

  const endpoint = () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'live' }));
  const instances = async () => (await endpoint()).ProductionVariants?.[0]?.CurrentInstanceCount;
  const scaleTo = (DesiredInstanceCount: number) =>
    bench.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'live',
        DesiredWeightsAndCapacities: [{ VariantName: 'live', DesiredInstanceCount }],
      }),
    );

  async function ask(body: string) {
    const InputLocation = await bench.put(`async/input/${Math.random()}.csv`, body);
    const answer = await bench.runtime.send(
      new InvokeEndpointAsyncCommand({
        EndpointName: 'live',
        InputLocation,
        ContentType: 'text/csv',
        Accept: 'text/csv',
      }),
    );
    return { InputLocation, ...answer };
  }

  const object = (uri = '') =>
    bench.get(uri.replace(`s3://${BUCKET}/`, '')).then(
      (body) => body.toString(),
      () => undefined,
    );
  const appears = (uri: string | undefined) =>
    bench.until(
      () => object(uri),
      (text) => text !== undefined,
    );

  /** What the subscriber of both topics gets next. */
  async function notification(): Promise<Record<string, unknown>> {
    const { Messages = [] } = await bench.until(
      () => sqs.send(new ReceiveMessageCommand({ QueueUrl: inbox, MaxNumberOfMessages: 1, VisibilityTimeout: 3600 })),
      (answer) => (answer.Messages ?? []).length > 0,
    );
    const { Message } = JSON.parse(Messages[0]?.Body ?? '') as { Message: string };
    return JSON.parse(Message) as Record<string, unknown>;
  }

  async function average(MetricName: string, dimensions: readonly string[] = ['EndpointName']): Promise<number[]> {
    await bench.host.settled();
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName,
        Period: 60,
        Statistics: ['Average'],
        Dimensions: dimensions.map((Name) => ({ Name, Value: 'live' })),
        StartTime: new Date('2030-03-01T10:00:00Z'),
        EndTime: new Date('2030-03-01T18:00:00Z'),
      }),
    );
    return Datapoints.sort((a, b) => Number(a.Timestamp) - Number(b.Timestamp)).map(({ Average = NaN }) => Average);
  }

  it("returns the result's location, writes it there as the model's role, and sends a notification", async () => {
    const { InputLocation, InferenceId, OutputLocation, FailureLocation, $metadata } = await ask('3\n4');
    expect($metadata.httpStatusCode).toBe(202);
    expect(OutputLocation).toMatch(new RegExp(`^s3://${BUCKET}/async/output/[0-9a-f-]{36}\\.out$`));
    expect(FailureLocation).toMatch(new RegExp(`^s3://${BUCKET}/async/failure/[0-9a-f-]{36}-error\\.out$`));
    expect(await appears(OutputLocation)).toBe('6.0\n8.0\n');
    expect(await notification()).toEqual({
      awsRegion: REGION,
      eventTime: expect.stringMatching(/^2030-03-01T/) as string,
      receivedTime: expect.stringMatching(/^2030-03-01T/) as string,
      invocationStatus: 'Completed',
      requestParameters: {
        accept: 'text/csv',
        contentType: 'text/csv',
        endpointName: 'live',
        inputLocation: InputLocation,
      },
      responseParameters: { contentType: 'text/csv; charset=utf-8', outputLocation: OutputLocation },
      inferenceId: InferenceId,
      eventVersion: '1.0',
      eventSource: 'aws:sagemaker',
      eventName: 'InferenceResult',
    });
  });

  it("writes the model's error to the failure path", async () => {
    const { OutputLocation, FailureLocation, InferenceId } = await ask('bad');
    expect(await appears(FailureLocation)).toContain("'bad' is not a number");
    expect(await notification()).toMatchObject({
      invocationStatus: 'Failed',
      failureReason:
        'ClientError: Received client error (400) from model. See the SageMaker Endpoint logs in your account for more information.',
      inferenceId: InferenceId,
    });
    expect(await object(OutputLocation)).toBeUndefined();
  });

  it('fails with a notification when its role may not read the request', async () => {
    bench.allow({
      ...JOB_STATEMENTS,
      data: { ...JOB_STATEMENTS.data, Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/async/failure/*`] },
      publish: PUBLISH,
    });
    const { FailureLocation } = await ask('3');
    expect(await appears(FailureLocation)).toMatch(
      /^ClientError: S3 download failure .*not authorized to perform: s3:GetObject/,
    );
    expect(await notification()).toMatchObject({ invocationStatus: 'Failed' });
    bench.allow({ ...JOB_STATEMENTS, publish: PUBLISH });
  });

  it('counts a notification that its role may not send, and still writes the result', async () => {
    bench.allow(JOB_STATEMENTS);
    const { OutputLocation } = await ask('5');
    expect(await appears(OutputLocation)).toBe('10.0\n');
    await bench.until(
      () => average('NotificationFailures', ['EndpointName', 'VariantName']),
      (found) => found.length > 0,
    );
    bench.allow({ ...JOB_STATEMENTS, publish: PUBLISH });
  });

  it('accepts a request with the location of its payload', async () => {
    await expect(
      bench.runtime.send(new InvokeEndpointAsyncCommand({ EndpointName: 'live', InputLocation: undefined })),
    ).rejects.toThrow(/Exactly one of InputLocation and Body/);
  });

  it('is not invoked as a synchronous one, nor the other way round', async () => {
    await expect(
      bench.runtime.send(new InvokeEndpointCommand({ EndpointName: 'live', Body: Buffer.from('1') })),
    ).rejects.toThrow(/invoke it with InvokeEndpointAsync/);
    await expect(
      bench.runtime.send(new InvokeEndpointAsyncCommand({ EndpointName: 'nowhere', InputLocation: 's3://a/b' })),
    ).rejects.toThrow(/Endpoint nowhere .* not found/);
  });

  it('keeps requests while there is no instance, and does them when there is one', async () => {
    await scaleTo(0);
    await bench.until(instances, (count) => count === 0);
    const { OutputLocation } = await ask('7');
    await bench.clock.advance(2 * 60_000);
    expect((await average('HasBacklogWithoutCapacity')).at(-1)).toBe(1);
    expect((await average('ApproximateBacklogSize')).at(-1)).toBe(1);
    expect(await object(OutputLocation)).toBeUndefined();
    await scaleTo(1);
    expect(await appears(OutputLocation)).toBe('14.0\n');
    expect(await notification()).toMatchObject({ invocationStatus: 'Completed' });
  });

  it('drops a request whose time to live ended in the queue', async () => {
    await bench.until(endpoint, ({ EndpointStatus }) => EndpointStatus === 'InService');
    await scaleTo(0);
    await bench.until(endpoint, ({ EndpointStatus }) => EndpointStatus === 'InService');
    const InputLocation = await bench.put('async/input/late.csv', '1');
    await bench.runtime.send(
      new InvokeEndpointAsyncCommand({
        EndpointName: 'live',
        InputLocation,
        ContentType: 'text/csv',
        RequestTTLSeconds: 60,
      }),
    );
    await bench.clock.advance(2 * 60_000);
    await scaleTo(1);
    expect(await notification()).toMatchObject({
      invocationStatus: 'Failed',
      failureReason: expect.stringContaining('expired') as string,
    });
    await bench.until(endpoint, ({ EndpointStatus }) => EndpointStatus === 'InService');
  });

  describe('scales by its backlog', () => {
    beforeAll(async () => {
      // A quarter of an hour without instances has no backlog for each: the alarms begin with nothing to look back on.
      await scaleTo(0);
      await bench.until(instances, (count) => count === 0);
      await bench.clock.advance(16 * 60_000);
      await scaleTo(1);
      await bench.until(instances, (count) => count === 1);
      await scaling.send(new RegisterScalableTargetCommand({ ...SCALED, MinCapacity: 0, MaxCapacity: 3 }));
      await policy('Backlog', {
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 2,
          CustomizedMetricSpecification: {
            Namespace: 'AWS/SageMaker',
            MetricName: 'ApproximateBacklogSizePerInstance',
            Statistic: 'Average',
            Dimensions: [{ Name: 'EndpointName', Value: 'live' }],
          },
        },
      });
      const PolicyARN = await policy('FromZero', {
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration: {
          AdjustmentType: 'ChangeInCapacity',
          MetricAggregationType: 'Average',
          Cooldown: 300,
          StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
        },
      });
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: 'backlog-without-capacity',
          Namespace: 'AWS/SageMaker',
          MetricName: 'HasBacklogWithoutCapacity',
          Statistic: 'Average',
          Period: 60,
          EvaluationPeriods: 2,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          TreatMissingData: 'missing',
          Dimensions: [{ Name: 'EndpointName', Value: 'live' }],
          AlarmActions: [PolicyARN],
        }),
      );
    });

    const policy = async (PolicyName: string, more: Partial<PutScalingPolicyCommandInput>) =>
      (await scaling.send(new PutScalingPolicyCommand({ ...SCALED, PolicyName, ...more }))).PolicyARN ?? '';

    it('and keeps its instance type as long as it does', async () => {
      await bench.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: 'larger',
          ProductionVariants: [
            { VariantName: 'live', ModelName: 'one', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 1 },
          ],
          AsyncInferenceConfig: { OutputConfig: { S3OutputPath: `s3://${BUCKET}/out` } },
        }),
      );
      await expect(
        bench.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'larger' })),
      ).rejects.toThrow(
        'The variant(s) "[live]" must be deregistered as scalable targets with AWS Auto Scaling before they can be removed or have their instance type updated.',
      );
    });

    it('with the two alarms of target tracking', async () => {
      const { ScalingPolicies = [] } = await scaling.send(
        new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
      );
      const names = (ScalingPolicies.find(({ PolicyName }) => PolicyName === 'Backlog')?.Alarms ?? []).map(
        ({ AlarmName = '' }) => AlarmName,
      );
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: names }));
      expect(
        MetricAlarms.map(({ AlarmName = '', Threshold, EvaluationPeriods }) => [
          AlarmName.replace(/[0-9a-f-]{36}$/, ''),
          Threshold,
          EvaluationPeriods,
        ]),
      ).toEqual([
        ['TargetTracking-endpoint/live/variant/live-AlarmHigh-', 2, 3],
        ['TargetTracking-endpoint/live/variant/live-AlarmLow-', 1.8, 15],
      ]);
    });

    it('to no instance after a quarter of an hour without requests, and not before', async () => {
      await bench.clock.advance(10 * 60_000);
      expect(await instances()).toBe(1);
      await bench.clock.advance(10 * 60_000);
      expect(await instances()).toBe(0);
    });

    it('back to one when a request waits, which is then answered', async () => {
      const { OutputLocation } = await ask('8');
      await bench.clock.advance(5 * 60_000);
      expect(await appears(OutputLocation)).toBe('16.0\n');
      expect(await instances()).toBe(1);
      const { ScalingActivities = [] } = await scaling.send(
        new DescribeScalingActivitiesCommand({ ServiceNamespace: 'sagemaker', ResourceId: SCALED.ResourceId }),
      );
      expect(ScalingActivities.map(({ Description, Cause }) => [Description, Cause])).toEqual([
        [
          'Setting desired instance count to 1.',
          'monitor alarm backlog-without-capacity in state ALARM triggered policy FromZero',
        ],
        ['Setting desired instance count to 0.', expect.stringMatching(/AlarmLow-.* triggered policy Backlog/)],
      ]);
    });
  });

  it('is deleted only by who may deregister its scalable target, which goes with it', async () => {
    await bench.until(endpoint, ({ EndpointStatus }) => EndpointStatus === 'InService');
    const role = `arn:aws:iam::${ACCOUNT}:role/Deleter`;
    const { host } = bench;
    host.policies.putRole({
      arn: role,
      trust: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
      },
    });
    const may = (Action: string[]) =>
      host.policies.putInlinePolicy(role, 'Delete', {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      });
    const client = { endpoint: host.platform.endpoint, region: REGION, maxAttempts: 1 };
    const sts = new STSClient({ ...client, credentials: host.platform.administrator });
    const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'test' }));
    sts.destroy();
    const deleter = new SageMakerClient({
      ...client,
      credentials: {
        accessKeyId: keys?.AccessKeyId ?? '',
        secretAccessKey: keys?.SecretAccessKey ?? '',
        sessionToken: keys?.SessionToken,
      },
    });
    const targets = async () =>
      (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }))).ScalableTargets;
    may(['sagemaker:DeleteEndpoint']);
    await expect(deleter.send(new DeleteEndpointCommand({ EndpointName: 'live' }))).rejects.toThrow(
      /^An Application AutoScaling scalable target exists for a variant being deleted/,
    );
    expect([(await endpoint()).EndpointStatus, await targets()]).toEqual(['InService', [expect.anything()]]);
    may(['sagemaker:DeleteEndpoint', 'application-autoscaling:DeregisterScalableTarget']);
    await deleter.send(new DeleteEndpointCommand({ EndpointName: 'live' }));
    expect(await targets()).toEqual([]);
    deleter.destroy();
  });

  it('forgets its queue when it is deleted', async () => {
    await expect(ask('1')).rejects.toThrow(/not found/);
  });
});
