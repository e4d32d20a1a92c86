import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as glue from '@aws-sdk/client-glue';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import type { Credentials, Platform } from '../../platform';
import type { ServiceModels } from '../../service-model';
import { type JavaService, taskErrorName } from './error-names';

interface Service extends JavaService {
  readonly module: object;
  readonly client: string;
  /** Its folder in botocore, where that is not its name. */
  readonly model?: string;
  /** The API's members begin with a small letter; state machines write them with a capital all the same. */
  readonly lowerCase?: boolean;
}

/** By the name that a task's resource gives them. */
export const services: Readonly<Record<string, Service>> = {
  cloudformation: { module: cloudformation, client: 'CloudFormationClient', prefix: 'CloudFormation' },
  cloudwatch: { module: cloudwatch, client: 'CloudWatchClient', prefix: 'CloudWatch' },
  glue: {
    module: glue,
    client: 'GlueClient',
    prefix: 'Glue',
    optimized: { prefix: 'Glue', base: 'AWSGlueException' },
  },
  lambda: {
    module: lambda,
    client: 'LambdaClient',
    prefix: 'Lambda',
    optimized: { prefix: 'Lambda', base: 'AWSLambdaException' },
  },
  s3: { module: s3, client: 'S3Client', prefix: 'S3' },
  sagemaker: {
    module: sagemaker,
    client: 'SageMakerClient',
    prefix: 'SageMaker',
    optimized: { prefix: 'SageMaker', base: 'AmazonSageMakerException' },
  },
  sfn: { module: sfn, client: 'SFNClient', model: 'stepfunctions', prefix: 'Sfn', lowerCase: true },
  sns: { module: sns, client: 'SNSClient', prefix: 'Sns', optimized: { prefix: 'SNS', base: 'AmazonSNSException' } },
  sqs: { module: sqs, client: 'SQSClient', prefix: 'Sqs', optimized: { prefix: 'SQS', base: 'AmazonSQSException' } },
  ssm: { module: ssm, client: 'SSMClient', prefix: 'Ssm' },
};

interface Client {
  send(command: object): Promise<object>;
  destroy(): void;
}

/** How a task's resource names what it calls: `sagemaker`, `describeModelPackage`. */
export interface TaskCall {
  readonly service: string;
  readonly action: string;
  /** `arn:aws:states:::sns:publish`, not `arn:aws:states:::aws-sdk:sns:publish`. */
  readonly optimized: boolean;
}

/** Calls an action of a service with somebody's credentials. */
export async function callService(
  { platform, models }: { readonly platform: Platform; readonly models: ServiceModels },
  credentials: Credentials,
  { service: serviceName, action, optimized }: TaskCall,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const service = services[serviceName];
  const command = `${operationOf(action)}Command`;
  const module = service?.module as Readonly<Record<string, new (input: object) => object>> | undefined;
  const Command = module?.[command];
  const Client = service && (module?.[service.client] as (new (configuration: object) => Client) | undefined);
  if (!service || !Command || !Client)
    throw new Error(`arn:aws:states:::aws-sdk:${serviceName}:${action} is not supported by the local account`);
  const client = new Client({
    endpoint: platform.endpoint,
    region: platform.region,
    credentials,
    maxAttempts: 1,
    forcePathStyle: true,
  });
  try {
    const input = service.lowerCase ? renamed(parameters, lowerFirst) : parameters;
    const output = plain(await platform.clock.working(client.send(new Command(input as object)))) as Record<
      string,
      unknown
    >;
    delete output.$metadata;
    return (service.lowerCase ? renamed(output, upperFirst) : output) as Record<string, unknown>;
  } catch (error) {
    const failure = new Error((error as Error).message);
    failure.name = taskErrorName(
      (error as Error).name,
      operationOf(action),
      models.get(service.model ?? serviceName),
      service,
      optimized,
    );
    throw failure;
  } finally {
    client.destroy();
  }
}

export const operationOf = (action: string): string => upperFirst(action);

/** JSON as a state's output holds it: dates as ISO text, streams and undefined left out. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      member instanceof Uint8Array ? Buffer.from(member).toString('utf8') : member,
    ),
  ) as unknown;
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => renamed(one, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), renamed(inner, rename)]));
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
