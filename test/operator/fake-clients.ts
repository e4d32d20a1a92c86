import type { Clients } from '../../operator/clients';
import { type ContextSettings, makeContext, type OperatorContext } from '../../operator/context';
import type { Output } from '../../operator/output';

/** Responses of an account: by command name (`DescribeStacksCommand`), a value or a function of the input. */
export type Responses = Readonly<Record<string, unknown>>;

export interface Sent {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** Clients of an account that exists only in a test. A call without a response fails the test. */
export function fakeClients(responses: Responses, sent: Sent[] = []): Clients {
  const client = {
    config: { region: () => Promise.resolve('eu-central-1') },
    send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
      const { name } = command.constructor;
      sent.push({ name, input: command.input });
      if (!(name in responses)) return Promise.reject(new Error(`the test's account has no response to ${name}`));
      const response = responses[name];
      try {
        return Promise.resolve(
          typeof response === 'function' ? (response as (input: unknown) => unknown)(command.input) : response,
        );
      } catch (error) {
        return Promise.reject(error as Error);
      }
    },
  };
  const clients: Clients = new Proxy(
    {},
    { get: (_, name) => (name === 'withCredentials' ? () => clients : name === 'destroy' ? () => undefined : client) },
  ) as Clients;
  return clients;
}

export const outputs: Readonly<Record<string, string>> = {
  RawBucketName: 'raw',
  CuratedBucketName: 'curated',
  ArtifactsBucketName: 'artifacts',
  CaptureBucketName: 'capture',
  GlueDatabaseName: 'flights',
  RequestColumns: 'maker,carrier,mean_delay_60,flights_60',
  StateRules: '{"windows":[60],"grid":15,"lead":120,"late":15}',
  PipelineName: 'pipeline',
  ModelPackageGroupName: 'group',
  NoLiveModelUri: 's3://assets/no-live-model.json',
  ApprovedModelParameterName: '/mla-blueprint/approved',
  EndpointName: 'endpoint',
  BatchStateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:batch',
  ApproverRoleArn: 'arn:aws:iam::123456789012:role/mla-blueprint-approver',
  ReleaseStateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:release',
  MonitoringStateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:monitoring',
  ModelQualityStateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:model-quality',
  DriftAlarmName: 'drift',
  RetrainingFunctionName: 'start-retraining',
};

const stacks = {
  Stacks: [{ Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }],
};

/** Whoever runs the command may approve. */
const approver = {
  GetCallerIdentityCommand: { Arn: 'arn:aws:iam::123456789012:user/ann' },
  AssumeRoleCommand: { Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't' } },
};

/** The catalog of a workflow with two airports. */
const catalog = {
  GetTablesCommand: {
    TableList: [{ Name: 'curated_flights', Parameters: { 'projection.airport.values': 'JFK,LGA' } }],
  },
};

export function fakeContext(
  responses: Responses,
  sent: Sent[] = [],
  settings: Partial<ContextSettings> = {},
): OperatorContext {
  const clients = fakeClients({ DescribeStacksCommand: stacks, ...approver, ...catalog, ...responses }, sent);
  return makeContext({ clients, pollMilliseconds: 0, sleep: () => Promise.resolve(), ...settings });
}

export function recordedOutput(): Output & { readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, line: (text = '') => void lines.push(text), progress: (text) => void lines.push(text) };
}

/** An error as the SDK throws it. */
export function awsError(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

/** Response of GetObject. */
export const objectBody = (content: string | Buffer) => ({
  Body: { transformToByteArray: () => Promise.resolve(Buffer.from(content)) },
});

/** A deployment that takes idle endpoints down. */
export const deploymentWithRemoval = {
  DescribeStacksCommand: {
    Stacks: [
      {
        Outputs: Object.entries({ ...outputs, EndpointStateParameterName: '/state' }).map(
          ([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }),
        ),
      },
    ],
  },
};
