import { cidrBlocks } from './cidr';
import { availabilityZones, type Scope, urlSuffix } from './scope';
import { substitute } from './substitution';
import { isRecord } from './template';
import { TemplateError } from './template-error';

/** What AWS::NoValue resolves to: the property or list element is removed. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope, place: string) => unknown;

/** Resolves every intrinsic function in a value. A value that is AWS::NoValue as a whole becomes undefined. */
export function resolve(value: unknown, scope: Scope, place: string): unknown {
  const resolved = evaluate(value, scope, place);
  return resolved === NO_VALUE ? undefined : resolved;
}

function evaluate(value: unknown, scope: Scope, place: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => evaluate(item, scope, `${place}/${index}`)).filter((item) => item !== NO_VALUE);
  }
  if (!isRecord(value)) {
    if (typeof value === 'string' && value.includes('{{resolve:')) {
      throw failure(
        scope,
        place,
        `the local account resolves no dynamic reference (${value}); use a parameter of an SSM type`,
      );
    }
    return value;
  }
  const keys = Object.keys(value);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name !== undefined && (keys.length === 1 || name !== 'Ref')) {
    if (keys.length > 1) {
      throw failure(scope, place, `${name} must be the only key of its object, found ${keys.join(', ')}`);
    }
    const intrinsic = INTRINSICS.get(name);
    if (!intrinsic) {
      throw failure(scope, place, `unknown intrinsic function ${name}. Known: ${[...INTRINSICS.keys()].join(', ')}`);
    }
    return intrinsic(value[name], scope, `${place}/${name}`);
  }
  const entries = keys
    .map((key): [string, unknown] => [key, evaluate(value[key], scope, `${place}/${key}`)])
    .filter(([, item]) => item !== NO_VALUE);
  return Object.fromEntries(entries);
}

const INTRINSICS = new Map<string, Intrinsic>([
  ['Ref', (argument, scope, place) => reference(text(argument, scope, place), scope, place)],
  ['Fn::GetAtt', getAttribute],
  ['Fn::Sub', substitution],
  ['Fn::Join', join],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::If', conditional],
  ['Fn::FindInMap', findInMap],
  ['Fn::GetAZs', getZones],
  ['Fn::ImportValue', importValue],
  ['Fn::GetStackOutput', getStackOutput],
  ['Fn::Base64', (argument, scope, place) => base64(scalar(evaluate(argument, scope, place), scope, place))],
  ['Fn::Cidr', cidr],
  ['Fn::Length', length],
  ['Fn::ToJsonString', toJsonString],
]);

function reference(name: string, scope: Scope, place: string): unknown {
  if (name.startsWith('AWS::')) {
    return pseudoParameter(name, scope, place);
  }
  const parameter = scope.parameters.get(name);
  if (parameter !== undefined) {
    return parameter;
  }
  if (!Object.hasOwn(scope.template.resources, name)) {
    throw failure(scope, place, `${name} is neither a parameter nor a resource of this template`);
  }
  const id = scope.reference(name);
  if (id === undefined) {
    throw failure(scope, place, unresolved(name, scope));
  }
  return id;
}

function pseudoParameter(name: string, scope: Scope, place: string): unknown {
  const { environment } = scope;
  switch (name) {
    case 'AWS::AccountId':
      return environment.accountId;
    case 'AWS::Region':
      return environment.region;
    case 'AWS::Partition':
      return environment.partition;
    case 'AWS::URLSuffix':
      return urlSuffix(environment.partition);
    case 'AWS::StackName':
      return environment.stackName;
    case 'AWS::StackId':
      return environment.stackId;
    case 'AWS::NotificationARNs':
      return environment.notificationArns;
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      throw failure(scope, place, `unknown pseudo parameter ${name}`);
  }
}

function attribute(logicalId: string, name: string, scope: Scope, place: string): unknown {
  const definition = scope.template.resources[logicalId];
  if (definition === undefined) {
    throw failure(scope, place, `${logicalId} is no resource of this template`);
  }
  if (scope.reference(logicalId) === undefined) {
    throw failure(scope, place, unresolved(logicalId, scope));
  }
  const value = scope.attribute(logicalId, name);
  if (value === undefined) {
    throw failure(scope, place, `${logicalId} (${definition.Type}) has no attribute ${name}`);
  }
  return value;
}

function unresolved(logicalId: string, scope: Scope): string {
  const condition = scope.template.resources[logicalId]?.Condition;
  const why = condition === undefined ? 'it does not exist yet' : `its condition ${condition} leaves it out`;
  return `Unresolved resource dependencies [${logicalId}]: ${why}`;
}

function getAttribute(argument: unknown, scope: Scope, place: string): unknown {
  const [logicalId, ...rest] = typeof argument === 'string' ? argument.split('.') : list(argument, scope, place);
  const name = rest.map((part) => scalar(evaluate(part, scope, place), scope, place)).join('.');
  if (typeof logicalId !== 'string' || name === '') {
    throw failure(scope, place, 'Fn::GetAtt needs a logical id and an attribute name');
  }
  return attribute(logicalId, name, scope, place);
}

function substitution(argument: unknown, scope: Scope, place: string): string {
  const [format, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof format !== 'string' || !isRecord(variables) || (Array.isArray(argument) && argument.length !== 2)) {
    throw failure(scope, place, 'Fn::Sub needs text, or text and an object of variables');
  }
  return substitute(format, (name) => {
    if (Object.hasOwn(variables, name)) {
      return scalar(evaluate(variables[name], scope, `${place}/${name}`), scope, `${place}/${name}`);
    }
    const dot = name.indexOf('.');
    const found =
      dot < 0 ? reference(name, scope, place) : attribute(name.slice(0, dot), name.slice(dot + 1), scope, place);
    return scalar(found, scope, place);
  });
}

