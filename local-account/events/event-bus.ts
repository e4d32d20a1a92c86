import { randomUUID } from 'node:crypto';

import { AwsError, type BusEvent, type LocalService, type Platform, type ServiceCall } from '../platform';
import { structuredSnapshot } from '../snapshot/snapshot';
import type { FunctionInvoker } from './delivery';
import { type EventPattern, matches, parsePattern } from './event-pattern';
import { ResourceTags } from './resource-tags';
import { parseSchedule } from './schedule-expression';
import { type Target, TargetDelivery } from './target-delivery';

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly patternText?: string;
  readonly pattern?: EventPattern;
  readonly expression?: string;
  state: string;
  /** When it was put, or its schedule last fired: from then on a rate counts. */
  since: number;
  cancel: () => void;
  readonly targets: Map<string, Target>;
}

/** Targets that EventBridge reaches with a role; the others admit it by a policy of their own. */
const takeRoles: ReadonlySet<string> = new Set(['states', 'sagemaker']);
/** "Each rule can have up to five targets" (PutTargets). */
const MOST_TARGETS = 5;

/** The default event bus: rules, schedules, and deliveries with retries and dead letters. */
export class EventBus implements LocalService {
  readonly name = 'events';
  readonly operations = new Set([
    'PutRule',
    'DescribeRule',
    'ListRules',
    'DeleteRule',
    'EnableRule',
    'DisableRule',
    'PutTargets',
    'RemoveTargets',
    'ListTargetsByRule',
    'PutEvents',
    'TagResource',
    'UntagResource',
    'ListTagsForResource',
    'TestEventPattern',
    'ListRuleNamesByTarget',
    'ListEventBuses',
    'DescribeEventBus',
  ]);
  private readonly tags = new ResourceTags();
  private readonly rules = new Map<string, Rule>();
  /** Deliveries that go on are not part of it: an event that waits for its next attempt is gone. */
  readonly snapshot = structuredSnapshot(
    this.name,
    () => ({
      tags: this.tags.state(),
      rules: [...this.rules.values()].map(({ pattern: _, cancel: __, ...rule }) => rule),
    }),
    ({ tags, rules }) => {
      this.tags.take(tags);
      for (const { patternText, ...rule } of rules) {
        const pattern = patternText === undefined ? undefined : parsePattern(patternText);
        this.add({ ...rule, patternText, pattern, cancel: () => undefined });
      }
    },
  );
  private readonly delivery: TargetDelivery;

  constructor(
    private readonly platform: Platform,
    functions: FunctionInvoker,
  ) {
    this.delivery = new TargetDelivery(platform, functions);
  }

