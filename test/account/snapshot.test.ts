import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { RunningAccount } from '../../account/running';
import { folderOf, freshName, root, run, Started } from './process';

const snapshots = join(root, '.rehearsal', 'snapshots');
const reader = 'arn:aws:iam::123456789012:role/reader';

function clientOf(name: string) {
  const account = JSON.parse(readFileSync(join(folderOf(name), 'running.json'), 'utf8')) as RunningAccount;
  const { endpoint, region, accessKeyId, secretAccessKey } = account;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
}

const text = async (body?: { transformToString(): Promise<string> }) => (await body?.transformToString()) ?? '';

describe('a saved account', () => {
  const [name, snapshot, second] = [freshName('saved'), freshName('snapshot'), freshName('second')];
  let account: Started;
  beforeAll(async () => {
    account = await Started.start(name);
  }, 120_000);
  afterAll(async () => {
    await account.remove();
    for (const one of [snapshot, second]) rmSync(join(snapshots, one), { recursive: true, force: true });
  });

  test('is restored as it was: data, versions, keys, policies, sessions, messages, alarms, history, time', async () => {
    const before = clientOf(name);
    const s3 = new S3Client(before);
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Body of ['old', 'new']) await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body }));
    const iam = new IAMClient(before);
    const trust = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' };
    const allowed = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };
    const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: policy(trust) }));
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'read', PolicyDocument: policy(allowed) }),
    );
    const { Credentials: session } = await new STSClient(before).send(
      new AssumeRoleCommand({ RoleArn: reader, RoleSessionName: 'before' }),
    );
    const kms = new KMSClient(before);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from('secret') }),
    );
    await kms.send(new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }));
    const { QueueUrl } = await new SQSClient(before).send(new CreateQueueCommand({ QueueName: 'work' }));
    await new SQSClient(before).send(new SendMessageCommand({ QueueUrl, MessageBody: 'waits' }));
    await new SSMClient(before).send(new PutParameterCommand({ Name: '/a', Value: 'b', Type: 'String' }));
    const watch = new CloudWatchClient(before);
    await watch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'high',
        Namespace: 'Own',
        MetricName: 'value',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      }),
    );
    await run('clock', 'advance', '2h', '--name', name);
    expect((await run('clock', 'stop', '--name', name)).code).toBe(0);
    const { out: clock } = await run('clock', '--name', name);

    expect(await run('save', snapshot, '--name', name)).toMatchObject({ code: 0, err: '' });
    // What comes after the snapshot is not in it.
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'later', Body: 'x' }));
    expect(await run('clock', '--name', name)).toMatchObject({ out: clock });
    process.kill(account.pid, 'SIGKILL');
    await account.remove();

    account = await Started.start(name, 'restore', snapshot);
    expect((await run('clock', '--name', name)).out).toBe(clock);
    const after = clientOf(name);
    // The keys that a shell had before are still the administrator's.
    expect(after.credentials.accessKeyId).toBe(before.credentials.accessKeyId);
    const { Versions } = await new S3Client(after).send(new ListObjectVersionsCommand({ Bucket: 'data' }));
    expect(Versions?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ['a', 3],
      ['a', 3],
    ]);
    expect(await text((await new S3Client(after).send(new GetObjectCommand({ Bucket: 'data', Key: 'a' }))).Body)).toBe(
      'new',
    );
    const credentials = {
      accessKeyId: session?.AccessKeyId ?? '',
      secretAccessKey: session?.SecretAccessKey ?? '',
      sessionToken: session?.SessionToken,
    };
    const asReader = new S3Client({ ...after, credentials });
    expect(await text((await asReader.send(new GetObjectCommand({ Bucket: 'data', Key: 'a' }))).Body)).toBe('new');
    await expect(asReader.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'x' }))).rejects.toThrow(
      'because no identity-based policy allows the s3:PutObject action',
    );
    const { Plaintext } = await new KMSClient(after).send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('secret');
    const { Messages } = await new SQSClient(after).send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['waits']);
    const { Parameter } = await new SSMClient(after).send(new GetParameterCommand({ Name: '/a' }));
    expect(Parameter?.Value).toBe('b');
    const { Events } = await new CloudTrailClient(after).send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateBucket' }] }),
    );
    expect(Events).toHaveLength(1);

    // The alarm is not only described; it is evaluated.
    const again = new CloudWatchClient(after);
    await again.send(new PutMetricDataCommand({ Namespace: 'Own', MetricData: [{ MetricName: 'value', Value: 9 }] }));
    await run('clock', 'advance', '1m', '--name', name);
    const { MetricAlarms } = await again.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.map(({ AlarmName, StateValue }) => [AlarmName, StateValue])).toEqual([['high', 'ALARM']]);
  }, 120_000);

  test('a restored account is saved again, and list shows both', async () => {
    expect((await run('save', second, '--name', name)).code).toBe(0);
    const { out } = await run('list');
    for (const one of [snapshot, second])
      expect(out).toMatch(new RegExp(`${one}\\s+saved\\s+at 20\\d\\d-\\S+\\s+eu-central-1`));
  });

  test('an account branches from a running one, and from a saved one; neither shares anything with the other', async () => {
    const [branch, other] = [freshName('branch'), freshName('other')];
    await new S3Client(clientOf(name)).send(new CreateBucketCommand({ Bucket: 'before' }));
    expect(await run('branch', name, branch)).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(snapshots).filter((one) => one.startsWith('branch-'))).toEqual([]);
    await new S3Client(clientOf(name)).send(new CreateBucketCommand({ Bucket: 'after' }));
    const branched = await Started.start(branch);
    try {
      const buckets = async (one: string) =>
        ((await new S3Client(clientOf(one)).send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name);
      expect(await buckets(branch)).toEqual(['before', 'data']);
      expect(await buckets(name)).toEqual(['after', 'before', 'data']);
      expect(await run('branch', name, branch)).toMatchObject({
        code: 1,
        err: expect.stringContaining(`already an account "${branch}"`),
      });
      expect((await run('delete', '--account', branch)).err).toContain('is running');
      expect((await run('branch', second, other)).code).toBe(0);
      expect((await run('list')).out).toMatch(new RegExp(`${other}\\s+ended`));
      expect((await run('branch', freshName('nowhere'), freshName('none'))).err).toContain('There is no saved account');
    } finally {
      await branched.remove();
      rmSync(folderOf(other), { recursive: true, force: true });
    }
  }, 120_000);

  test.each<[string, (folder: string) => void, RegExp]>([
    ['a changed part', (folder) => writeFileSync(join(folder, 'policies'), '{}'), /damaged: policies was changed/],
    ['a missing part', (folder) => rmSync(join(folder, 'store')), /damaged: store is missing/],
    ['half a manifest', (folder) => writeFileSync(join(folder, 'manifest.json'), '{"format"'), /damaged/],
    ['a manifest that is none', (folder) => writeFileSync(join(folder, 'manifest.json'), 'null'), /damaged/],
    ['half a part', (folder) => truncateSync(join(folder, 'store'), 1000), /damaged: store was changed/],
    [
      'what a terminal would obey',
      (folder) => change(folder, { versions: { moto: '\u001b]0;owned\u0007' } }),
      /written with moto \\u001b\]0;owned\\u0007; here/,
    ],
    ['another format', (folder) => change(folder, { format: 99 }), /has format 99; this version reads format \d/],
    ['another store', (folder) => change(folder, { versions: { moto: '0.1' } }), /written with moto 0\.1; here is \d/],
  ])('%s is refused before anything starts', async (_, damage, message) => {
    const copy = freshName('damaged');
    const other = freshName('other');
    cpSync(join(snapshots, second), join(snapshots, copy), { recursive: true });
    try {
      damage(join(snapshots, copy));
      const { code, err, out } = await run('restore', copy, '--name', other);
      expect([code, err]).toEqual([1, expect.stringMatching(message)]);
      expect(out).not.toContain('Up after');
    } finally {
      rmSync(join(snapshots, copy), { recursive: true, force: true });
      rmSync(folderOf(other), { recursive: true, force: true });
    }
  });

  test('is deleted by name; one that is not there is named', async () => {
    expect((await run('delete', second)).code).toBe(0);
    expect(existsSync(join(snapshots, second))).toBe(false);
    expect(await run('delete', second)).toMatchObject({
      code: 1,
      err: expect.stringContaining(`no saved account "${second}"`),
    });
    expect(await run('restore', second)).toMatchObject({ code: 1, err: expect.stringContaining(snapshot) });
    expect((await run('save', '../other', '--name', name)).code).toBe(2);
  });
});

function change(folder: string, part: object): void {
  const file = join(folder, 'manifest.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...part }));
}
