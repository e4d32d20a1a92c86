import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type RuleState,
  type Tag,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { unlessGone, unlessMissing } from '../failure';
import type { Properties, ProvisionContext, Provisioned, Provisioner } from '../provisioner';
import { json, list, optionalText } from './values';

export const rule: Provisioner = {
  nameProperty: 'Name',
  replacing: ['Name', 'EventBusName'],
  updating: ['Description', 'EventPattern', 'ScheduleExpression', 'State', 'Targets', 'RoleArn'],
  inert: ['Tags'],
  create: (properties, context) =>
    put(optionalText(properties, 'Name') ?? context.name(64), properties, {}, true, context),
  // AWS: cloudformation/updates-write-what-people-changed
  update: (physicalId, properties, previous, context) => put(nameOf(physicalId), properties, previous, false, context),
  async read(physicalId, properties, { events }) {
    const EventBusName = optionalText(properties, 'EventBusName');
    const live = await unlessMissing(events.send(new DescribeRuleCommand({ Name: nameOf(physicalId), EventBusName })));
    if (!live) return undefined;
    const { EventPattern } = live;
    return {
      Name: live.Name,
      Description: live.Description,
      ScheduleExpression: live.ScheduleExpression,
      State: live.State,
      RoleArn: live.RoleArn,
      EventPattern: EventPattern === undefined ? undefined : (JSON.parse(EventPattern) as unknown),
    };
  },
  async delete(physicalId, properties, { clients: { events } }) {
    const EventBusName = optionalText(properties, 'EventBusName');
    const Ids = targetIds(properties);
    if (Ids.length > 0) {
      await unlessGone(events.send(new RemoveTargetsCommand({ Rule: nameOf(physicalId), EventBusName, Ids })));
    }
    await unlessGone(events.send(new DeleteRuleCommand({ Name: nameOf(physicalId), EventBusName })));
  },
};

/** On a bus of its own a rule's id is <bus>|<rule>. */
function nameOf(physicalId: string): string {
  return physicalId.split('|').pop() ?? '';
}

function targetIds(properties: Properties): string[] {
  return list<Target>(properties, 'Targets').flatMap(({ Id }) => (Id === undefined ? [] : [Id]));
}

async function put(
  Name: string,
  properties: Properties,
  previous: Properties,
  fresh: boolean,
  { clients: { events } }: ProvisionContext,
): Promise<Provisioned> {
  const EventBusName = optionalText(properties, 'EventBusName');
  const { RuleArn } = await events.send(
    new PutRuleCommand({
      Name,
      EventBusName,
      Description: optionalText(properties, 'Description'),
      EventPattern: properties.EventPattern === undefined ? undefined : json(properties.EventPattern),
      ScheduleExpression: optionalText(properties, 'ScheduleExpression'),
      State: optionalText(properties, 'State') as RuleState | undefined,
      RoleArn: optionalText(properties, 'RoleArn'),
      Tags: fresh ? [...list<Tag>(properties, 'Tags')] : undefined,
    }),
  );
  const kept = targetIds(properties);
  const gone = targetIds(previous).filter((id) => !kept.includes(id));
  if (gone.length > 0) {
    await events.send(new RemoveTargetsCommand({ Rule: Name, EventBusName, Ids: gone }));
  }
  if (kept.length > 0) {
    const Targets = [...list<Target>(properties, 'Targets')];
    const { FailedEntries = [] } = await events.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
    if (FailedEntries.length > 0) {
      throw new Error(
        `targets refused: ${FailedEntries.map(({ TargetId, ErrorMessage }) => `${TargetId}: ${ErrorMessage}`).join('; ')}`,
      );
    }
  }
  return {
    physicalId: EventBusName === undefined || EventBusName === 'default' ? Name : `${EventBusName}|${Name}`,
    attributes: { Arn: RuleArn, RuleName: Name },
  };
}