  async handle(call: ServiceCall): Promise<unknown> {
    const input = call.input as {
      Name?: string;
      Rule?: string;
      NamePrefix?: string;
      Ids?: string[];
      Targets?: Target[];
      Entries?: PutEntry[];
      EventBusName?: string;
      TargetArn?: string;
      ResourceARN?: string;
      Tags?: Tag[];
      TagKeys?: string[];
      EventPattern?: string;
      Event?: string;
    };
    requireDefaultBus(input.EventBusName);
    switch (call.operation) {
      case 'PutRule':
        return { RuleArn: this.putRule(call.input as unknown as PutRule).arn };
      case 'DescribeRule':
        return describe(this.rule(input.Name));
      case 'ListRules':
        return {
          Rules: [...this.rules.values()].filter(({ name }) => name.startsWith(input.NamePrefix ?? '')).map(describe),
        };
      case 'DeleteRule':
        return this.deleteRule(input.Name);
      case 'EnableRule':
      case 'DisableRule':
        this.rule(input.Name).state = call.operation === 'EnableRule' ? 'ENABLED' : 'DISABLED';
        return {};
      case 'PutTargets':
        return this.putTargets(this.rule(input.Rule), input.Targets ?? []);
      case 'RemoveTargets':
        for (const id of input.Ids ?? []) this.rule(input.Rule).targets.delete(id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      case 'ListTargetsByRule':
        return { Targets: [...this.rule(input.Rule).targets.values()] };
      case 'PutEvents':
        return this.putEvents(input.Entries ?? []);
      case 'ListTagsForResource':
        return { Tags: Object.entries(this.tags.of(input.ResourceARN ?? '')).map(([Key, Value]) => ({ Key, Value })) };
      case 'TagResource':
        this.tags.add(input.ResourceARN ?? '', recordOf(input.Tags));
        return {};
      case 'UntagResource':
        this.tags.remove(input.ResourceARN ?? '', input.TagKeys ?? []);
        return {};
      case 'TestEventPattern':
        return { Result: matches(parsePattern(input.EventPattern ?? ''), parseEvent(input.Event ?? '')) };
      case 'ListRuleNamesByTarget':
        return {
          RuleNames: [...this.rules.values()]
            .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input.TargetArn))
            .map(({ name }) => name),
        };
      case 'ListEventBuses':
        return { EventBuses: 'default'.startsWith(input.NamePrefix ?? '') ? [this.defaultBus()] : [] };
      case 'DescribeEventBus':
        requireDefaultBus(input.Name);
        return this.defaultBus();
      default:
        throw new Error(`EventBridge has no ${call.operation} here`);
    }
  }

  private defaultBus(): object {
    const { partition, region, accountId } = this.platform;
    return { Name: 'default', Arn: `arn:${partition}:events:${region}:${accountId}:event-bus/default` };
  }

  /** Gives an event to every rule that wants it; resolves when each target has it, or its dead-letter queue. */
  async deliver(event: BusEvent): Promise<void> {
    const { region, accountId, clock } = this.platform;
    const full = {
      version: '0',
      id: randomUUID(),
      account: accountId,
      time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region,
      ...event,
    };
    const wanting = [...this.rules.values()].filter(
      ({ state, pattern }) => state === 'ENABLED' && pattern && matches(pattern, full),
    );
    await Promise.all(wanting.map((rule) => this.toTargets(rule, full)));
  }

  stop(): void {
    for (const rule of this.rules.values()) rule.cancel();
  }

  private putRule(input: PutRule): Rule {
    const { partition, region, accountId } = this.platform;
    // AWS: events/rules-have-a-pattern-or-a-schedule
    if (!input.EventPattern && !input.ScheduleExpression) {
      throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    const before = this.rules.get(input.Name);
    const rule: Rule = {
      name: input.Name,
      arn: `arn:${partition}:events:${region}:${accountId}:rule/${input.Name}`,
      description: input.Description,
      patternText: input.EventPattern,
      pattern: input.EventPattern ? parsePattern(input.EventPattern) : undefined,
      expression: input.ScheduleExpression,
      state: input.State ?? 'ENABLED',
      since: this.platform.clock.now(),
      cancel: () => undefined,
      targets: before?.targets ?? new Map<string, Target>(),
    };
    this.add(rule);
    if (input.Tags) this.tags.add(rule.arn, recordOf(input.Tags));
    return rule;
  }

  /** In the place of the rule that has its name. */
  private add(rule: Rule): void {
    const next = rule.expression ? parseSchedule(rule.expression) : undefined;
    this.rules.get(rule.name)?.cancel();
    this.rules.set(rule.name, rule);
    if (!next) return;
    let since: number | undefined = rule.since;
    rule.cancel = this.platform.clock.schedule(
      (after) => {
        const due = next(since ?? after);
        since = undefined;
        return due === undefined ? undefined : Math.max(due, after);
      },
      (at) => {
        rule.since = at;
        return this.onSchedule(rule.name, at);
      },
    );
  }

  /** AWS: events/targets-and-their-roles */
  private async putTargets(rule: Rule, targets: readonly Target[]): Promise<unknown> {
    for (const { Arn, RoleArn } of targets) {
      const service = Arn.split(':')[2] ?? '';
      if (takeRoles.has(service) && !RoleArn)
        throw new AwsError('ValidationException', `RoleArn is required for target ${Arn}.`);
      if (!RoleArn) continue;
      await this.platform.assumeRole('events.amazonaws.com', RoleArn, 'events', rule.arn).catch(() => {
        throw new AwsError(
          'ValidationException',
          `Provided role '${RoleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
        );
      });
    }
    const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]);
    if (ids.size > MOST_TARGETS)
      throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    for (const target of targets) rule.targets.set(target.Id, target);
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  private async onSchedule(name: string, at: number): Promise<void> {
    const rule = this.rules.get(name);
    if (rule?.state !== 'ENABLED') return;
    const { region, accountId } = this.platform;
    await this.toTargets(rule, {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: accountId,
      time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
      region,
      resources: [rule.arn],
      detail: {},
    });
  }

  private async toTargets(rule: Rule, event: object): Promise<void> {
    await Promise.all([...rule.targets.values()].map((target) => this.delivery.deliver(rule, target, event)));
  }

  /** Each entry is taken or refused for itself; the caller does not wait for the targets. */
  private putEvents(entries: readonly PutEntry[]): unknown {
    for (const { EventBusName } of entries) requireDefaultBus(EventBusName);
    const Entries = entries.map(({ Source = '', DetailType = '', Detail = '{}', Resources = [] }) => {
      if (Source.startsWith('aws.'))
        return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
      const detail = parseObject(Detail);
      if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
      const event = { id: randomUUID(), source: Source, 'detail-type': DetailType, resources: Resources, detail };
      void this.deliver(event).catch((error: Error) =>
        this.platform.record({ kind: 'undelivered', summary: error.message }),
      );
      return { EventId: event.id };
    });
    return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode).length, Entries };
  }

  private deleteRule(name: string | undefined): unknown {
    const rule = name ? this.rules.get(name) : undefined;
    // AWS: events/rules-go-after-their-targets
    if (rule && rule.targets.size > 0)
      throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
    rule?.cancel();
    if (rule) {
      this.rules.delete(rule.name);
      this.tags.forget(rule.arn);
    }
    return {};
  }

  private rule(name: string | undefined): Rule {
    const rule = this.rules.get(name ?? '');
    if (!rule)
      throw new AwsError('ResourceNotFoundException', `Rule ${name ?? ''} does not exist on EventBus default.`);
    return rule;
  }
}

interface PutRule {
  readonly Name: string;
  readonly Description?: string;
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Tags?: Tag[];
}

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

function recordOf(tags: readonly Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** By name or ARN. Every account has the default bus, and others cannot be made here. */
function requireDefaultBus(nameOrArn = 'default'): void {
  const name = nameOrArn.replace(/^arn:.*:event-bus\//, '');
  if (name !== 'default') throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}

/** What an event must have for TestEventPattern. */
const EVENT_FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

// AWS: events/tested-events-are-whole
function parseEvent(text: string): Record<string, unknown> {
  const event = parseObject(text);
  if (!event) throw new AwsError('ValidationException', 'Parameter Event is not valid: it is not a JSON object.');
  const missing = EVENT_FIELDS.filter((name) => event[name] === undefined);
  if (missing.length > 0)
    throw new AwsError('ValidationException', `Parameter Event is not valid: it has no ${missing.join(', ')}.`);
  return event;
}

interface PutEntry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: string[];
}

function describe(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    Description: rule.description,
    EventPattern: rule.patternText,
    ScheduleExpression: rule.expression,
    State: rule.state,
    EventBusName: 'default',
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
