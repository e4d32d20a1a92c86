import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { zipSync } from 'fflate';
import type { RunningAccount } from '../../account/running';
import { folderOf, freshName, root, run, Started, until } from './process';

const role = 'arn:aws:iam::123456789012:role/everything';

function clientOf(name: string) {
  const account = JSON.parse(readFileSync(join(folderOf(name), 'running.json'), 'utf8')) as RunningAccount;
  const { endpoint, region, accessKeyId, secretAccessKey } = account;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
}

const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } });

/** A function that never answers the request of a custom resource. */
async function putSilentFunction(client: ReturnType<typeof clientOf>): Promise<void> {
  const iam = new IAMClient(client);
  const AssumeRolePolicyDocument = policy({
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'everything', AssumeRolePolicyDocument }));
  const PolicyDocument = policy({ Action: '*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'everything', PolicyName: 'all', PolicyDocument }));
  const ZipFile = zipSync({ 'index.js': Buffer.from('exports.handler = async () => undefined;') });
  await new LambdaClient(client).send(
    new CreateFunctionCommand({
      FunctionName: 'silent',
      Runtime: 'nodejs22.x',
      Role: role,
      Handler: 'index.handler',
      Code: { ZipFile },
    }),
  );
}

test('kill -9 in the middle of a stack: it has failed as AWS shows it, and can be deleted', async () => {
  const name = freshName('half');
  let account = await Started.start(name);
  const StackName = 'half';
  try {
    await run('clock', 'stop', '--name', name);
    await putSilentFunction(clientOf(name));
    const Resources = {
      Made: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/made', Type: 'String', Value: 'v' } },
      Never: {
        Type: 'Custom::Silent',
        DependsOn: 'Made',
        Properties: { ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:silent' },
      },
      Later: {
        Type: 'AWS::SSM::Parameter',
        DependsOn: 'Never',
        Properties: { Name: '/later', Type: 'String', Value: 'v' },
      },
    };
    const before = new CloudFormationClient(clientOf(name));
    await before.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources }) }));
    const kept = (): string => readFileSync(join(folderOf(name), 'state', 'cloudformation'), 'utf8');
    // The template names the resource too: what counts is the event with which its creation begins.
    const begun = (object: string): boolean => object.includes('"Never"') && object.includes('"CREATE_IN_PROGRESS"');
    await until('the state to hold a half-made stack', 30, () => kept().split('"t":"object"').some(begun));
    account.signalGroup('SIGKILL');
    await account.ended;

    account = await Started.start(name);
    const after = new CloudFormationClient(clientOf(name));
    const { Stacks = [] } = await after.send(new DescribeStacksCommand({ StackName }));
    expect(Stacks[0]).toMatchObject({ StackStatus: 'CREATE_FAILED', StackStatusReason: expect.any(String) });
    const { StackEvents = [] } = await after.send(new DescribeStackEventsCommand({ StackName }));
    expect(StackEvents.map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`)).toEqual([
      'half CREATE_FAILED',
      'Never CREATE_FAILED',
      'Never CREATE_IN_PROGRESS',
      'Made CREATE_COMPLETE',
      expect.stringMatching(/^Made CREATE_IN_PROGRESS/),
      'half CREATE_IN_PROGRESS',
    ]);
    await run('clock', 'run', '--name', name);
    await after.send(new DeleteStackCommand({ StackName }));
    for (const end = Date.now() + 60_000; ; await new Promise((done) => setTimeout(done, 100))) {
      const found = await after.send(new DescribeStacksCommand({ StackName })).catch(() => undefined);
      if (found === undefined) break;
      if (Date.now() > end) throw new Error(JSON.stringify(found.Stacks));
    }
    await expect(new SSMClient(clientOf(name)).send(new GetParameterCommand({ Name: '/made' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  } finally {
    await account.remove();
  }
}, 180_000);

test('a disk without space: saving fails with the reason, nothing half is left, and what was saved before is restored', async () => {
  const [name, snapshot] = [freshName('full'), freshName('snapshot')];
  const folder = join(root, '.rehearsal', 'snapshots');
  let account = await Started.startOnSmallDisk(name, 40);
  const Bucket = 'data';
  try {
    const s3 = new S3Client(clientOf(name));
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'before', Body: 'x' }));
    expect(await run('save', snapshot, '--name', name)).toMatchObject({ code: 0, err: '' });
    for (let number = 0; number < 3; number++)
      await s3.send(new PutObjectCommand({ Bucket, Key: `part-${number}`, Body: randomBytes(8_000_000) }));
    expect(await run('save', snapshot, '--name', name)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/File too large|EFBIG/),
    });
    expect(readdirSync(folder).filter((one) => one.includes(snapshot))).toEqual([snapshot]);
    await until('the account to say that its state is not kept', 30, () =>
      /The state of the account could not be written.*File too large/.test(account.printed),
    );
    // It still answers.
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBeGreaterThan(3);
    await account.remove();

    account = await Started.start(name, 'restore', snapshot);
    const { Contents = [] } = await new S3Client(clientOf(name)).send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['before']);
  } finally {
    await account.remove();
    rmSync(join(folder, snapshot), { recursive: true, force: true });
  }
}, 180_000);
