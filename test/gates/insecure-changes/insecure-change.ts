import type { ConfigurationName } from '../synthesis';
import {
  isProperties,
  list,
  type Properties,
  properties,
  type Resource,
  type Template,
  type Templates,
  type Value,
} from '../template';

/** One insecure or unreliable change of the templates, and the security check that has to catch it. */
export interface InsecureChange {
  readonly name: string;
  /** What it would let happen. */
  readonly why: string;
  readonly check: string;
  /** @default 'default' */
  readonly configuration?: ConfigurationName;
  /** Changes the templates in place. @throws Error when what it changes is not there any more */
  readonly apply: (templates: Templates) => void;
}

export function resource(templates: Templates, stack: string, idPrefix: string, type: string): Resource {
  const { Resources } = templates[stack] ?? ({ Resources: {} } as Template);
  const found = Object.entries(Resources).filter(([id, one]) => id.startsWith(idPrefix) && one.Type === type);
  if (found.length !== 1)
    throw new Error(
      `${found.length} resources of type ${type} begin with ${idPrefix} in ${stack}: this insecure change is out of date`,
    );
  return found[0][1];
}

export function propertiesOf(templates: Templates, stack: string, idPrefix: string, type: string): Properties {
  const one = resource(templates, stack, idPrefix, type);
  one.Properties ??= {};
  return one.Properties;
}

/** The object at a path, to be changed. */
export function inner(value: Properties, ...path: readonly (string | number)[]): Properties {
  const found = path.reduce<Value | undefined>(
    (one, key) => (Array.isArray(one) ? one[Number(key)] : isProperties(one) ? one[key] : undefined),
    value,
  );
  if (!isProperties(found)) throw new Error(`nothing at ${path.join('.')}: this insecure change is out of date`);
  return found;
}

export function drop(value: Properties, name: string): void {
  if (!(name in value)) throw new Error(`no ${name} to drop: this insecure change is out of date`);
  delete value[name];
}

export function roleStatements(templates: Templates, stack: string, idPrefix: string): Properties[] {
  const { Policies } = propertiesOf(templates, stack, idPrefix, 'AWS::IAM::Role');
  return list(Policies)
    .flatMap((policy) => list(properties(properties(policy).PolicyDocument).Statement))
    .filter(isProperties);
}

export function roleStatement(templates: Templates, stack: string, idPrefix: string, sid: string): Properties {
  return bySid(roleStatements(templates, stack, idPrefix), sid);
}

export function bySid(statements: readonly Properties[], sid: string): Properties {
  const found = statements.filter(({ Sid }) => Sid === sid);
  if (found.length !== 1) throw new Error(`${found.length} statements ${sid}: this insecure change is out of date`);
  return found[0];
}

export function trustOf(templates: Templates, stack: string, idPrefix: string): Properties {
  return inner(propertiesOf(templates, stack, idPrefix, 'AWS::IAM::Role'), 'AssumeRolePolicyDocument', 'Statement', 0);
}

/** Adds a statement to a role's first policy. */
export function grant(templates: Templates, stack: string, idPrefix: string, statement: Properties): void {
  const document = inner(propertiesOf(templates, stack, idPrefix, 'AWS::IAM::Role'), 'Policies', 0, 'PolicyDocument');
  document.Statement = [...list(document.Statement), { Effect: 'Allow', ...statement }];
}

/** Adds a statement to the policy of a key, bucket, queue or topic. */
export function open(document: Properties, statement: Properties): void {
  document.Statement = [...list(document.Statement), { Effect: 'Allow', ...statement }];
}

export function add(templates: Templates, stack: string, id: string, one: Resource): void {
  templates[stack].Resources[id] = one;
}

/** Replaces text in a definition that CDK has cut into pieces. */
export function rewrite(value: Value, from: string | RegExp, to: string): Value {
  let changed = false;
  const walk = (one: Value): Value => {
    if (typeof one === 'string' && !changed) {
      const next = one.replace(from, to);
      changed = next !== one;
      return next;
    }
    if (Array.isArray(one)) return one.map(walk);
    if (isProperties(one)) return Object.fromEntries(Object.entries(one).map(([name, deeper]) => [name, walk(deeper)]));
    return one;
  };
  const result = walk(value);
  if (!changed) throw new Error(`${String(from)} is not in the definition: this insecure change is out of date`);
  return result;
}
