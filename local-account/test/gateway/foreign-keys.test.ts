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

import type { PlatformHost } from '../../gateway/platform-host';
import { testPlatform } from '../fixtures/test-platform';

const Bucket = 'lake';

/** Refuses objects under other keys: each condition first asks that its header is there. */
function policyOf(keyArn: string): string {
  const algorithm = 's3:x-amz-server-side-encryption';
  const keyId = `${algorithm}-aws-kms-key-id`;
  const deny = (Condition: object, place: object = { Resource: `arn:aws:s3:::${Bucket}/*` }) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    ...place,
    Condition,
  });
  const Statement = [
    deny({ StringNotEquals: { [keyId]: keyArn }, Null: { [keyId]: 'false' } }),
    deny(
      { Null: { [algorithm]: 'false', [keyId]: 'true' } },
      { NotResource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/run/*/checkpoints/*`] },
    ),
    deny({ Null: { [`${algorithm}-customer-algorithm`]: 'false' } }),
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement });
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
