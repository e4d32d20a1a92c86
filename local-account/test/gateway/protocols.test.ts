import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  type CreateEndpointInput,
  DescribeEndpointCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { cbor, dateToTag } from '@smithy/core/cbor';
import type { PlatformHost } from '../../gateway/platform-host';
import { AwsError, type ServiceCall } from '../../platform';
import { signedFetch } from '../fixtures/signed-fetch';
import { testPlatform } from '../fixtures/test-platform';

const ENDPOINT = 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/live';
const created = new Date('2030-01-01T00:00:00.500Z');

describe('the gateway, for services of the local account', () => {
  let host: PlatformHost;
  let options: {
    endpoint: string;
    region: string;
    credentials: PlatformHost['platform']['administrator'];
    maxAttempts: number;
  };
  const seen: ServiceCall[] = [];
  let answer: (call: ServiceCall) => unknown;

  beforeAll(async () => {
    host = await testPlatform();
    options = {
      endpoint: host.platform.endpoint,
      region: 'eu-west-1',
      credentials: host.platform.administrator,
      maxAttempts: 1,
    };
    const service = (name: string, ...operations: string[]) =>
      host.registerService({
        name,
        operations: new Set(operations),
        handle: async (call) => {
          seen.push(call);
          return answer(call);
        },
      });
    service('sagemaker', 'CreateEndpoint', 'DescribeEndpoint');
    service('sagemaker-runtime', 'InvokeEndpoint');
    service('cloudformation', 'UpdateStack', 'DescribeStacks');
    service('lambda', 'Invoke');
  });
  afterAll(() => host.stop());
  beforeEach(() => seen.splice(0));

  const failure = async (work: Promise<unknown>): Promise<Error & { $metadata?: { httpStatusCode?: number } }> => {
    try {
      await work;
    } catch (error) {
      return error as Error;
    }
    throw new Error('it did not fail');
  };

  it('speaks JSON: parses the input, and writes timestamps as epoch seconds', async () => {
    answer = () => ({
      EndpointName: 'live',
      EndpointArn: ENDPOINT,
      EndpointStatus: 'InService',
      CreationTime: created,
      LastModifiedTime: created.getTime() / 1000,
    });
    const result = await new SageMakerClient(options).send(new DescribeEndpointCommand({ EndpointName: 'live' }));
    expect(result).toMatchObject({ EndpointStatus: 'InService', CreationTime: created, LastModifiedTime: created });
    expect(seen[0]).toMatchObject({
      service: 'sagemaker',
      operation: 'DescribeEndpoint',
      input: { EndpointName: 'live' },
      principal: { kind: 'user' },
    });
  });

  it("refuses inputs that break the service model, in AWS's words", async () => {
    const client = new SageMakerClient(options);
    const error = await failure(
      client.send(
        new CreateEndpointCommand({ EndpointName: 'live_1', Tags: [{ Key: 'a', Value: 'b' }] } as CreateEndpointInput),
      ),
    );
    expect(error.name).toBe('ValidationException');
    expect(error.message).toBe(
      "2 validation errors detected: Value null at 'endpointConfigName' failed to satisfy constraint: Member must not be null; " +
        "Value 'live_1' at 'endpointName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    );
    expect(seen).toHaveLength(0);
  });

  it('reports an invalid output of its own as a defect and names the member', async () => {
    answer = () => ({ EndpointArn: ENDPOINT, EndpointState: 'InService' });
    const error = await failure(
      new SageMakerClient(options).send(new DescribeEndpointCommand({ EndpointName: 'live' })),
    );
    expect(error.name).toBe('InternalFailure');
    expect(error.message).toContain("Value null at 'endpointName'");
    expect(error.message).toContain("at 'endpointState'");
    expect(host.eventLog.some((entry) => entry.kind === 'defect')).toBe(true);
  });

  it('names the operation that is not supported', async () => {
    const error = await failure(new SageMakerClient(options).send(new ListModelsCommand({})));
    expect(error.message).toBe('sagemaker:ListModels is not supported by the local account');
  });

  it('speaks REST with raw bodies and headers', async () => {
    answer = (call) => ({
      Body: Buffer.from(call.input.Body as Uint8Array),
      ContentType: call.input.ContentType,
      InvokedProductionVariant: 'blue',
    });
    const bytes = Uint8Array.from([0, 255, 10, 13]);
    const result = await new SageMakerRuntimeClient(options).send(
      new InvokeEndpointCommand({ EndpointName: 'live', Body: bytes, ContentType: 'application/x-recordio' }),
    );
    expect(Buffer.from(result.Body).equals(Buffer.from(bytes))).toBe(true);
    expect(result).toMatchObject({ ContentType: 'application/x-recordio', InvokedProductionVariant: 'blue' });
  });

  it('carries modeled members of an error', async () => {
    answer = () => {
      throw Object.assign(new AwsError('ModelError', 'Received client error (400)', 424), {
        fields: { OriginalStatusCode: 400, OriginalMessage: 'row 2' },
      });
    };
    const error = await failure(
      new SageMakerRuntimeClient(options).send(new InvokeEndpointCommand({ EndpointName: 'live', Body: 'x' })),
    );
    expect(error).toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 400,
      OriginalMessage: 'row 2',
      $metadata: { httpStatusCode: 424 },
    });
  });

  it('invokes functions by name or ARN, with status and error header', async () => {
    answer = () => ({ StatusCode: 200, FunctionError: 'Unhandled', Payload: '{"errorMessage":"no"}' });
    const result = await new LambdaClient(options).send(
      new InvokeCommand({ FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:curate', Payload: '{"a":1}' }),
    );
    expect(result).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(Buffer.from(result.Payload!).toString()).toBe('{"errorMessage":"no"}');
    expect(host.decisions.at(-1)).toMatchObject({
      action: 'lambda:InvokeFunction',
      resource: 'arn:aws:lambda:eu-west-1:123456789012:function:curate',
    });
  });

  it('speaks Query: nested input, lists, XML text and dates', async () => {
    answer = ({ operation }) =>
      operation === 'UpdateStack'
        ? { StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Serving/1' }
        : {
            Stacks: [
              {
                StackName: 'Serving',
                StackStatus: 'UPDATE_COMPLETE',
                CreationTime: created,
                Outputs: [{ OutputKey: 'Endpoint', OutputValue: '<a & "b">' }],
              },
            ],
          };
    const client = new CloudFormationClient(options);
    await client.send(
      new UpdateStackCommand({
        StackName: 'Serving',
        UsePreviousTemplate: true,
        Parameters: [
          { ParameterKey: 'A', UsePreviousValue: true },
          { ParameterKey: 'B', ParameterValue: '1' },
        ],
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    expect(seen[0].input).toEqual({
      StackName: 'Serving',
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'A', UsePreviousValue: true },
        { ParameterKey: 'B', ParameterValue: '1' },
      ],
      Capabilities: ['CAPABILITY_IAM'],
    });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'Serving' }));
    expect(Stacks![0]).toMatchObject({
      CreationTime: created,
      Outputs: [{ OutputKey: 'Endpoint', OutputValue: '<a & "b">' }],
    });
  });

  it("turns a service error into the client's exception", async () => {
    answer = () => {
      throw new AwsError('ValidationError', 'Stack with id Serving does not exist');
    };
    const error = await failure(
      new CloudFormationClient(options).send(new DescribeStacksCommand({ StackName: 'Serving' })),
    );
    expect(error).toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id Serving does not exist',
      $metadata: { httpStatusCode: 400 },
    });
  });

  describe('STS', () => {
    const role = 'arn:aws:iam::123456789012:role/Release';

    it("returns the administrator's identity", async () => {
      const identity = await new STSClient(options).send(new GetCallerIdentityCommand({}));
      expect(identity).toMatchObject({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/administrator' });
    });

    it('issues keys of a role only if it trusts the caller', async () => {
      const trust = (principal: unknown) => ({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
      });
      host.policies.putRole({ arn: role, trust: trust({ Service: 'states.amazonaws.com' }) });
      const client = new STSClient(options);
      const command = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'me' });
      expect((await failure(client.send(command))).message).toContain(
        'because no role trust policy allows the sts:AssumeRole action',
      );
      host.policies.putRole({ arn: role, trust: trust({ AWS: 'arn:aws:iam::123456789012:root' }) });
      const { Credentials } = await client.send(command);
      const credentials = {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken,
      };
      const identity = await new STSClient({ ...options, credentials }).send(new GetCallerIdentityCommand({}));
      expect(identity.Arn).toBe('arn:aws:sts::123456789012:assumed-role/Release/me');
      const error = await failure(
        new SageMakerClient({ ...options, credentials }).send(new DescribeEndpointCommand({ EndpointName: 'live' })),
      );
      expect(error.message).toBe(
        'User: arn:aws:sts::123456789012:assumed-role/Release/me is not authorized to perform: sagemaker:DescribeEndpoint ' +
          `on resource: ${ENDPOINT} because no identity-based policy allows the sagemaker:DescribeEndpoint action`,
      );
    });
  });

  it("refuses keys that it did not issue, with each protocol's message", async () => {
    const strange = { ...options, credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } };
    expect((await failure(new KMSClient(strange).send(new ListKeysCommand({})))).name).toBe(
      'UnrecognizedClientException',
    );
    expect((await failure(new STSClient(strange).send(new GetCallerIdentityCommand({})))).name).toBe(
      'InvalidClientTokenId',
    );
    expect((await failure(new S3Client(strange).send(new ListBucketsCommand({})))).name).toBe('InvalidAccessKeyId');
    expect((await failure(new EC2Client(strange).send(new DescribeVpcsCommand({})))).name).toBe('AuthFailure');
    expect((await fetch(host.platform.endpoint)).status).toBe(403);
  });

  it('does not take a body that is no JSON object', async () => {
    const bodies = {
      '[1': 'The request body is not valid JSON',
      '[1]': 'Start of structure or map found where not expected',
    };
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' };
    const { credentials } = options;
    for (const [body, message] of Object.entries(bodies)) {
      const answer = (await (
        await signedFetch(host.platform.endpoint, { credentials, service: 'kms', headers, body })
      ).json()) as {
        __type: string;
        message: string;
      };
      expect([answer.__type, answer.message]).toEqual(['SerializationException', message]);
    }
  });

  it('has STS refuse what is no role, and names that are none', async () => {
    const client = new STSClient(options);
    const ask = (RoleArn: string, RoleSessionName: string) =>
      failure(client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName })));
    expect(await ask('arn:aws:iam::123456789012:user/somebody', 'me')).toMatchObject({
      name: 'ValidationError',
      message: 'arn:aws:iam::123456789012:user/somebody is invalid',
    });
    expect(await ask('arn:aws:iam::123456789012:role/Release', 'me and you')).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("at 'roleSessionName'"),
    });
    expect(await ask('arn:aws:iam::123456789012:role/Nobody', 'me')).toMatchObject({ name: 'AccessDenied' });
  });

  it('refuses a client of another region', async () => {
    const error = await failure(new KMSClient({ ...options, region: 'us-west-2' }).send(new ListKeysCommand({})));
    expect(error.message).toContain("not 'us-west-2'. The local account plays eu-west-1.");
  });

  it('understands the CBOR protocol as newer SDKs speak it', async () => {
    const send = (accessKeyId: string, input: unknown, operation = 'PutMetricData') =>
      signedFetch(`${host.platform.endpoint}/service/GraniteServiceVersion20100801/operation/${operation}`, {
        credentials: { ...options.credentials, accessKeyId },
        service: 'monitoring',
        headers: {
          'smithy-protocol': 'rpc-v2-cbor',
          'content-type': 'application/cbor',
          accept: 'application/cbor',
        },
        body: Buffer.from(cbor.serialize(input)),
      });
    const input = { Namespace: 'Workflow', MetricData: [{ MetricName: 'Rows', Value: 3 }] };
    expect((await send(host.platform.administrator.accessKeyId, input)).status).toBe(200);
    expect(host.decisions.at(-1)!.context['cloudwatch:namespace']).toEqual(['Workflow']);
    const at = (offset: number) => dateToTag(new Date(host.platform.clock.now() + offset));
    const question = {
      Namespace: 'Workflow',
      MetricName: 'Rows',
      StartTime: at(-60_000),
      EndTime: at(60_000),
      Period: 300,
      Statistics: ['Sum'],
    };
    const answered = await send(host.platform.administrator.accessKeyId, question, 'GetMetricStatistics');
    expect(cbor.deserialize(new Uint8Array(await answered.arrayBuffer()))).toMatchObject({
      Datapoints: [{ Sum: 3, Timestamp: { tag: 1, value: expect.any(Number) } }],
    });
    const refused = await send('AKIAUNKNOWN', input);
    expect(cbor.deserialize(new Uint8Array(await refused.arrayBuffer()))).toMatchObject({
      __type: 'UnrecognizedClientException',
    });
  });

  it('refuses an operation that is not in the call table, even to the administrator', async () => {
    const response = await signedFetch(host.platform.endpoint, {
      credentials: options.credentials,
      service: 'kms',
      headers: {
        'x-amz-target': 'TrentService.ConnectCustomKeyStore',
        'content-type': 'application/x-amz-json-1.1',
      },
      body: '{}',
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("kms:ConnectCustomKeyStore is not in the local account's call table");
  });

  it('sends the namespace of a metric as a condition key', async () => {
    await new CloudWatchClient(options).send(
      new PutMetricDataCommand({ Namespace: 'Other', MetricData: [{ MetricName: 'Rows', Value: 1 }] }),
    );
    expect(host.decisions.at(-1)!.context['cloudwatch:namespace']).toEqual(['Other']);
  });

  it('reads what the SDK compressed because it was large', async () => {
    const MetricData = Array.from({ length: 150 }, (_, at) => ({
      MetricName: `Feature${at}`,
      Value: at,
      Dimensions: [{ Name: 'Endpoint', Value: 'x'.repeat(80) }],
    }));
    await new CloudWatchClient(options).send(new PutMetricDataCommand({ Namespace: 'Compressed', MetricData }));
    const { Metrics } = await new CloudWatchClient(options).send(new ListMetricsCommand({ Namespace: 'Compressed' }));
    expect(Metrics?.length).toBe(150);
  });

  it('uses another port when the preferred one is taken, and records it', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const taken = (blocker.address() as AddressInfo).port;
    const other = await testPlatform({ preferredPort: taken });
    try {
      expect(other.platform.endpoint).not.toContain(`:${taken}`);
      expect(other.eventLog[0].summary).toContain(`port ${taken} is taken`);
    } finally {
      await other.stop();
      blocker.close();
    }
  });
});
