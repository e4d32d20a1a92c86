import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3Lib from 'aws-cdk-lib/aws-s3';
import type { PlatformHost } from 'local-account/gateway/platform-host';
import { testPlatform } from 'local-account/test/fixtures/test-platform';
import { sandbox } from '../../lib/config';
import { WorkflowBucket } from '../../lib/data-lake/workflow-bucket';
import { resolve } from '../fixtures/resolve';

const Bucket = 'lake';

/** The policy of a synthesized bucket, for a bucket named `lake` and a key that exists. */
function policyOf(keyArn: string): string {
  const stack = new Stack(new App(), 'Lake');
  const dataKey = kms.Key.fromKeyArn(stack, 'Key', keyArn);
  const accessLogs = s3Lib.Bucket.fromBucketName(stack, 'Logs', 'logs');
  new WorkflowBucket(stack, 'Raw', {
    dataKey,
    accessLogs,
    retention: sandbox.retention,
    writesWithoutKey: { keyPattern: 'run/*/checkpoints/*' },
  });
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  const { PolicyDocument } = resolve(policy?.Properties) as { PolicyDocument: { Statement: { Effect: string }[] } };
  const Statement = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny');
  return JSON.stringify({ ...PolicyDocument, Statement }).replace(
    /arn:aws:test:[^"/]*Bucket[^"/]*\.Arn/g,
    `arn:aws:s3:::${Bucket}`,
  );
}

describe('a bucket with a key of its own', () => {
  let host: PlatformHost;
  let s3: S3Client;
  let ours = '';
  let another = '';

  beforeAll(async () => {
    host = await testPlatform();
    const { endpoint, region, administrator: credentials } = host.platform;
    const client = { endpoint, region, credentials, maxAttempts: 1 };
    const keys = new KMSClient(client);
    const make = async () => (await keys.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
    [ours, another] = [await make(), await make()];
    s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(ours) }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }));
  });

  afterAll(() => host.stop());

  type Header = Pick<
    PutObjectCommandInput,
    'ServerSideEncryption' | 'SSEKMSKeyId' | 'SSECustomerAlgorithm' | 'SSECustomerKey' | 'SSECustomerKeyMD5'
  >;
  const callersKey = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: Buffer.alloc(32, 'k').toString('base64'),
    SSECustomerKeyMD5: 'b8tlNjGAkgRZtm2vx5aMIw==',
  };

  const refused: [string, () => Header][] = [
    ['another key', () => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: another })],
    ['another key, twice', () => ({ ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: another })],
    ["AWS's key, which a request without a key id means", () => ({ ServerSideEncryption: 'aws:kms' })],
    ["AWS's key, twice", () => ({ ServerSideEncryption: 'aws:kms:dsse' })],
    ["S3's key", () => ({ ServerSideEncryption: 'AES256' })],
    ['a key of the caller', () => callersKey],
  ];
  const accepted: [string, () => Header][] = [
    ['no header', () => ({})],
    ['its key', () => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: ours })],
  ];
  const denied = {
    name: 'AccessDenied',
    message: expect.stringContaining('with an explicit deny in a resource-based policy') as string,
  };

  test.each(refused)('refuses an object under %s', async (_, header) => {
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ...header() }))).rejects.toMatchObject(
      denied,
    );
  });

  test.each(refused)('refuses a copy under %s', async (_, header) => {
    await expect(
      s3.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/plain`, ...header() })),
    ).rejects.toMatchObject(denied);
  });

  test.each(refused)('refuses an upload in parts under %s', async (_, header) => {
    await expect(s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'z', ...header() }))).rejects.toMatchObject(
      denied,
    );
  });

  test.each(accepted)('takes an object, a copy and an upload in parts with %s', async (_, header) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ...header() }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/plain`, ...header() }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'z', ...header() }));
  });

  test("takes checkpoints under AWS's key, and no other key for them", async () => {
    const Key = 'run/1/checkpoints/model';
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ServerSideEncryption: 'aws:kms' }));
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: another })),
    ).rejects.toMatchObject(denied);
  });
});
