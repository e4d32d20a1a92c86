import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { strToU8, zipSync } from 'fflate';
import { expect, makeRole, until, type World } from '../world';

const topic = { Type: 'AWS::SNS::Topic' };

async function stack(world: World, name: string, resources: object): Promise<string> {
  const StackName = `conformance-${world.run}-${name}`;
  const TemplateBody = JSON.stringify({ Resources: resources });
  await new CloudFormationClient(world.client).send(new CreateStackCommand({ StackName, TemplateBody }));
  return StackName;
}

/** @returns the status in which the stack's operation ends */
async function ended(world: World, StackName: string): Promise<string> {
  const status = async (): Promise<string> => {
    const { Stacks } = await new CloudFormationClient(world.client).send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus ?? '';
  };
  return until(status, (now) => !now.endsWith('IN_PROGRESS'));
}

async function execute(
  world: World,
  name: string,
  definition: object,
): Promise<{ status?: string; output?: string; error?: string }> {
  const states = new SFNClient(world.client);
  const roleArn = await makeRole(world, `states-${name}`, { Service: 'states.amazonaws.com' }, [
    { Effect: 'Allow', Action: 'logs:CreateLogDelivery', Resource: '*' },
  ]);
  const { stateMachineArn } = await states.send(
    new CreateStateMachineCommand({
      name: `conformance-${world.run}-${name}`,
      roleArn,
      definition: JSON.stringify(definition),
    }),
  );
  const { executionArn } = await states.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ rows: 3 }) }),
  );
  return until(
    () => states.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== 'RUNNING',
    60,
  );
}

/** Stacks, state machines and functions. */
export const orchestration: Readonly<Record<string, (world: World) => Promise<void>>> = {
  'js-stack': async (world) => {
    const cloudFormation = new CloudFormationClient(world.client);
    const s3 = new S3Client({ ...world.client, forcePathStyle: true });
    const BucketName = `conformance-${world.run}-stack`;
    const StackName = await stack(world, 'made', { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName } } });
    expect((await ended(world, StackName)) === 'CREATE_COMPLETE', 'the stack was not created');
    await s3.send(new HeadBucketCommand({ Bucket: BucketName }));
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    await until(
      () =>
        s3.send(new HeadBucketCommand({ Bucket: BucketName })).then(
          () => true,
          () => false,
        ),
      (exists) => !exists,
    );
  },
  'js-change-set': async (world) => {
    const cloudFormation = new CloudFormationClient(world.client);
    const StackName = await stack(world, 'changed', { First: topic });
    await ended(world, StackName);
    const ChangeSetName = 'add-second';
    const TemplateBody = JSON.stringify({ Resources: { First: topic, Second: topic } });
    await cloudFormation.send(new CreateChangeSetCommand({ StackName, ChangeSetName, TemplateBody }));
    const { Changes = [] } = await until(
      () => cloudFormation.send(new DescribeChangeSetCommand({ StackName, ChangeSetName })),
      ({ Status }) => !/IN_PROGRESS|PENDING/.test(Status ?? ''),
    );
    const told = Changes.map(({ ResourceChange: change }) => `${change?.Action} ${change?.LogicalResourceId}`);
    expect(told.join() === 'Add Second', told.join());
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
  },
  'js-failed-stack': async (world) => {
    // The name of the bucket is taken.
    const Properties = { BucketName: world.bucket };
    const StackName = await stack(world, 'failed', {
      Topic: topic,
      Bucket: { Type: 'AWS::S3::Bucket', Properties, DependsOn: 'Topic' },
    });
    const status = await ended(world, StackName);
    expect(status === 'ROLLBACK_COMPLETE', status);
    await new CloudFormationClient(world.client).send(new DeleteStackCommand({ StackName }));
  },
  'js-state-machine': async (world) => {
    const { status, output } = await execute(world, 'choice', {
      StartAt: 'Enough',
      States: {
        Enough: {
          Type: 'Choice',
          Choices: [{ Variable: '$.rows', NumericGreaterThan: 2, Next: 'Yes' }],
          Default: 'No',
        },
        Yes: { Type: 'Pass', Result: 'enough', End: true },
        No: { Type: 'Fail', Error: 'TooFew' },
      },
    });
    expect(status === 'SUCCEEDED' && output === '"enough"', `${status} with ${output}`);
  },
  'js-state-machine-role': async (world) => {
    const { status, error } = await execute(world, 'denied', {
      StartAt: 'Read',
      States: {
        Read: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:s3:listObjectsV2',
          Parameters: { Bucket: world.bucket },
          End: true,
        },
      },
    });
    expect(status === 'FAILED' && /^S3\./.test(error ?? ''), `${status} with ${error}`);
  },
  'js-function': async (world) => {
    const lambda = new LambdaClient(world.client);
    const Role = await makeRole(world, 'function', { Service: 'lambda.amazonaws.com' }, [
      { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
    ]);
    const code = 'exports.handler = async (event) => ({ rows: event.rows * 2, region: process.env.AWS_REGION });';
    const FunctionName = `conformance-${world.run}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
      }),
    );
    const { Payload } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify({ rows: 2 })) }),
    );
    const answer = JSON.parse(Buffer.from(Payload ?? []).toString()) as { rows?: number; region?: string };
    expect(answer.rows === 4 && answer.region === world.client.region, answer);
  },
};
