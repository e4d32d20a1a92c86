import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { allow, as, type ClientSettings, refused, type World } from '../world';
import { createTraining } from './training';

const s3 = (client: ClientSettings): S3Client => new S3Client({ ...client, forcePathStyle: true });
const escaped = (text: string): string => text.replace(/[/.]/g, '\\$&');

/** Who may do what, in the words of "Troubleshoot access denied error messages" of the IAM user guide. */
export const permissions: Readonly<Record<string, (world: World) => Promise<void>>> = {
  'js-denial': async (world) => {
    const { bucket } = world;
    const reader = await as(world, 'reader', [allow(['s3:GetObject'], `arn:aws:s3:::${bucket}/*`)]);
    await refused(
      s3(reader.client).send(new PutObjectCommand({ Bucket: bucket, Key: 'denied.txt', Body: 'x' })),
      /^AccessDenied$/,
      new RegExp(
        `^User: ${escaped(reader.arn)} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${bucket}/denied.txt" ` +
          'because no identity-based policy allows the s3:PutObject action$',
      ),
    );
  },
  'js-explicit-deny': async (world) => {
    const { bucket, accountId } = world;
    const keeper = await as(world, 'keeper', [allow(['s3:*'], '*')]);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: `arn:aws:iam::${accountId}:role/conformance-${world.run}-keeper` },
          Action: 's3:DeleteObject',
          Resource: `arn:aws:s3:::${bucket}/*`,
        },
      ],
    });
    await s3(world.client).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    await refused(
      s3(keeper.client).send(new DeleteObjectCommand({ Bucket: bucket, Key: 'kept.txt' })),
      /^AccessDenied$/,
      /not authorized to perform: s3:DeleteObject .* with an explicit deny in a resource-based policy/,
    );
  },
  'js-condition': async (world) => {
    const { bucket } = world;
    const condition = { Condition: { StringLike: { 's3:prefix': 'open/*' } } };
    const lister = await as(world, 'lister', [allow(['s3:ListBucket'], `arn:aws:s3:::${bucket}`, condition)]);
    const list = (Prefix: string) => s3(lister.client).send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
    await list('open/data');
    await refused(list('closed/data'), /^AccessDenied$/, /not authorized to perform: s3:ListBucket/);
  },
  'js-key': async (world) => {
    const { bucket } = world;
    const { KeyMetadata } = await new KMSClient(world.client).send(new CreateKeyCommand({}));
    await s3(world.client).send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'encrypted.txt',
        Body: 'x',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: KeyMetadata?.Arn,
      }),
    );
    const reader = await as(world, 'no-key', [allow(['s3:GetObject'], `arn:aws:s3:::${bucket}/*`)]);
    await refused(
      s3(reader.client).send(new GetObjectCommand({ Bucket: bucket, Key: 'encrypted.txt' })),
      /^AccessDenied$/,
      /not authorized to perform: kms:Decrypt/,
    );
  },
  'js-pass-role': async (world) => {
    const starter = await as(world, 'starter', [allow(['sagemaker:CreateTrainingJob', 'sagemaker:AddTags'], '*')]);
    await refused(
      createTraining(new SageMakerClient(starter.client), world, `passed-${world.run}`),
      /^AccessDeniedException$/,
      new RegExp(`not authorized to perform: iam:PassRole on resource: ${escaped(world.role)} because`),
    );
  },
  'js-wrong-secret': async ({ client, bucket }) => {
    const credentials = { ...client.credentials, secretAccessKey: 'wrong' };
    await refused(
      s3({ ...client, credentials }).send(new ListObjectsV2Command({ Bucket: bucket })),
      /^SignatureDoesNotMatch$/,
      /The request signature we calculated does not match/,
    );
  },
};
