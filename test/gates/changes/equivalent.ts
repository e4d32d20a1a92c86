import { isProperties, list, type Properties, type Templates, type Value } from '../template';
import type { Change } from './change';
import { decode } from './embedded-json';

/**
 * Changes after which AWS does the same as before. They are recognized by rule and not counted: nobody has to see them.
 */
export function equivalent(change: Change, before: Templates, after: Templates): boolean {
  const old = comparable(before[change.stack] as unknown as Value, change);
  const fresh = comparable(after[change.stack] as unknown as Value, change);
  if (old === fresh) return true;
  if (change.operator !== 'duplicate with less' || !change.rule.startsWith('resource')) return false;
  // A copy that lacks nothing but a description is one more resource of the kind: an honest change.
  return alike(before, change, change.id) === alike(after, change, `${change.id}Copy`);
}

/** The elements that the change touches, in one form for everything that means the same. */
function comparable(template: Value, { edits }: Change): string {
  const touched = new Set(edits.map(({ path }) => path.slice(0, 2).join('/')));
  return JSON.stringify(
    [...touched].map((element) => {
      const [section, id] = element.split('/');
      const all = isProperties(template) ? template[section] : undefined;
      const one = isProperties(all) ? all[id] : undefined;
      return normal(one ?? null, section === 'Outputs' ? 'Output' : id, typeOf(one));
    }),
  );
}

function alike(templates: Templates, { stack }: Change, id: string): string {
  const { Properties: properties, ...rest } = templates[stack].Resources[id];
  const named = Object.fromEntries(Object.entries(properties ?? {}).filter(([key]) => !/Name$/.test(key)));
  return JSON.stringify(normal({ ...rest, Properties: named } as Value, '', rest.Type));
}

function typeOf(one: Value | undefined): string {
  return isProperties(one) && typeof one.Type === 'string' ? one.Type : '';
}

/** Words for people; nothing reads them. */
const words = new Set(['Sid', 'Description', 'AlarmDescription', 'Comment', 'Metadata', 'description']);

/** Lists whose order means nothing to AWS; in policies a value may also stand alone. */
const sets = new Set([
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Statement',
  'AWS',
  'Service',
  'DependsOn',
  'Tags',
  'ResourceTags',
  'AttributeDefinitions',
  'StartsWith',
  'SecurityGroupIds',
  'SecurityGroups',
  'SubnetIds',
  'Subnets',
  'RouteTableIds',
  'Dimensions',
  'AlarmActions',
  'OKActions',
  'InsufficientDataActions',
  'ErrorEquals',
  'Topics',
  'Queues',
  'Policies',
  'CaptureOptions',
  'LogPublishingOptions',
  'EnabledCloudwatchLogsExports',
  'AdvancedEventSelectors',
  'FieldSelectors',
  'Rules',
  'Targets',
  'Alarms',
  'Permissions',
  'AllowedValues',
  'AllowedMethods',
  'NotificationsWithSubscribers',
  'Subscribers',
  'Parameters',
  // Each member has a name.
  'ProcessingInputs',
  'InputDataConfig',
  'IntegerParameterRanges',
  'ContinuousParameterRanges',
]);

/** Where a widget is on a dashboard. */
const layout = new Set(['x', 'y', 'width', 'height']);

/** What AWS takes where a property is missing. */
const defaults: Readonly<Record<string, Properties>> = {
  'AWS::CloudWatch::Alarm': { ActionsEnabled: true, TreatMissingData: 'missing' },
  'AWS::Events::Rule': { State: 'ENABLED' },
  'AWS::KMS::Key': { Enabled: true, MultiRegion: false, KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' },
  'AWS::Lambda::EventSourceMapping': { Enabled: true },
};

function normal(value: Value, key: string, type: string): Value {
  const embedded = decode(value);
  if (embedded !== undefined) return { json: normal(embedded.json, key, ''), references: [...embedded.references] };
  if (Array.isArray(value)) {
    const members = value.map((one) => normal(one, '', ''));
    return sets.has(key) ? unique(members) : members;
  }
  if (!isProperties(value)) return value;
  if (isPolicyStatement(value)) return statement(value);
  const isWidget = isProperties(value.properties) && typeof value.type === 'string';
  const missing = key === 'Properties' ? (defaults[type] ?? {}) : {};
  const entries = Object.entries({ ...missing, ...value })
    .filter(([name, inner]) => !words.has(name) || typeof inner === 'object')
    .filter(([name]) => name !== 'Metadata' && !(isWidget && layout.has(name)))
    .map(([name, inner]): [string, Value] => [name, normal(inner, name, type)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isPolicyStatement(value: Properties): boolean {
  return (value.Effect === 'Allow' || value.Effect === 'Deny') && (value.Action ?? value.NotAction) !== undefined;
}

/** As IAM compares: actions and condition keys without letter case, lists without order. */
function statement({ Sid: _, Condition, ...rest }: Properties): Properties {
  const parts = Object.entries(rest).map(([name, value]): [string, Value] => {
    if (/Action$/.test(name))
      return [name, unique(list(value).map((one) => (typeof one === 'string' ? one.toLowerCase() : one)))];
    if (/Principal$/.test(name) && isProperties(value)) return [name, sorted(value, (inner) => unique(list(inner)))];
    return [name, name === 'Effect' ? value : unique(list(value))];
  });
  const condition = isProperties(Condition)
    ? sorted(Condition, (keys) =>
        isProperties(keys)
          ? sorted(
              Object.fromEntries(Object.entries(keys).map(([name, inner]) => [name.toLowerCase(), inner])),
              (inner) => unique(list(inner)),
            )
          : keys,
      )
    : undefined;
  return {
    ...Object.fromEntries(parts.sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(condition === undefined || Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function sorted(object: Properties, of: (value: Value) => Value): Properties {
  return Object.fromEntries(
    Object.entries(object)
      .map(([name, value]): [string, Value] => [name, of(value)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function unique(values: readonly Value[]): Value[] {
  return [...new Map(values.map((one) => [JSON.stringify(one), one])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
}
