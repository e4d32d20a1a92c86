import {
  CreateDataQualityRulesetCommand,
  CreateJobCommand,
  type CreateJobCommandInput,
  CreateSecurityConfigurationCommand,
  DeleteDataQualityRulesetCommand,
  DeleteJobCommand,
  DeleteSecurityConfigurationCommand,
  type EncryptionConfiguration,
  type JobUpdate,
  type S3Encryption,
  UpdateDataQualityRulesetCommand,
  UpdateJobCommand,
} from '@aws-sdk/client-glue';
import { unlessGone } from '../failure';
import type { Properties, Provisioner } from '../provisioner';
import { group, list, optionalFlag, optionalNumber, optionalText, text } from './values';

const jobProperties = [
  'AllocatedCapacity',
  'Command',
  'Connections',
  'DefaultArguments',
  'Description',
  'ExecutionClass',
  'ExecutionProperty',
  'GlueVersion',
  'JobMode',
  'JobRunQueuingEnabled',
  'LogUri',
  'MaintenanceWindow',
  'MaxCapacity',
  'MaxRetries',
  'NonOverridableArguments',
  'NotificationProperty',
  'NumberOfWorkers',
  'Role',
  'SecurityConfiguration',
  'Timeout',
  'WorkerType',
];

/** A job with all that Glue is asked to do: what Glue does not do here, it refuses. */
export const glueJob: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name'],
  updating: jobProperties,
  inert: ['Tags'],
  async create(properties, context) {
    const Name = optionalText(properties, 'Name') ?? context.name(255);
    const input = { ...definition(properties), Name, Tags: tags(properties) } as CreateJobCommandInput;
    await context.clients.glue.send(new CreateJobCommand(input));
    return { physicalId: Name, attributes: {} };
  },
  async update(JobName, properties, _, { clients }) {
    await clients.glue.send(new UpdateJobCommand({ JobName, JobUpdate: definition(properties) }));
    return { physicalId: JobName, attributes: {} };
  },
  async delete(JobName, _, { clients }) {
    await unlessGone(clients.glue.send(new DeleteJobCommand({ JobName })));
  },
};

/** Templates write numbers and truth values as either. */
function definition(properties: Properties): JobUpdate {
  const { ExecutionProperty: execution, ...all } = Object.fromEntries(
    jobProperties.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]),
  );
  const MaxConcurrentRuns = optionalNumber(group(properties, 'ExecutionProperty'), 'MaxConcurrentRuns');
  return {
    ...all,
    ...(execution === undefined ? {} : { ExecutionProperty: { MaxConcurrentRuns } }),
    MaxCapacity: optionalNumber(properties, 'MaxCapacity'),
    MaxRetries: optionalNumber(properties, 'MaxRetries'),
    NumberOfWorkers: optionalNumber(properties, 'NumberOfWorkers'),
    Timeout: optionalNumber(properties, 'Timeout'),
    JobRunQueuingEnabled: optionalFlag(properties, 'JobRunQueuingEnabled'),
  } as JobUpdate;
}

/** Glue's types take an object; CDK's tag aspect writes one, too. */
function tags(properties: Properties): Record<string, string> | undefined {
  const own = properties.Tags;
  return own === undefined ? undefined : (group(properties, 'Tags') as Record<string, string>);
}

export const securityConfiguration: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name', 'EncryptionConfiguration'],
  updating: [],
  inert: [],
  async create(properties, { clients }) {
    const Name = text(properties, 'Name');
    const { S3Encryptions: _, ...rest } = group(properties, 'EncryptionConfiguration');
    const S3Encryption = [...list<S3Encryption>(group(properties, 'EncryptionConfiguration'), 'S3Encryptions')];
    const configuration = { ...rest, S3Encryption } as EncryptionConfiguration;
    await clients.glue.send(new CreateSecurityConfigurationCommand({ Name, EncryptionConfiguration: configuration }));
    return { physicalId: Name, attributes: {} };
  },
  async delete(Name, _, { clients }) {
    await unlessGone(clients.glue.send(new DeleteSecurityConfigurationCommand({ Name })));
  },
};

export const dataQualityRuleset: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name', 'TargetTable'],
  updating: ['Ruleset', 'Description'],
  inert: ['Tags'],
  async create(properties, { clients, name }) {
    const Name = optionalText(properties, 'Name') ?? name(255);
    const target = group(properties, 'TargetTable');
    await clients.glue.send(
      new CreateDataQualityRulesetCommand({
        Name,
        Ruleset: text(properties, 'Ruleset'),
        Description: optionalText(properties, 'Description'),
        Tags: tags(properties),
        TargetTable:
          properties.TargetTable === undefined
            ? undefined
            : { DatabaseName: text(target, 'DatabaseName'), TableName: text(target, 'TableName') },
      }),
    );
    return { physicalId: Name, attributes: {} };
  },
  async update(Name, properties, _, { clients }) {
    const Ruleset = text(properties, 'Ruleset');
    const Description = optionalText(properties, 'Description');
    await clients.glue.send(new UpdateDataQualityRulesetCommand({ Name, Ruleset, Description }));
    return { physicalId: Name, attributes: {} };
  },
  async delete(Name, _, { clients }) {
    await unlessGone(clients.glue.send(new DeleteDataQualityRulesetCommand({ Name })));
  },
};
