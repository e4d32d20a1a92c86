import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';

import type { Credentials, Platform } from '../../platform';

interface Service {
  readonly module: object;
  readonly client: string;
  /** What error names begin with: the service's name in the SDK for Java. */
  readonly prefix: string;
  /** The API's members begin with a small letter; state machines write them with a capital all the same. */
  readonly lowerCase?: boolean;
}

const services: Readonly<Record<string, Service>> = {
  cloudformation: { module: cloudformation, client: 'CloudFormationClient', prefix: 'CloudFormation' },
  cloudwatch: { module: cloudwatch, client: 'CloudWatchClient', prefix: 'CloudWatch' },
  lambda: { module: lambda, client: 'LambdaClient', prefix: 'Lambda' },
  s3: { module: s3, client: 'S3Client', prefix: 'S3' },
  sagemaker: { module: sagemaker, client: 'SageMakerClient', prefix: 'SageMaker' },
  sfn: { module: sfn, client: 'SFNClient', prefix: 'Sfn', lowerCase: true },
  sns: { module: sns, client: 'SNSClient', prefix: 'Sns' },
  sqs: { module: sqs, client: 'SQSClient', prefix: 'Sqs' },
  ssm: { module: ssm, client: 'SSMClient', prefix: 'Ssm' },
};

interface Client {
  send(command: object): Promise<object>;
  destroy(): void;
}

/** Calls an action of a service by its names in a state machine (`sagemaker`, `describeModelPackage`) with somebody's credentials. */
export async function callService(
  platform: Platform,
  credentials: Credentials,
  serviceName: string,
  action: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const service = services[serviceName];
  const command = `${action.charAt(0).toUpperCase()}${action.slice(1)}Command`;
  const module = service?.module as Readonly<Record<string, new (input: object) => object>> | undefined;
  const Command = module?.[command];
  const Client = service && (module?.[service.client] as (new (configuration: object) => Client) | undefined);
  if (!service || !Command || !Client) throw new Error(`arn:aws:states:::aws-sdk:${serviceName}:${action} is not supported by the rehearsal`);
  const client = new Client({ endpoint: platform.endpoint, region: platform.region, credentials, maxAttempts: 1, forcePathStyle: true });
  try {
    const input = service.lowerCase ? renamed(parameters, lowerFirst) : parameters;
    const output = plain(await platform.clock.working(client.send(new Command(input as object)))) as Record<string, unknown>;
    delete output.$metadata;
    return (service.lowerCase ? renamed(output, upperFirst) : output) as Record<string, unknown>;
  } catch (error) {
    throw named(error as Error, service);
  } finally {
    client.destroy();
  }
}

/** A failure under the name that a Catch or Retry sees: `Ssm.ParameterNotFoundException`; what a service does not model is `<Service>.<Service>Exception`. */
function named(error: Error, { prefix }: Service): Error {
  const modeled = /Exception$|^ResourceNotFound$|^ResourceInUse$|^ResourceLimitExceeded$|^ConflictException$|Throttl/.test(error.name);
  const denied = /AccessDenied/.test(error.name);
  const simple = error.name.endsWith('Exception') ? error.name : `${error.name}Exception`;
  const failure = new Error(error.message);
  failure.name = `${prefix}.${modeled && !denied ? simple : /Parameter/.test(error.name) ? simple : `${prefix}Exception`}`;
  return failure;
}

/** JSON as a state's output holds it: dates as ISO text, streams and undefined left out. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, member: unknown) => (member instanceof Uint8Array ? Buffer.from(member).toString('utf8') : member))) as unknown;
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => renamed(one, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), renamed(inner, rename)]));
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
