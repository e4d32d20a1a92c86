import {
  allResources,
  isProperties,
  type Located,
  list,
  type Properties,
  type Templates,
  type Value,
} from '../gates/template';

/** Properties that hold a physical name. A resource without one is named by CloudFormation when it is created. */
const nameProperties =
  /^(Name|(Alarm|Bucket|Budget|CrawlerName|Dashboard|Database|Endpoint|EndpointConfig|Function|Group|LogGroup|Model|ModelPackageGroup|MonitoringSchedule|Monitor|Pipeline|Queue|Repository|Role|Rule|StateMachine|Topic|Trail|WorkGroup|ManagedPolicy|Policy|DeliveryStream)Name)$/;

/** One line for each resource: its type, its logical id, and its physical name where the project fixes one. */
export function resourceList(templates: Templates, stack: string): string {
  const lines = allResources({ [stack]: templates[stack] as never }).map((located) => {
    const name = physicalName(located);
    return `${located.resource.Type}  ${plain(located.id)}${name === undefined ? '' : `  named ${name}`}`;
  });
  return lines.sort().join('\n');
}

function physicalName({ resource, properties }: Located): string | undefined {
  // The name of an inline policy is no resource's name; a table's and a database's are within their input.
  if (resource.Type === 'AWS::IAM::Policy') return undefined;
  for (const inner of [properties, properties.DatabaseInput, properties.TableInput, properties.Budget]) {
    if (!isProperties(inner)) continue;
    const found = Object.entries(inner).find(([key]) => nameProperties.test(key));
    // A name that is another resource's is a reference: a flow log names its log group.
    if (found !== undefined && !inline(found[1]).startsWith('${')) return inline(found[1]);
  }
  return undefined;
}

/** Every policy of a stack: roles with their trust, then keys, buckets, topics, queues, endpoints and functions. */
export function policies(templates: Templates, stack: string): string {
  const all = allResources({ [stack]: templates[stack] as never });
  const blocks = all.flatMap((located) => {
    const lines = located.resource.Type === 'AWS::Lambda::Permission' ? permission(located) : policiesOf(located);
    return lines.length === 0 ? [] : [[`${located.resource.Type}  ${plain(located.id)}`, ...lines].join('\n')];
  });
  return blocks.sort().join('\n\n');
}

function permission({ properties }: Located): string[] {
  return Object.entries(properties)
    .map(([key, value]) => `  ${key}: ${inline(value)}`)
    .sort();
}

function policiesOf({ resource, properties }: Located): string[] {
  const lines: string[] = [];
  if (resource.Type === 'AWS::IAM::Role') {
    for (const key of ['ManagedPolicyArns', 'PermissionsBoundary', 'MaxSessionDuration'])
      for (const value of list(properties[key])) lines.push(`  ${key}: ${inline(value)}`);
  }
  for (const target of ['Bucket', 'Topics', 'Queues', 'Roles'])
    if (resource.Type.endsWith('Policy') && properties[target] !== undefined)
      lines.push(`  of ${list(properties[target]).map(inline).join(', ')}`);
  for (const { path, document } of documents(properties, '')) {
    lines.push(`  ${path}`);
    lines.push(...list(document.Statement).filter(isProperties).map(statement).sort());
  }
  return lines;
}

/** Every policy document below a value, whatever the property is called, also where it is given as text. */
function documents(value: Value | undefined, path: string): { path: string; document: Properties }[] {
  if (typeof value === 'string' && value.includes('"Statement"')) {
    try {
      return documents(JSON.parse(value) as Value, path);
    } catch {
      return [];
    }
  }
  if (Array.isArray(value)) {
    return value.flatMap((one, index) => {
      const name = isProperties(one) && typeof one.PolicyName === 'string' ? one.PolicyName : String(index);
      return documents(one, `${path}.${name}`);
    });
  }
  if (!isProperties(value)) return [];
  if (Array.isArray(value.Statement)) return [{ path: path.slice(1), document: value }];
  return Object.entries(value).flatMap(([key, inner]) => documents(inner, `${path}.${key}`));
}

function statement({ Sid, Effect, Condition, ...rest }: Properties): string {
  const lines = [`    ${inline(Effect)}${Sid === undefined ? '' : ` ${inline(Sid)}`}`];
  // Principal, Action, Resource and their negations: one line each where there is one value.
  for (const key of Object.keys(rest).sort()) {
    const values = (key.endsWith('Principal') ? principals(rest[key]) : list(rest[key]).map(inline)).sort();
    lines.push(values.length === 1 ? `      ${key}: ${values[0]}` : `      ${key}:`);
    if (values.length !== 1) lines.push(...values.map((one) => `        ${one}`));
  }
  if (isProperties(Condition)) {
    const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
      isProperties(keys)
        ? Object.entries(keys).map(
            ([key, value]) => `      if ${operator} ${key}: ${list(value).map(inline).sort().join(', ')}`,
          )
        : [`      if ${operator}: ${inline(keys)}`],
    );
    lines.push(...conditions.sort());
  }
  return lines.join('\n');
}

function principals(value: Value | undefined): string[] {
  if (!isProperties(value)) return [inline(value)];
  return Object.entries(value).flatMap(([kind, names]) => list(names).map((one) => `${kind} ${inline(one)}`));
}

/** A value on one line, with CloudFormation's references as a person would write them. */
function inline(value: Value | undefined): string {
  if (typeof value === 'string') return plain(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isProperties(value)) return JSON.stringify(value ?? null);
  const [key, argument] = Object.entries(value)[0] ?? [];
  if (Object.keys(value).length === 1) {
    if (key === 'Ref') return `\${${plain(String(argument))}}`;
    if (key === 'Fn::GetAtt' && Array.isArray(argument)) return `\${${argument.map(inline).join('.')}}`;
    if (key === 'Fn::ImportValue') return `\${import ${inline(argument)}}`;
    if (key === 'Fn::GetStackOutput' && isProperties(argument))
      return `\${${inline(argument.StackName)}.${inline(argument.OutputName)}}`;
    if (key === 'Fn::Sub' && typeof argument === 'string') return plain(argument);
    if (key === 'Fn::Join' && Array.isArray(argument)) {
      const [delimiter, parts] = argument;
      if (typeof delimiter === 'string' && Array.isArray(parts)) return parts.map(inline).join(delimiter);
    }
  }
  const entries = Object.entries(value).map(([name, inner]) => `${name}: ${inline(inner)}`);
  return `{${entries.join(', ')}}`;
}

/** The digest of an asset or of code changes with each edit and says nothing about access. */
function plain(text: string): string {
  return text.replace(/[0-9a-f]{64}/g, '<digest>');
}
