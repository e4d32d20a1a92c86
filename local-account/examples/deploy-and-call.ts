import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { startLocalAccount } from 'local-account/local-account';
import { ensureInterpreters } from 'local-account/python/environment';

/** Deploys an encrypted bucket and a role that may read it, then reads and writes as that role. */
export async function deployAndCall(environments: string): Promise<string[]> {
  const app = new App();
  const stack = new Stack(app, 'Notes');
  const bucket = new Bucket(stack, 'Bucket', {
    bucketName: 'notes',
    encryption: BucketEncryption.KMS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const reader = new Role(stack, 'Reader', { roleName: 'reader', assumedBy: new AccountRootPrincipal() });
  bucket.grantRead(reader);

  const folder = mkdtempSync(join(tmpdir(), 'notes-'));
  const account = await startLocalAccount({
    assembly: app.synth().directory,
    folder,
    ...(await ensureInterpreters({ environments, progress: console.log })),
  });
  try {
    await account.deploy(() => undefined);

    const administrator = new S3Client({ ...account.client, forcePathStyle: true });
    await administrator.send(new PutObjectCommand({ Bucket: 'notes', Key: 'a.txt', Body: 'Hello' }));

    const role = { RoleArn: 'arn:aws:iam::123456789012:role/reader', RoleSessionName: 'example' };
    const { Credentials: session } = await new STSClient(account.client).send(new AssumeRoleCommand(role));
    const credentials = {
      accessKeyId: session?.AccessKeyId ?? '',
      secretAccessKey: session?.SecretAccessKey ?? '',
      sessionToken: session?.SessionToken,
    };
    const client = new S3Client({ ...account.client, credentials, forcePathStyle: true });
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'notes', Key: 'a.txt' }));
    const read = (await Body?.transformToString()) ?? '';
    const written = await client
      .send(new PutObjectCommand({ Bucket: 'notes', Key: 'b.txt', Body: 'Hello' }))
      .catch((error: Error) => `${error.name}: ${error.message}`);
    return [read, String(written)];
  } finally {
    await account.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
