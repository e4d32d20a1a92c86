import type { ParameterValue } from './scope';
import type { ParameterDefinition, Template } from './template';
import { TemplateError } from './template-error';

/** One parameter of a stack: what was given (for SSM types the parameter's name) and what it stands for. */
export interface StackParameter {
  readonly key: string;
  readonly given: string;
  readonly value: ParameterValue;
  /** Set for SSM types: what DescribeStacks shows as ResolvedValue. */
  readonly resolved?: string;
}

/** A parameter as CreateStack and UpdateStack take it. */
export type ParameterInput = { readonly value: string } | { readonly usePrevious: true };

export interface ParameterSources {
  readonly stackName: string;
  readonly template: Template;
  readonly inputs: ReadonlyMap<string, ParameterInput>;
  /** What the stack has now, by key; empty when it is created. */
  readonly previous: ReadonlyMap<string, string>;
  /** Reads SSM parameters by name; missing ones are absent from the result. */
  readonly fetchSsm: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const SSM_TYPE = /^AWS::SSM::Parameter::Value<(.+)>$/;
const LIST_TYPE = /^(CommaDelimitedList|List<.+>)$/;

/** The parameters of a stack operation, checked against their definitions; SSM types are read. */
export async function resolveParameters(sources: ParameterSources): Promise<Map<string, StackParameter>> {
  const { stackName, template } = sources;
  const unknown = [...sources.inputs.keys()].filter((key) => !Object.hasOwn(template.parameters, key));
  if (unknown.length > 0) {
    throw new TemplateError(
      stackName,
      'Parameters',
      `Parameters: [${unknown.join(', ')}] do not exist in the template`,
    );
  }
  const given = new Map<string, string>();
  const missing: string[] = [];
  for (const [key, definition] of Object.entries(template.parameters)) {
    const value = givenValue(key, definition, sources);
    if (value === undefined) {
      missing.push(key);
    } else {
      given.set(key, value);
      checkConstraints(stackName, key, definition, value);
    }
  }
  if (missing.length > 0) {
    throw new TemplateError(stackName, 'Parameters', `Parameters: [${missing.join(', ')}] must have values`);
  }
  const ssm = await fetchSsm(sources, given);
  return new Map(
    [...given].map(([key, text]): [string, StackParameter] => {
      const type = template.parameters[key].Type;
      const inner = SSM_TYPE.exec(type)?.[1];
      const resolved = inner === undefined ? undefined : ssm.get(text);
      return [key, { key, given: text, value: parsedValue(resolved ?? text, inner ?? type), resolved }];
    }),
  );
}

function givenValue(key: string, definition: ParameterDefinition, sources: ParameterSources): string | undefined {
  const input = sources.inputs.get(key);
  if (input && 'usePrevious' in input) {
    const previous = sources.previous.get(key);
    if (previous === undefined) {
      throw new TemplateError(
        sources.stackName,
        `Parameters/${key}`,
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }
    return previous;
  }
  return input?.value ?? textOf(definition.Default);
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : Array.isArray(value) ? value.join(',') : String(value);
}

function parsedValue(text: string, type: string): ParameterValue {
  return LIST_TYPE.test(type) ? text.split(',').map((item) => item.trim()) : text;
}

function checkConstraints(stackName: string, key: string, definition: ParameterDefinition, value: string): void {
  const fail = (problem: string): never => {
    throw new TemplateError(
      stackName,
      `Parameters/${key}`,
      definition.ConstraintDescription ?? `Parameter '${key}' ${problem}`,
    );
  };
  const { Type, AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = definition;
  if (Type === 'Number' && (value.trim() === '' || !Number.isFinite(Number(value)))) {
    fail('must be a number.');
  }
  if (AllowedValues && !AllowedValues.map(String).includes(value)) {
    fail(`must be one of AllowedValues [${AllowedValues.join(', ')}].`);
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    fail(`must match pattern ${AllowedPattern}`);
  }
  if (MinLength !== undefined && value.length < Number(MinLength)) {
    fail(`must contain at least ${MinLength} characters`);
  }
  if (MaxLength !== undefined && value.length > Number(MaxLength)) {
    fail(`must contain at most ${MaxLength} characters`);
  }
  if (MinValue !== undefined && Number(value) < Number(MinValue)) {
    fail(`must be a number not less than ${MinValue}`);
  }
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) {
    fail(`must be a number not greater than ${MaxValue}`);
  }
}

async function fetchSsm(
  sources: ParameterSources,
  given: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const { stackName, template } = sources;
  const names = [...given].filter(([key]) => SSM_TYPE.test(template.parameters[key].Type)).map(([, name]) => name);
  if (names.length === 0) {
    return new Map();
  }
  const found = await sources.fetchSsm([...new Set(names)]);
  const absent = names.filter((name) => !found.has(name));
  if (absent.length > 0) {
    throw new TemplateError(
      stackName,
      'Parameters',
      `Unable to fetch parameters [${absent.join(',')}] from parameter store for this account.`,
    );
  }
  return found;
}
