import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { LambdaService } from '../../events/lambda/service';
import type { PlatformHost } from '../../gateway/platform-host';
import { testPlatform } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:lost`;
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

describe('a function that is made', () => {
  let host: PlatformHost;
  let lambda: LambdaService;
  let client: LambdaClient;

  const trust = (Condition?: object) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
        ...(Condition && { Condition }),
      },
    ],
  });
  const settings = (name: string, more: Partial<CreateFunctionCommandInput> = {}): CreateFunctionCommandInput => ({
    FunctionName: name,
    Role: role(name),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipSync({ 'index.js': strToU8('exports.handler = async () => 1;') }) },
    ...more,
  });
  const make = (name: string, more?: Partial<CreateFunctionCommandInput>) =>
    client.send(new CreateFunctionCommand(settings(name, more)));

  beforeAll(async () => {
    host = await testPlatform();
    lambda = new LambdaService(host.platform);
    host.registerService(lambda);
    const { endpoint, region, administrator: credentials } = host.platform;
    client = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
  });

  afterAll(async () => {
    lambda.stop();
    await host.stop();
  });

  it.each([
    { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    { ArnLike: { 'aws:SourceArn': `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:*` } },
  ])('is refused when its role asks who Lambda acts for: %j', async (Condition) => {
    host.policies.putRole({ arn: role('asks'), trust: trust(Condition) });
    await expect(make('asks')).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
  });

  it('is refused when another service is meant to take its role', async () => {
    const other = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    host.policies.putRole({ arn: role('foreign'), trust: other });
    await expect(make('foreign')).rejects.toThrow('cannot be assumed by Lambda');
  });

  it('is refused, and so is its change, when its role may not send what fails', async () => {
    host.policies.putRole({ arn: role('sender'), trust: trust() });
    const refusal = {
      name: 'InvalidParameterValueException',
      message: 'The provided execution role does not have permissions to call SendMessage on SQS',
    };
    await expect(make('sender', { DeadLetterConfig: { TargetArn: QUEUE } })).rejects.toMatchObject(refusal);
    await make('sender');
    const change = new UpdateFunctionConfigurationCommand({
      FunctionName: 'sender',
      DeadLetterConfig: { TargetArn: QUEUE },
    });
    await expect(client.send(change)).rejects.toMatchObject(refusal);
    const Statement = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE }];
    host.policies.putInlinePolicy(role('sender'), 'Send', { Version: '2012-10-17', Statement });
    await client.send(change);
  });

  it('needs no permission on its key for its role, but a grant from its creator', async () => {
    const { endpoint, region, administrator: credentials } = host.platform;
    const { KeyMetadata } = await new KMSClient({ endpoint, region, credentials }).send(new CreateKeyCommand({}));
    const key = KeyMetadata?.Arn ?? '';
    host.policies.putRole({ arn: role('keyed'), trust: trust() });
    const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    const admit = (Action: string, Condition?: object) => ({
      Effect: 'Allow',
      Principal,
      Action,
      Resource: '*',
      ...(Condition && { Condition }),
    });
    const put = (...Statement: object[]) =>
      host.policies.putResourcePolicy(key, { Version: '2012-10-17', Statement: Statement as never });
    put(admit('kms:Encrypt'), admit('kms:Decrypt'));
    await expect(make('keyed', { KMSKeyArn: key })).rejects.toThrow('kms:CreateGrant');
    put(admit('kms:Encrypt'), admit('kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': 'false' } }));
    await expect(make('keyed', { KMSKeyArn: key })).rejects.toThrow('kms:CreateGrant');
    put(admit('kms:Encrypt'), admit('kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }));
    await make('keyed', { KMSKeyArn: key });
  });

  it('is refused when its code is not where it is said to be', async () => {
    host.policies.putRole({ arn: role('codeless'), trust: trust() });
    await expect(
      make('codeless', { Code: { S3Bucket: 'nowhere-to-be-found', S3Key: 'code.zip' } }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('Error occurred while GetObject'),
    });
  });

  it('is not called with what is no JSON', async () => {
    host.policies.putRole({ arn: role('called'), trust: trust() });
    await make('called');
    const call = client.send(new InvokeCommand({ FunctionName: 'called', Payload: Buffer.from('no JSON') }));
    await expect(call).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
      message: expect.stringContaining('Could not parse request body into json'),
    });
  });
});
