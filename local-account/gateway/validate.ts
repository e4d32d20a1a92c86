import { AwsError } from '../platform';
import { type Member, type ServiceModel, type Shape, shapeOf } from '../service-model';

/** One violated constraint. */
interface Violation {
  readonly path: string;
  readonly value: unknown;
  readonly constraint: string;
}

/** Validates an input by its shape; throws AWS's ValidationException. */
// AWS: iam/bodies-are-read-first
export function validateInput(
  model: ServiceModel,
  shapeName: string | undefined,
  input: unknown,
  code = 'ValidationException',
): void {
  if (shapeName === undefined) {
    return;
  }
  const violations: Violation[] = [];
  check(model, { shape: shapeName }, input, '', violations);
  if (violations.length > 0) {
    const count = `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected`;
    throw new AwsError(code, `${count}: ${violations.map(describe).join('; ')}`);
  }
}

/**
 * Answers of AWS's that its own models exclude: Kinesis says 0 where no record failed ("Adding multiple records with
 * PutRecords"), and describes monitoring that is off as an empty list.
 */
const beyondModels = /^kinesis:(failedRecordCount|.*\.shardLevelMetrics)$/;

/** Validates an output of a local service. A violation is a defect of the local account and names the member. */
export function validateOutput(
  model: ServiceModel,
  operation: string,
  shapeName: string | undefined,
  output: unknown,
): void {
  if (shapeName === undefined) {
    return;
  }
  const violations: Violation[] = [];
  check(model, { shape: shapeName }, output, '', violations);
  if (violations.some(({ path }) => !beyondModels.test(`${model.folder}:${path}`))) {
    const where = `the local account's own answer to ${model.folder} ${operation} breaks the service model`;
    throw new AwsError('InternalFailure', `${where}: ${violations.map(describe).join('; ')}`, 500);
  }
}

