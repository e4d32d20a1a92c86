import {
  CreateStateMachineCommand,
  type CreateStateMachineCommandInput,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  UpdateStateMachineCommand,
  type UpdateStateMachineCommandInput,
} from '@aws-sdk/client-sfn';
import { isRecord } from '../../assembly/template';
import { isNotFound, unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { group, json, optionalText, smallTags, text } from './values';

export const stateMachine: Provisioner = {
  nameProperty: 'StateMachineName',
  replacing: ['StateMachineName', 'StateMachineType'],
  updating: [
    'Definition',
    'DefinitionString',
    'DefinitionSubstitutions',
    'RoleArn',
    'LoggingConfiguration',
    'TracingConfiguration',
    'EncryptionConfiguration',
  ],
  inert: ['Tags'],
  async create(properties, { clients, ...context }) {
    const name = optionalText(properties, 'StateMachineName') ?? context.name(80);
    const input = {
      ...settings(properties),
      name,
      type: optionalText(properties, 'StateMachineType'),
      tags: smallTags(properties),
    };
    const { stateMachineArn = '' } = await clients.sfn.send(
      new CreateStateMachineCommand(input as CreateStateMachineCommandInput),
    );
    return describe(stateMachineArn);
  },
  async update(stateMachineArn, properties, _, { clients }) {
    const input = { ...settings(properties), stateMachineArn };
    await clients.sfn.send(new UpdateStateMachineCommand(input as UpdateStateMachineCommandInput));
    return describe(stateMachineArn);
  },
  patchable: true,
  async read(stateMachineArn, properties, { sfn }) {
    const live = await unlessMissing(sfn.send(new DescribeStateMachineCommand({ stateMachineArn })));
    if (!live) return undefined;
    // The template's definition has substitutions, and may be an object.
    const raw = properties.Definition ?? properties.DefinitionString;
    const same = raw !== undefined && definitionOf(properties) === live.definition;
    const definition = same
      ? raw
      : properties.Definition === undefined
        ? live.definition
        : JSON.parse(live.definition ?? '{}');
    return {
      StateMachineName: live.name,
      RoleArn: live.roleArn,
      [properties.Definition === undefined ? 'DefinitionString' : 'Definition']: definition,
      LoggingConfiguration: large(live.loggingConfiguration),
      TracingConfiguration: large(live.tracingConfiguration),
    };
  },
  async delete(stateMachineArn, _, context) {
    await unlessGone(context.clients.sfn.send(new DeleteStateMachineCommand({ stateMachineArn })));
    await gone(stateMachineArn, context);
  },
};

function describe(arn: string): Provisioned {
  return { physicalId: arn, attributes: { Arn: arn, Name: arn.split(':').pop() } };
}

/**
 * A state machine is deleted when its executions have ended; until then it is DELETING. A handler has two hours unless
 * its resource type says otherwise (CloudFormation CLI User Guide, resource type schema: timeoutInMinutes).
 */
async function gone(stateMachineArn: string, { clients, clock }: ProvisionContext): Promise<void> {
  for (let tries = 0; tries < 1_440; tries++) {
    try {
      await clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    } catch (error) {
      if (isNotFound(error)) {
        return;
      }
      throw error;
    }
    await clock.sleep(5000);
  }
  throw new Error(`${stateMachineArn} is still being deleted after two hours`);
}

function definitionOf(properties: Properties): string {
  const raw = properties.Definition ?? properties.DefinitionString;
  if (raw === undefined) {
    throw new Error('the local account needs Definition or DefinitionString');
  }
  const substitutions = group(properties, 'DefinitionSubstitutions');
  return json(raw).replace(/\$\{([A-Za-z0-9_.-]+)\}/g, (whole, name: string) =>
    Object.hasOwn(substitutions, name) ? JSON.stringify(String(substitutions[name])).slice(1, -1) : whole,
  );
}

function settings(properties: Properties): Record<string, unknown> {
  return {
    definition: definitionOf(properties),
    roleArn: text(properties, 'RoleArn'),
    loggingConfiguration: small(properties.LoggingConfiguration),
    tracingConfiguration: small(properties.TracingConfiguration),
    encryptionConfiguration: small(properties.EncryptionConfiguration),
  };
}

/** The API spells the same structures with a small first letter. */
function small(value: unknown): unknown {
  return spelled(value, (name) => name[0].toLowerCase() + name.slice(1));
}

function large(value: unknown): unknown {
  return spelled(value, (name) => name[0].toUpperCase() + name.slice(1));
}

function spelled(value: unknown, spell: (name: string) => string): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => spelled(item, spell));
  }
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [spell(name), spelled(item, spell)]))
    : value;
}
