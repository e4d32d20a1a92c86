import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Credentials, Platform } from '../platform';

const CLASSES = {
  athena: AthenaClient,
  autoscaling: ApplicationAutoScalingClient,
  cloudtrail: CloudTrailClient,
  cloudwatch: CloudWatchClient,
  dynamodb: DynamoDBClient,
  ecr: ECRClient,
  events: EventBridgeClient,
  firehose: FirehoseClient,
  glue: GlueClient,
  iam: IAMClient,
  kinesis: KinesisClient,
  kms: KMSClient,
  lambda: LambdaClient,
  logs: CloudWatchLogsClient,
  s3: S3Client,
  sagemaker: SageMakerClient,
  sfn: SFNClient,
  sns: SNSClient,
  sqs: SQSClient,
  ssm: SSMClient,
};

type ClientName = keyof typeof CLASSES;

export type Clients = { readonly [Name in ClientName]: InstanceType<(typeof CLASSES)[Name]> } & { close(): void };

interface Args {
  readonly request?: { readonly headers: Record<string, string> };
}

/** As much of an SDK client as is needed to make each call count as work, and to say who calls. */
interface AnyClient {
  readonly middlewareStack: {
    add(
      middleware: (next: (args: Args) => Promise<unknown>) => (args: Args) => Promise<unknown>,
      options: { readonly step: 'initialize' | 'finalizeRequest'; readonly name: string },
    ): void;
  };
  destroy(): void;
}

/** SDK clients for one principal, made when first used. A call in flight is work: the virtual clock waits for it. */
export function makeClients(
  platform: Pick<Platform, 'endpoint' | 'region' | 'clock'>,
  credentials: Credentials,
): Clients {
  const { endpoint, region, clock } = platform;
  const made = new Map<ClientName, AnyClient>();
  const make = (name: ClientName): AnyClient => {
    const Client = CLASSES[name] as unknown as new (configuration: object) => AnyClient;
    const client = new Client({ endpoint, region, credentials, maxAttempts: 2 });
    client.middlewareStack.add((next) => (args) => clock.working(next(args)), {
      step: 'initialize',
      name: 'virtualClock',
    });
    // How CloudTrail shows that CloudFormation called for a principal ("CloudTrail record contents", userAgent).
    const asCloudFormation = (args: Args): Args => {
      if (args.request) args.request.headers['user-agent'] = 'cloudformation.amazonaws.com';
      return args;
    };
    client.middlewareStack.add((next) => (args) => next(asCloudFormation(args)), {
      step: 'finalizeRequest',
      name: 'invokedBy',
    });
    made.set(name, client);
    return client;
  };
  const clients = {
    close: () => {
      made.forEach((client) => client.destroy());
      made.clear();
    },
  };
  for (const name of Object.keys(CLASSES) as ClientName[]) {
    Object.defineProperty(clients, name, { get: () => made.get(name) ?? make(name) });
  }
  return clients as Clients;
}
