import {
  AddPermissionCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionConfigurationCommand,
  PutFunctionEventInvokeConfigCommand,
  type PutFunctionEventInvokeConfigCommandInput,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { group, optionalText, pick, tagRecord, text } from './values';

const CONFIGURATION = [
  'Role',
  'Handler',
  'Description',
  'Timeout',
  'MemorySize',
  'Environment',
  'Runtime',
  'DeadLetterConfig',
  'KmsKeyArn',
  'TracingConfig',
  'Layers',
  'EphemeralStorage',
  'LoggingConfig',
  'VpcConfig',
];

export const lambdaFunction: Provisioner = {
  nameProperty: 'FunctionName',
  replacing: ['FunctionName'],
  updating: [...CONFIGURATION, 'Code', 'Architectures'],
  inert: ['Tags'],
  async create(properties, context) {
    const name = optionalText(properties, 'FunctionName') ?? context.name(64);
    const input = {
      ...configuration(properties),
      ...pick(properties, ['Architectures']),
      FunctionName: name,
      Code: code(properties),
      Tags: tagRecord(properties),
    };
    await context.clients.lambda.send(new CreateFunctionCommand(input as CreateFunctionCommandInput));
    return describe(name, context);
  },
  async update(name, properties, previous, context) {
    const { lambda } = context.clients;
    if (JSON.stringify(properties.Code) !== JSON.stringify(previous.Code)) {
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ...code(properties) }));
    }
    const input = { ...configuration(properties), FunctionName: name };
    await lambda.send(new UpdateFunctionConfigurationCommand(input as UpdateFunctionConfigurationCommandInput));
    return describe(name, context);
  },
  /** The code cannot be read back, also on AWS. */
  async read(name, _, { lambda }) {
    const live = await unlessMissing(lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })));
    if (!live) return undefined;
    const compared = ['Role', 'Handler', 'Description', 'Timeout', 'MemorySize', 'Environment', 'Runtime'];
    return { FunctionName: name, ...pick(live as unknown as Properties, compared) };
  },
  async delete(name, _, { clients }) {
    await unlessGone(clients.lambda.send(new DeleteFunctionCommand({ FunctionName: name })));
  },
};

function describe(name: string, { partition, region, accountId }: ProvisionContext): Provisioned {
  return { physicalId: name, attributes: { Arn: `arn:${partition}:lambda:${region}:${accountId}:function:${name}` } };
}

/** The API spells one member otherwise than the template: KMSKeyArn. */
function configuration(properties: Properties): Properties {
  const { KmsKeyArn, ...rest } = pick(properties, CONFIGURATION) as Properties;
  return { ...rest, ...(KmsKeyArn === undefined ? {} : { KMSKeyArn: KmsKeyArn }) };
}

/** Inline code becomes a zip with one file, named for the runtime. */
function code(properties: Properties): {
  S3Bucket?: string;
  S3Key?: string;
  S3ObjectVersion?: string;
  ZipFile?: Uint8Array;
} {
  const source = group(properties, 'Code');
  const inline = optionalText(source, 'ZipFile');
  if (inline === undefined) {
    return pick(source, ['S3Bucket', 'S3Key', 'S3ObjectVersion']);
  }
  const file = (optionalText(properties, 'Runtime') ?? '').startsWith('python') ? 'index.py' : 'index.js';
  return { ZipFile: zipSync({ [file]: strToU8(inline) }) };
}

/** Who may invoke a function: one statement of its resource policy. */
export const permission: Provisioner = {
  replacing: ['FunctionName', 'Action', 'Principal', 'SourceArn', 'SourceAccount'],
  updating: [],
  inert: [],
  async create(properties, context) {
    const arn = functionArn(properties, context);
    const id = context.name(100);
    await context.clients.lambda.send(
      new AddPermissionCommand({
        FunctionName: arn,
        StatementId: id,
        Action: text(properties, 'Action'),
        Principal: text(properties, 'Principal'),
        SourceArn: optionalText(properties, 'SourceArn'),
        SourceAccount: optionalText(properties, 'SourceAccount'),
      }),
    );
    context.policies.putResourcePolicy(arn, { Version: '2012-10-17', Statement: [statement(id, arn, properties)] }, id);
    return { physicalId: id, attributes: { Id: id } };
  },
  async delete(id, properties, context) {
    const arn = functionArn(properties, context);
    await unlessGone(context.clients.lambda.send(new RemovePermissionCommand({ FunctionName: arn, StatementId: id })));
    context.policies.deleteResourcePolicy(arn, id);
  },
};

function functionArn(properties: Properties, { partition, region, accountId }: ProvisionContext): string {
  const name = text(properties, 'FunctionName');
  return name.startsWith('arn:') ? name : `arn:${partition}:lambda:${region}:${accountId}:function:${name}`;
}

function statement(Sid: string, Resource: string, properties: Properties): unknown {
  const principal = text(properties, 'Principal');
  const sourceArn = optionalText(properties, 'SourceArn');
  const sourceAccount = optionalText(properties, 'SourceAccount');
  const condition = {
    ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
  };
  return {
    Sid,
    Effect: 'Allow',
    Principal:
      principal === '*' ? '*' : principal.includes('.amazonaws.com') ? { Service: principal } : { AWS: principal },
    Action: text(properties, 'Action'),
    Resource,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

export const eventInvokeConfig: Provisioner = {
  replacing: ['FunctionName', 'Qualifier'],
  updating: ['DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'],
  inert: [],
  create: putInvokeConfig,
  update: (_, properties, __, context) => putInvokeConfig(properties, context),
  async delete(_, properties, { clients }) {
    const target = { FunctionName: text(properties, 'FunctionName'), Qualifier: optionalText(properties, 'Qualifier') };
    await unlessGone(clients.lambda.send(new DeleteFunctionEventInvokeConfigCommand(target)));
  },
};

async function putInvokeConfig(properties: Properties, { clients }: ProvisionContext): Promise<Provisioned> {
  const names = ['FunctionName', 'Qualifier', 'DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'];
  const input = pick(properties, names) as unknown as PutFunctionEventInvokeConfigCommandInput;
  await clients.lambda.send(new PutFunctionEventInvokeConfigCommand(input));
  return {
    physicalId: `${text(properties, 'FunctionName')}|${optionalText(properties, 'Qualifier') ?? '$LATEST'}`,
    attributes: {},
  };
}