function describe({ path, value, constraint }: Violation): string {
  const shown = value === undefined ? 'null' : `'${typeof value === 'string' ? value : printable(value)}'`;
  return `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function printable(value: unknown): string {
  if (value instanceof Uint8Array) {
    return `blob of ${value.length} bytes`;
  }
  return JSON.stringify(value);
}

/** AWS writes paths of members in lower camel case: productionVariants.1.member.instanceType. */
function extend(path: string, name: string): string {
  const camel = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? camel : `${path}.${camel}`;
}

function check(
  model: ServiceModel,
  member: Pick<Member, 'shape'>,
  value: unknown,
  path: string,
  out: Violation[],
): void {
  const shape = shapeOf(model, member);
  if (shape.document) {
    return;
  }
  const wrongType = (expected: string): void => {
    out.push({ path, value, constraint: `Member must be ${expected}` });
  };
  switch (shape.type) {
    case 'structure':
      return isRecord(value) ? checkStructure(model, shape, value, path, out) : wrongType('a structure');
    case 'list':
      if (!Array.isArray(value)) {
        return wrongType('a list');
      }
      checkSize(shape, value.length, 'length', value, path, out);
      value.forEach((item, index) => check(model, shape.member!, item, `${path}.${index + 1}.member`, out));
      return;
    case 'map':
      if (!isRecord(value)) {
        return wrongType('a map');
      }
      checkSize(shape, Object.keys(value).length, 'length', value, path, out);
      for (const [key, item] of Object.entries(value)) {
        check(model, shape.key!, key, `${path}.${key}.key`, out);
        check(model, shape.value!, item, `${path}.${key}.member`, out);
      }
      return;
    case 'string':
    case 'character':
      return typeof value === 'string' ? checkString(shape, value, path, out) : wrongType('a string');
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      if (
        typeof value !== 'number' ||
        ((shape.type === 'integer' || shape.type === 'long') && !Number.isInteger(value))
      ) {
        return wrongType(shape.type === 'float' || shape.type === 'double' ? 'a number' : 'an integer');
      }
      return checkSize(shape, value, 'value', value, path, out);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrongType('a boolean');
    case 'timestamp':
      return isTimestamp(value) ? undefined : wrongType('a timestamp (a Date, or seconds since the epoch)');
    case 'blob':
      return value instanceof Uint8Array || typeof value === 'string' ? undefined : wrongType('a blob');
  }
}

function checkStructure(
  model: ServiceModel,
  shape: Shape,
  value: Record<string, unknown>,
  path: string,
  out: Violation[],
): void {
  const members = shape.members ?? {};
  for (const name of shape.required ?? []) {
    if (value[name] === undefined || value[name] === null) {
      out.push({ path: extend(path, name), value: undefined, constraint: 'Member must not be null' });
    }
  }
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined || inner === null) {
      continue;
    }
    if (!Object.hasOwn(members, name)) {
      const constraint = `Member must be one of [${Object.keys(members).join(', ')}]`;
      out.push({ path: extend(path, name), value: inner, constraint });
      continue;
    }
    check(model, members[name], inner, extend(path, name), out);
  }
  if (shape.union && Object.values(value).filter((inner) => inner !== undefined && inner !== null).length !== 1) {
    out.push({ path, value, constraint: 'Exactly one member of a union must be set' });
  }
}

/**
 * Stack statuses that CloudFormation's events carry ("Understand CloudFormation stack creation events") and that its
 * service model forgets in ResourceStatus.
 */
const unlisted = new Set([
  'REVIEW_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
]);

function checkString(shape: Shape, value: string, path: string, out: Violation[]): void {
  checkSize(shape, [...value].length, 'length', value, path, out);
  if (shape.enum && !shape.enum.includes(value) && !unlisted.has(value)) {
    out.push({ path, value, constraint: `Member must satisfy enum value set: [${shape.enum.join(', ')}]` });
  }
  if (shape.pattern !== undefined && !(fullMatch(shape.pattern)?.test(value) ?? true)) {
    out.push({ path, value, constraint: `Member must satisfy regular expression pattern: ${shape.pattern}` });
  }
}

function checkSize(
  shape: Shape,
  size: number,
  what: 'length' | 'value',
  value: unknown,
  path: string,
  out: Violation[],
): void {
  if (shape.min !== undefined && size < shape.min) {
    out.push({ path, value, constraint: `Member must have ${what} greater than or equal to ${shape.min}` });
  }
  if (shape.max !== undefined && size > shape.max) {
    out.push({ path, value, constraint: `Member must have ${what} less than or equal to ${shape.max}` });
  }
}

const expressions = new Map<string, RegExp | undefined>();

/** The models' patterns are Java's; the few that JavaScript cannot read are not checked. */
function fullMatch(pattern: string): RegExp | undefined {
  if (!expressions.has(pattern)) {
    expressions.set(pattern, compilePattern(pattern));
  }
  return expressions.get(pattern);
}

export function compilePattern(pattern: string): RegExp | undefined {
  const unicode = /\\[pP]\{/.test(pattern);
  // Java takes a count behind the end of the text, as in the pattern of a model package's metadata; it says nothing.
  pattern = pattern.replace(/\$\{\d+,\d+\}$/, '$');
  // With the u flag JavaScript refuses escapes of characters that need none, outside a class even \-.
  const source = unicode
    ? pattern.replace(/\\([-_@:=,/ #&<>"'%~!`;])/g, (_, c: string) =>
        c === '-' || c === '/' ? `\\x${c.charCodeAt(0).toString(16)}` : c,
      )
    : pattern;
  try {
    return new RegExp(`^(?:${source})$`, unicode ? 'u' : '');
  } catch {
    return undefined;
  }
}

/** Seconds, not milliseconds: a number beyond the year 5138 is a slip of the unit. */
function isTimestamp(value: unknown): boolean {
  return value instanceof Date ? !Number.isNaN(value.getTime()) : typeof value === 'number' && Math.abs(value) < 1e11;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}
