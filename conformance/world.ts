import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** Where the cases run, and what they find there. */
export interface World {
  /** For clients of the SDK for JavaScript, as the administrator. */
  readonly client: ClientSettings;
  readonly accountId: string;
  /** Part of every name, so that runs against one account do not meet. */
  readonly run: string;
  readonly bucket: string;
  /** Of jobs and models: may use the bucket and do what pipelines do. */
  readonly role: string;
  /** Of jobs: may not read the bucket. */
  readonly narrowRole: string;
  readonly images: { readonly XGBOOST: string; readonly SKLEARN: string };
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly maxAttempts: number;
}

/** Registries of AWS's images, from the SageMaker SDK's table (image_uri_config/xgboost.json). */
const registries: Readonly<Record<string, string>> = {
  'eu-central-1': '492215442770',
  'eu-west-1': '141502667606',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-west-2': '246618743249',
};

/** Makes the bucket and the roles that the cases share. */
export async function prepare(client: ClientSettings): Promise<World> {
  const run = Math.random().toString(36).slice(2, 8);
  const { region } = client;
  const registry = registries[region];
  if (registry === undefined)
    throw new Error(
      `The images' registry in ${region} is not known; take one of ${Object.keys(registries).join(', ')}`,
    );
  const { Account: accountId = '' } = await new STSClient(client).send(new GetCallerIdentityCommand({}));
  const bucket = `conformance-${run}`;
  await new S3Client({ ...client, forcePathStyle: true }).send(
    new CreateBucketCommand({
      Bucket: bucket,
      ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }),
    }),
  );
  const repository = (name: string): string => `${registry}.dkr.ecr.${region}.amazonaws.com/${name}`;
  const base = { client, accountId, run, bucket };
  const role = await makeRole(base, 'jobs', { Service: 'sagemaker.amazonaws.com' }, [
    allow(['s3:GetObject', 's3:PutObject'], `arn:aws:s3:::${bucket}/*`),
    allow(['s3:ListBucket'], `arn:aws:s3:::${bucket}`),
    allow(['sagemaker:*', 'logs:*', 'cloudwatch:PutMetricData', 'ecr:*'], '*'),
    allow(['iam:PassRole'], `arn:aws:iam::${accountId}:role/conformance-${run}-jobs`),
  ]);
  const narrowRole = await makeRole(base, 'narrow', { Service: 'sagemaker.amazonaws.com' }, [
    allow(['logs:*', 'cloudwatch:PutMetricData', 'ecr:*'], '*'),
  ]);
  return {
    ...base,
    role,
    narrowRole,
    images: { XGBOOST: repository('sagemaker-xgboost:3.0-5'), SKLEARN: repository('sagemaker-scikit-learn:1.4-2') },
  };
}

export function allow(Action: readonly string[], Resource: string, more: object = {}): object {
  return { Effect: 'Allow', Action, Resource, ...more };
}

/** @returns the role's ARN */
export async function makeRole(
  { client, run }: Pick<World, 'client' | 'run'>,
  name: string,
  Principal: object,
  statements: readonly object[],
): Promise<string> {
  const iam = new IAMClient(client);
  const RoleName = `conformance-${run}-${name}`;
  const document = (Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document([{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }]),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'conformance', PolicyDocument: document(statements) }),
  );
  return Role?.Arn ?? '';
}

/** Client settings of a session of a new role. */
export async function as(
  world: World,
  name: string,
  statements: readonly object[],
): Promise<{ readonly client: ClientSettings; readonly arn: string }> {
  const RoleArn = await makeRole(world, name, { AWS: world.accountId }, statements);
  const { Credentials, AssumedRoleUser } = await new STSClient(world.client).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'conformance' }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken,
  };
  return { client: { ...world.client, credentials }, arn: AssumedRoleUser?.Arn ?? '' };
}

export async function until<T>(ask: () => Promise<T>, done: (answer: T) => boolean, seconds = 300): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const answer = await ask();
    if (done(answer)) return answer;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(answer).slice(0, 300)} after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Passes when the promise is rejected with this name and message. */
export async function refused(work: Promise<unknown>, name: RegExp, message: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: Error) => reason,
  );
  if (error === undefined) throw new Error('the call was accepted');
  if (!name.test(error.name) || !message.test(error.message)) throw error;
}

export function expect(condition: boolean, what: unknown): void {
  if (!condition) throw new Error(typeof what === 'string' ? what : JSON.stringify(what));
}
