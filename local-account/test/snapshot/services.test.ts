import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
  RollbackStackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateModelPackageGroupCommand,
  CreatePipelineCommand,
  CreateProcessingJobCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeModelPackageGroupCommand,
  DescribePipelineExecutionCommand,
  DescribeProcessingJobCommand,
  ListPipelineExecutionStepsCommand,
  ListTagsCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { zipSync } from 'fflate';
import { type LocalAccount, startLocalAccount } from '../../local-account';
import { pack } from '../../sagemaker/container/archive';
import { plainImages } from '../fixtures/plain-images';
import { testContainerPython, testPython } from '../fixtures/test-platform';

const role = 'arn:aws:iam::123456789012:role/Everything';
const services = ['sagemaker', 'lambda', 'states', 'events', 'cloudformation'].map((name) => `${name}.amazonaws.com`);
const imageOf = (repository: string) => `492215442770.dkr.ecr.eu-central-1.amazonaws.com/${repository}`;
const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

const inference = `
def model_fn(folder): return folder
def transform_fn(model, body, content_type, accept): return "served", "text/plain"
`;

const processing = {
  RoleArn: role,
  AppSpecification: {
    ImageUri: imageOf('sagemaker-scikit-learn:1.4-2'),
    ContainerEntrypoint: ['python3', '-c', 'import time; time.sleep(600)'],
  },
  ProcessingResources: {
    ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large' as const, VolumeSizeInGB: 10 },
  },
};

/** The step of a state machine that waits until somebody moves the clock. */
const waiting = (Seconds: number) =>
  JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds, End: true } } });

const parameter = (Name: string, more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Type: 'String', Value: 'v' },
  ...more,
});

function clients(account: LocalAccount) {
  const options = { ...account.client, maxAttempts: 1 };
  return {
    cloudformation: new CloudFormationClient(options),
    events: new EventBridgeClient(options),
    iam: new IAMClient(options),
    lambda: new LambdaClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    sagemaker: new SageMakerClient(options),
    runtime: new SageMakerRuntimeClient(options),
    scaling: new ApplicationAutoScalingClient(options),
    sfn: new SFNClient(options),
    ssm: new SSMClient(options),
  };
}