function join(argument: unknown, scope: Scope, place: string): string {
  const [delimiter, parts] = pair(argument, scope, place);
  const items = list(evaluate(parts, scope, place), scope, place);
  return items.map((item) => scalar(item, scope, place)).join(text(delimiter, scope, place));
}

function select(argument: unknown, scope: Scope, place: string): unknown {
  const [first, second] = pair(argument, scope, place);
  const index = Number(scalar(evaluate(first, scope, place), scope, place));
  const items = list(evaluate(second, scope, place), scope, place);
  if (!Number.isInteger(index) || index < 0 || index >= items.length) {
    throw failure(scope, place, `Fn::Select cannot select nonexistent value at index ${index} of ${items.length}`);
  }
  return items[index];
}

function split(argument: unknown, scope: Scope, place: string): string[] {
  const [delimiter, source] = pair(argument, scope, place);
  return scalar(evaluate(source, scope, place), scope, place).split(text(delimiter, scope, place));
}

function conditional(argument: unknown, scope: Scope, place: string): unknown {
  const branches = list(argument, scope, place);
  if (branches.length !== 3) {
    throw failure(scope, place, 'Fn::If needs a condition and two values');
  }
  const holds = scope.condition(text(branches[0], scope, place), place);
  return evaluate(branches[holds ? 1 : 2], scope, `${place}/${holds ? 1 : 2}`);
}

function findInMap(argument: unknown, scope: Scope, place: string): unknown {
  const parts = list(argument, scope, place);
  const fallback = scope.template.languageExtensions && isRecord(parts[3]) ? parts[3].DefaultValue : undefined;
  if (parts.length !== 3 && fallback === undefined) {
    throw failure(scope, place, 'Fn::FindInMap needs a map name and two keys');
  }
  const [map, first, second] = parts.slice(0, 3).map((part) => scalar(evaluate(part, scope, place), scope, place));
  const value = scope.template.mappings[map]?.[first]?.[second];
  if (value === undefined) {
    if (fallback !== undefined) {
      return evaluate(fallback, scope, place);
    }
    throw failure(scope, place, `Unable to get mapping for ${map}::${first}::${second}`);
  }
  return value;
}

function getZones(argument: unknown, scope: Scope, place: string): string[] {
  return availabilityZones(scalar(evaluate(argument, scope, place), scope, place) || scope.environment.region);
}

function importValue(argument: unknown, scope: Scope, place: string): string {
  const name = scalar(evaluate(argument, scope, place), scope, place);
  const value = scope.exported(name);
  if (value === undefined) {
    throw failure(scope, place, `No export named ${name} found.`);
  }
  return value;
}

/**
 * CloudFormation template reference, "Fn::GetStackOutput": by the output's key, of a stack in the same account and
 * region.
 */
function getStackOutput(argument: unknown, scope: Scope, place: string): string {
  const { StackName, OutputName, Region = scope.environment.region, RoleArn } = isRecord(argument) ? argument : {};
  if (StackName === undefined || OutputName === undefined) {
    throw failure(scope, place, 'Fn::GetStackOutput needs StackName and OutputName');
  }
  const [stackName, outputName, region] = [StackName, OutputName, Region].map((part) =>
    scalar(evaluate(part, scope, place), scope, place),
  );
  if (region !== scope.environment.region || RoleArn !== undefined) {
    throw failure(
      scope,
      place,
      'Fn::GetStackOutput reaches into another region or account: the local account has one of each',
    );
  }
  const value = scope.output(stackName, outputName);
  if (value === undefined) {
    throw failure(scope, place, `Stack ${stackName} has no output ${outputName}`);
  }
  return value;
}

function cidr(argument: unknown, scope: Scope, place: string): string[] {
  const [block, count, bits = '8'] = list(evaluate(argument, scope, place), scope, place).map((part) =>
    scalar(part, scope, place),
  );
  try {
    return cidrBlocks(block, Number(count), Number(bits));
  } catch (error) {
    throw failure(scope, place, (error as Error).message);
  }
}

function length(argument: unknown, scope: Scope, place: string): number {
  requireLanguageExtensions('Fn::Length', scope, place);
  return list(evaluate(argument, scope, place), scope, place).length;
}

function toJsonString(argument: unknown, scope: Scope, place: string): string {
  requireLanguageExtensions('Fn::ToJsonString', scope, place);
  return JSON.stringify(evaluate(argument, scope, place));
}

function requireLanguageExtensions(name: string, scope: Scope, place: string): void {
  if (!scope.template.languageExtensions) {
    throw failure(scope, place, `${name} needs "Transform": "AWS::LanguageExtensions"`);
  }
}

function base64(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

/** Text, or a number or truth value as CloudFormation writes it. */
export function scalar(value: unknown, scope: Scope, place: string): string {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw failure(scope, place, `needs text here, not ${describe(value)}`);
}

function text(value: unknown, scope: Scope, place: string): string {
  if (typeof value !== 'string') {
    throw failure(scope, place, `needs literal text here, not ${describe(value)}`);
  }
  return value;
}

function list(value: unknown, scope: Scope, place: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw failure(scope, place, `needs a list here, not ${describe(value)}`);
  }
  return value;
}

function pair(value: unknown, scope: Scope, place: string): readonly [unknown, unknown] {
  const items = list(value, scope, place);
  if (items.length !== 2) {
    throw failure(scope, place, `needs a list of two, not of ${items.length}`);
  }
  return [items[0], items[1]];
}

function describe(value: unknown): string {
  return value === NO_VALUE ? 'AWS::NoValue' : (JSON.stringify(value) ?? 'nothing');
}

function failure(scope: Scope, place: string, problem: string): TemplateError {
  return new TemplateError(scope.environment.stackName, place, problem);
}
