/** What a value of a definition may refer to while its step runs. */
export interface ValueScope {
  /** A parameter, by name. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Execution variables, by name. */
  readonly execution: Readonly<Record<string, string>>;
  /** The properties of a step that has run. */
  step(name: string): Readonly<Record<string, unknown>> | undefined;
  /** Text of a step's property file. */
  propertyFile(step: string, file: string): Promise<string>;
}

/** Replaces Get, Std:Join and Std:JsonGet at any depth by their current values. */
export async function resolveValue(value: unknown, scope: ValueScope): Promise<unknown> {
  if (Array.isArray(value)) {
    return Promise.all(value.map((item) => resolveValue(item, scope)));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [[key, inner] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && key === 'Get' && typeof inner === 'string') {
    return get(inner, scope);
  }
  if (others.length === 0 && key === 'Std:Join') {
    const { On, Values } = inner as { On?: string; Values: unknown[] };
    return (await Promise.all(Values.map((part) => resolveValue(part, scope)))).map(String).join(On ?? '');
  }
  // AWS: sagemaker-pipelines/property-files-in-any-argument
  if (others.length === 0 && key === 'Std:JsonGet') {
    return jsonGet(inner as { PropertyFile: { Get: string } | string; Path: unknown }, scope);
  }
  const entries = await Promise.all(
    Object.entries(value).map(async ([name, item]) => [name, await resolveValue(item, scope)] as const),
  );
  return Object.fromEntries(entries);
}

function get(reference: string, scope: ValueScope): unknown {
  const [kind, name, ...rest] = splitPath(reference);
  let found: unknown;
  if (kind === 'Parameters') {
    found = scope.parameters[name];
  } else if (kind === 'Execution') {
    found = scope.execution[name];
  } else {
    found = walk(scope.step(name), rest);
  }
  if (found === undefined) {
    throw new Error(
      `ClientError: Unable to resolve ${reference}: the ${kind === 'Steps' ? `step ${name} has no such property` : 'name is not known'}`,
    );
  }
  return found;
}

async function jsonGet(
  value: { PropertyFile: { Get: string } | string; Path: unknown },
  scope: ValueScope,
): Promise<unknown> {
  const reference = typeof value.PropertyFile === 'string' ? value.PropertyFile : value.PropertyFile.Get;
  const [, step, , file] = splitPath(reference);
  const path = String(await resolveValue(value.Path, scope));
  const found = walk(JSON.parse(await scope.propertyFile(step, file)) as unknown, splitPath(path));
  if (found === undefined) {
    throw new Error(`ClientError: JsonGet found nothing at ${path} of the property file ${file} of step ${step}`);
  }
  return found;
}

/** a.b[0]['c d'] -> a, b, 0, c d */
function splitPath(path: string): string[] {
  return [...path.replace(/^\$\.?/, '').matchAll(/\[['"]([^'"\]]+)['"]\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain,
  );
}

/**
 * Members whose value names an element, in lists that are addressed like maps: Outputs['train'],
 * FinalMetricDataList['auc'].
 */
const NAME_MEMBERS = ['OutputName', 'InputName', 'ChannelName', 'MetricName', 'Name', 'VariantName'] as const;

function walk(start: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) {
      return /^\d+$/.test(part)
        ? (value as unknown[])[Number(part)]
        : (value as Record<string, unknown>[]).find((item) => NAME_MEMBERS.some((member) => item[member] === part));
    }
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }, start);
}