async function until<T>(ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; ; ) {
    const answer = await ask();
    if (done(answer)) return answer;
    if (Date.now() > end) throw new Error(`still waiting: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('an account with a deployed workload, saved while it works', () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-account-saved-'));
  let account: LocalAccount;
  let aws: ReturnType<typeof clients>;
  let execution: string | undefined;
  let finished: string | undefined;
  let pipeline: string | undefined;
  let before: object;

  async function start(work: string, snapshot?: string): Promise<void> {
    account = await startLocalAccount({
      folder: join(folder, work),
      python: await testPython(),
      containerPython: await testContainerPython(),
      images: plainImages.filter(({ repository }) => repository === 'sagemaker-xgboost'),
      snapshot,
    });
    aws = clients(account);
  }

  const stackStatus = async (StackName: string) =>
    (await aws.cloudformation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;
  const endpoint = () => aws.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'live' }));
  const create = (StackName: string, Resources: object, Outputs?: object) =>
    aws.cloudformation.send(
      new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources, Outputs }) }),
    );

  /** Until the resource is at work that never ends. */
  const begun = (StackName: string) =>
    until(
      () => aws.cloudformation.send(new DescribeStackEventsCommand({ StackName })),
      ({ StackEvents = [] }) => StackEvents.some(({ LogicalResourceId }) => LogicalResourceId === 'Never'),
    );

  async function putRole(): Promise<void> {
    const AssumeRolePolicyDocument = policy({ Principal: { Service: services }, Action: 'sts:AssumeRole' });
    await aws.iam.send(new CreateRoleCommand({ RoleName: 'Everything', AssumeRolePolicyDocument }));
    const PolicyDocument = policy({ Action: '*', Resource: '*' });
    await aws.iam.send(new PutRolePolicyCommand({ RoleName: 'Everything', PolicyName: 'all', PolicyDocument }));
  }

  async function putFunctions(): Promise<void> {
    const code = {
      adds: 'exports.handler = async ({ a, b }) => a + b;',
      // Answers no request of a custom resource.
      silent: 'exports.handler = async () => undefined;',
    };
    for (const [FunctionName, text] of Object.entries(code)) {
      await aws.lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Runtime: 'nodejs22.x',
          Role: role,
          Handler: 'index.handler',
          Code: { ZipFile: zipSync({ 'index.js': Buffer.from(text) }) },
        }),
      );
    }
    const allowed = { StatementId: 'rule', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
    await aws.lambda.send(new AddPermissionCommand({ FunctionName: 'adds', ...allowed }));
    const rule = { Name: 'hourly', ScheduleExpression: 'rate(1 hour)', Description: 'each hour' };
    await aws.events.send(new PutRuleCommand(rule));
    const Arn = 'arn:aws:lambda:eu-central-1:123456789012:function:adds';
    await aws.events.send(new PutTargetsCommand({ Rule: 'hourly', Targets: [{ Id: 'adds', Arn }] }));
  }

  async function putMachine(): Promise<void> {
    const run = async (name: string, definition: string) => {
      const made = await aws.sfn.send(new CreateStateMachineCommand({ name, roleArn: role, definition }));
      const started = await aws.sfn.send(new StartExecutionCommand({ stateMachineArn: made.stateMachineArn }));
      return started.executionArn;
    };
    finished = await run('short', JSON.stringify({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } }));
    await until(
      () => aws.sfn.send(new DescribeExecutionCommand({ executionArn: finished })),
      ({ status }) => status === 'SUCCEEDED',
    );
    execution = await run('long', waiting(86_400));
  }

  async function putEndpoint(): Promise<void> {
    const archive = join(folder, 'model');
    mkdirSync(join(archive, 'code'), { recursive: true });
    writeFileSync(join(archive, 'code', 'inference.py'), inference);
    await pack(archive, join(folder, 'model.tar.gz'));
    await aws.s3.send(new CreateBucketCommand({ Bucket: 'models' }));
    const Body = readFileSync(join(folder, 'model.tar.gz'));
    await aws.s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'model.tar.gz', Body }));
    const container = {
      Image: imageOf('sagemaker-xgboost:3.0-5'),
      ModelDataUrl: 's3://models/model.tar.gz',
      Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
    };
    await aws.sagemaker.send(
      new CreateModelCommand({ ModelName: 'one', ExecutionRoleArn: role, PrimaryContainer: container }),
    );
    const variant = {
      VariantName: 'all',
      ModelName: 'one',
      InstanceType: 'ml.m5.large' as const,
      InitialInstanceCount: 2,
    };
    await aws.sagemaker.send(
      new CreateEndpointConfigCommand({ EndpointConfigName: 'live', ProductionVariants: [variant] }),
    );
    await aws.sagemaker.send(
      new CreateEndpointCommand({
        EndpointName: 'live',
        EndpointConfigName: 'live',
        Tags: [{ Key: 'team', Value: 'ml' }],
      }),
    );
    await until(endpoint, ({ EndpointStatus }) => EndpointStatus === 'InService');
    await aws.sagemaker.send(
      new CreateEndpointConfigCommand({ EndpointConfigName: 'next', ProductionVariants: [variant] }),
    );
    await aws.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'moving', EndpointConfigName: 'live' }));
    const moving = () => aws.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'moving' }));
    await until(moving, ({ EndpointStatus }) => EndpointStatus === 'InService');
    const TrafficRoutingConfiguration = {
      Type: 'CANARY' as const,
      WaitIntervalInSeconds: 600,
      CanarySize: { Type: 'CAPACITY_PERCENT' as const, Value: 50 },
    };
    await aws.sagemaker.send(
      new UpdateEndpointCommand({
        EndpointName: 'moving',
        EndpointConfigName: 'next',
        DeploymentConfig: { BlueGreenUpdatePolicy: { TrafficRoutingConfiguration } },
      }),
    );
    // The canary bakes until somebody moves the clock.
    await until(moving, ({ PendingDeploymentSummary: pending }) =>
      (pending?.ProductionVariants ?? []).some(({ VariantStatus = [] }) => VariantStatus[0]?.Status === 'Baking'),
    );
    // An endpoint serves on when its model is gone.
    await aws.sagemaker.send(new DeleteModelCommand({ ModelName: 'one' }));
    await aws.scaling.send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: 'sagemaker',
        ResourceId: 'endpoint/live/variant/all',
        ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
        MinCapacity: 1,
        MaxCapacity: 4,
      }),
    );
  }

  async function putWork(): Promise<void> {
    await aws.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'group' }));
    await aws.sagemaker.send(new CreateProcessingJobCommand({ ProcessingJobName: 'job', ...processing }));
    const definition = {
      Version: '2020-12-01',
      Steps: [{ Name: 'Work', Type: 'Processing', Arguments: processing }],
    };
    await aws.sagemaker.send(
      new CreatePipelineCommand({
        PipelineName: 'pipeline',
        RoleArn: role,
        ClientRequestToken: 'a'.repeat(32),
        PipelineDefinition: JSON.stringify(definition),
      }),
    );
    const started = await aws.sagemaker.send(
      new StartPipelineExecutionCommand({ PipelineName: 'pipeline', ClientRequestToken: 'b'.repeat(32) }),
    );
    pipeline = started.PipelineExecutionArn;
  }

  async function putStacks(): Promise<void> {
    await create('kept', { P: parameter('/kept') }, { Out: { Value: 'x', Export: { Name: 'exported' } } });
    await until(
      () => stackStatus('kept'),
      (status) => status === 'CREATE_COMPLETE',
    );
    const next = JSON.stringify({ Resources: { P: parameter('/kept'), Q: parameter('/added') } });
    await aws.cloudformation.send(
      new CreateChangeSetCommand({ StackName: 'kept', ChangeSetName: 'adds', TemplateBody: next }),
    );
    const silent = {
      Type: 'Custom::Silent',
      Properties: { ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:silent' },
    };
    await create('updated', { P: parameter('/updated') });
    await until(
      () => stackStatus('updated'),
      (status) => status === 'CREATE_COMPLETE',
    );
    const changed = parameter('/updated');
    Object.assign(changed.Properties, { Value: 'changed' });
    const update = JSON.stringify({ Resources: { P: changed, Never: { ...silent, DependsOn: 'P' } } });
    await aws.cloudformation.send(new UpdateStackCommand({ StackName: 'updated', TemplateBody: update }));
    await begun('updated');
    // Its rollback is disabled: it stays as it failed, until somebody rolls it back.
    const stable = JSON.stringify({ Resources: { P: parameter('/paused') } });
    await aws.cloudformation.send(new CreateStackCommand({ StackName: 'paused', TemplateBody: stable }));
    await until(
      () => stackStatus('paused'),
      (status) => status === 'CREATE_COMPLETE',
    );
    const failing = parameter('/paused');
    Object.assign(failing.Properties, { Value: 'changed' });
    const taken = { ...parameter('/kept'), DependsOn: 'P' };
    const TemplateBody = JSON.stringify({ Resources: { P: failing, Taken: taken, New: parameter('/new') } });
    await aws.cloudformation.send(new UpdateStackCommand({ StackName: 'paused', TemplateBody, DisableRollback: true }));
    await until(
      () => stackStatus('paused'),
      (status) => status === 'UPDATE_FAILED',
    );
    await create('half', { P: parameter('/half'), Never: { ...silent, DependsOn: 'P' } });
    await begun('half');
  }

  beforeAll(async () => {
    await start('first');
    // The long execution and the custom resource wait for time to pass.
    await account.clock.pause();
    await putRole();
    await putFunctions();
    await putMachine();
    await putEndpoint();
    await putWork();
    await putStacks();
    before = await endpoint();
    await account.save(join(folder, 'snapshot'));
    await account.stop();
    await start('second', join(folder, 'snapshot'));
  }, 180_000);
  afterAll(async () => {
    await account.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('serves as before, also a model that was deleted', async () => {
    const { $metadata: _, ...after } = await endpoint();
    const { $metadata: __, ...asBefore } = before as Awaited<ReturnType<typeof endpoint>>;
    expect(after).toEqual(asBefore);
    const { Body } = await aws.runtime.send(
      new InvokeEndpointCommand({ EndpointName: 'live', ContentType: 'text/csv', Body: Buffer.from('1') }),
    );
    expect(Buffer.from(Body).toString()).toBe('served');
    const { Tags } = await aws.sagemaker.send(new ListTagsCommand({ ResourceArn: after.EndpointArn }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
    const { ScalableTargets } = await aws.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' }),
    );
    expect(ScalableTargets?.map(({ MaxCapacity }) => MaxCapacity)).toEqual([4]);
    expect(
      (await aws.sagemaker.send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: 'group' })))
        .ModelPackageGroupStatus,
    ).toBe('Completed');
  });

  test('a job and a pipeline at work have failed, with a reason', async () => {
    const FailureReason = 'InternalServerError: We encountered an internal error. Please try again.';
    expect(await aws.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: 'job' }))).toMatchObject({
      ProcessingJobStatus: 'Failed',
      FailureReason,
      ProcessingEndTime: expect.any(Date),
    });
    const arn = { PipelineExecutionArn: pipeline };
    expect(await aws.sagemaker.send(new DescribePipelineExecutionCommand(arn))).toMatchObject({
      PipelineExecutionStatus: 'Failed',
      FailureReason: 'Step failure: One or multiple steps failed.',
    });
    const { PipelineExecutionSteps } = await aws.sagemaker.send(new ListPipelineExecutionStepsCommand(arn));
    expect(PipelineExecutionSteps).toMatchObject([{ StepStatus: 'Failed', FailureReason, EndTime: expect.any(Date) }]);
    // The token still names the execution that it started.
    const again = await aws.sagemaker.send(
      new StartPipelineExecutionCommand({ PipelineName: 'pipeline', ClientRequestToken: 'b'.repeat(32) }),
    );
    expect(again.PipelineExecutionArn).toBe(pipeline);
  });

  test('functions run, rules and their targets are there', async () => {
    const { Payload } = await aws.lambda.send(
      new InvokeCommand({ FunctionName: 'adds', Payload: Buffer.from('{"a":1,"b":2}') }),
    );
    expect(Buffer.from(Payload ?? []).toString()).toBe('3');
    const { Policy = '' } = await aws.lambda.send(new GetPolicyCommand({ FunctionName: 'adds' }));
    expect(Policy).toContain('events.amazonaws.com');
    expect(await aws.events.send(new DescribeRuleCommand({ Name: 'hourly' }))).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
    });
    const { Targets } = await aws.events.send(new ListTargetsByRuleCommand({ Rule: 'hourly' }));
    expect(Targets?.map(({ Id }) => Id)).toEqual(['adds']);
  });

  test('an execution that had ended is as it was; one at work is aborted', async () => {
    expect((await aws.sfn.send(new DescribeExecutionCommand({ executionArn: finished }))).status).toBe('SUCCEEDED');
    const { events } = await aws.sfn.send(new GetExecutionHistoryCommand({ executionArn: finished }));
    expect(events?.length).toBeGreaterThan(0);
    expect(await aws.sfn.send(new DescribeExecutionCommand({ executionArn: execution }))).toMatchObject({
      status: 'ABORTED',
      stopDate: expect.any(Date),
    });
  });

  test('a stack goes on with its change set', async () => {
    const { Summaries } = await aws.cloudformation.send(new ListChangeSetsCommand({ StackName: 'kept' }));
    expect(Summaries?.map(({ ExecutionStatus }) => ExecutionStatus)).toEqual(['AVAILABLE']);
    await aws.cloudformation.send(new ExecuteChangeSetCommand({ StackName: 'kept', ChangeSetName: 'adds' }));
    await until(
      () => stackStatus('kept'),
      (status) => status === 'UPDATE_COMPLETE',
    );
    expect((await aws.ssm.send(new GetParameterCommand({ Name: '/added' }))).Parameter?.Value).toBe('v');
  });

  test('a stack in an update is put back by continuing its rollback', async () => {
    expect(await stackStatus('updated')).toBe('UPDATE_ROLLBACK_FAILED');
    const value = async () => (await aws.ssm.send(new GetParameterCommand({ Name: '/updated' }))).Parameter?.Value;
    expect(await value()).toBe('changed');
    await aws.cloudformation.send(new ContinueUpdateRollbackCommand({ StackName: 'updated' }));
    await until(
      () => stackStatus('updated'),
      (status) => status === 'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(await value()).toBe('v');
  });

  test('an endpoint in an update serves on as before, with a reason', async () => {
    const moving = await aws.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'moving' }));
    expect(moving).toMatchObject({
      EndpointStatus: 'InService',
      EndpointConfigName: 'live',
      FailureReason: expect.stringMatching(/^InternalServerError: /),
    });
    expect(moving.PendingDeploymentSummary).toBeUndefined();
  });

  test('a stack whose rollback is disabled waits as it failed, and is rolled back on demand', async () => {
    expect(await stackStatus('paused')).toBe('UPDATE_FAILED');
    const value = async (Name: string) =>
      (await aws.ssm.send(new GetParameterCommand({ Name })).catch(() => undefined))?.Parameter?.Value;
    expect([await value('/paused'), await value('/new')]).toEqual(['changed', 'v']);
    await aws.cloudformation.send(new RollbackStackCommand({ StackName: 'paused' }));
    await until(
      () => stackStatus('paused'),
      (status) => status === 'UPDATE_ROLLBACK_COMPLETE',
    );
    expect([await value('/paused'), await value('/new')]).toEqual(['v', undefined]);
    expect(await value('/kept')).toBe('v');
  });

  test('a stack that was half made says so, and can be deleted', async () => {
    expect(await stackStatus('half')).toBe('CREATE_FAILED');
    const { StackEvents = [] } = await aws.cloudformation.send(new DescribeStackEventsCommand({ StackName: 'half' }));
    expect(StackEvents.slice(0, 2).map((event) => [event.LogicalResourceId, event.ResourceStatus])).toEqual([
      ['half', 'CREATE_FAILED'],
      ['Never', 'CREATE_FAILED'],
    ]);
    expect((await aws.ssm.send(new GetParameterCommand({ Name: '/half' }))).Parameter?.Value).toBe('v');
    await aws.cloudformation.send(new DeleteStackCommand({ StackName: 'half' }));
    await until(
      async () =>
        (await aws.cloudformation.send(new DescribeStacksCommand({ StackName: 'half' })).catch(() => ({ Stacks: [] })))
          .Stacks,
      (stacks) => stacks?.length === 0,
    );
    await expect(aws.ssm.send(new GetParameterCommand({ Name: '/half' }))).rejects.toThrow(
      'Parameter /half not found.',
    );
  });
});
