import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeEndpointCommand, ListModelPackagesCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { flight } from './run-load';

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const ENDPOINT = 'mla-blueprint-flight-disruption';
const BUCKET = 'bench-memory';
const KEYS = 20;

/**
 * Signed calls of many services, each in turn. They leave nothing: an object replaces itself, a message is deleted.
 * Only what AWS keeps of a call is kept: the event history, an endpoint's metrics and captured requests.
 */
export async function mixedCalls(
  client: Settings,
): Promise<{ send(count: number, clients: number): Promise<void>; readonly names: readonly string[] }> {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const [sqs, ssm, iam] = [new SQSClient(client), new SSMClient(client), new IAMClient(client)];
  const [sagemaker, runtime] = [new SageMakerClient(client), new SageMakerRuntimeClient(client)];
  const [cloudformation, cloudwatch, events] = [
    new CloudFormationClient(client),
    new CloudWatchClient(client),
    new EventBridgeClient(client),
  ];
  const [lambda, sfn, sts, glue] = [
    new LambdaClient(client),
    new SFNClient(client),
    new STSClient(client),
    new GlueClient(client),
  ];
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: BUCKET }));
  const Name = '/bench/memory';
  await ssm.send(new PutParameterCommand({ Name, Value: '1', Type: 'String' }));
  const { Roles: [role] = [] } = await iam.send(new ListRolesCommand({}));
  for (let at = 0; at < KEYS; at += 1)
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `key-${at}`, Body: 'x'.repeat(1000) }));
  const Key = (at: number) => `key-${at % KEYS}`;
  const calls: Record<string, (at: number) => Promise<unknown>> = {
    PutObject: (at) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: Key(at), Body: 'x'.repeat(1000) })),
    GetObject: async (at) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: Key(at) }));
      await Body?.transformToByteArray();
    },
    ListObjects: () => s3.send(new ListObjectsV2Command({ Bucket: BUCKET })),
    SendMessage: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    ReceiveMessage: async () => {
      const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      if (message) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    },
    GetParameter: () => ssm.send(new GetParameterCommand({ Name })),
    GetRole: () => iam.send(new GetRoleCommand({ RoleName: role?.RoleName })),
    GetCallerIdentity: () => sts.send(new GetCallerIdentityCommand({})),
    DescribeStacks: () => cloudformation.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' })),
    DescribeAlarms: () => cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 10 })),
    ListRules: () => events.send(new ListRulesCommand({ Limit: 10 })),
    ListFunctions: () => lambda.send(new ListFunctionsCommand({ MaxItems: 10 })),
    ListStateMachines: () => sfn.send(new ListStateMachinesCommand({})),
    GetTables: () => glue.send(new GetTablesCommand({ DatabaseName: 'bench' })).catch(() => undefined),
    DescribeEndpoint: () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: ENDPOINT })),
    ListModelPackages: () => sagemaker.send(new ListModelPackagesCommand({})),
    InvokeEndpoint: () =>
      runtime.send(
        new InvokeEndpointCommand({ EndpointName: ENDPOINT, ContentType: 'text/csv', Body: Buffer.from(flight) }),
      ),
  };
  const all = Object.values(calls);
  let next = 0;
  return {
    names: Object.keys(calls),
    async send(count, clients) {
      const end = next + count;
      const one = async (): Promise<void> => {
        while (next < end) {
          const at = next;
          next += 1;
          await all[at % all.length]?.(at);
        }
      };
      await Promise.all(Array.from({ length: clients }, one));
    },
  };
}
