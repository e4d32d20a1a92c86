import { validation } from '../errors';

/** A pipeline definition document, version 2020-12-01. */
export interface PipelineDefinition {
  readonly Version: string;
  readonly Parameters: readonly ParameterDefinition[];
  readonly Steps: readonly StepDefinition[];
}

export interface ParameterDefinition {
  readonly Name: string;
  readonly Type: 'String' | 'Integer' | 'Float' | 'Boolean';
  readonly DefaultValue?: string | number | boolean;
  readonly EnumValues?: readonly unknown[];
}

export const STEP_TYPES = ['Processing', 'Training', 'Tuning', 'Transform', 'Model', 'RegisterModel', 'Condition', 'Fail'] as const;
export type StepType = (typeof STEP_TYPES)[number];

export interface StepDefinition {
  readonly Name: string;
  readonly Type: StepType;
  readonly DisplayName?: string;
  readonly Description?: string;
  readonly DependsOn?: readonly string[];
  readonly Arguments: Readonly<Record<string, unknown>>;
  readonly PropertyFiles?: readonly PropertyFile[];
  readonly CacheConfig?: { readonly Enabled?: boolean; readonly ExpireAfter?: string };
  readonly RetryPolicies?: readonly RetryPolicy[];
}

export interface PropertyFile {
  readonly PropertyFileName: string;
  readonly OutputName: string;
  readonly FilePath: string;
}

export interface RetryPolicy {
  readonly ExceptionType: readonly string[];
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxAttempts?: number;
  readonly ExpireAfterMin?: number;
}

/** A step and where it stands: which condition must have decided how, for it to run. */
export interface PlacedStep {
  readonly step: StepDefinition;
  readonly branch?: { readonly condition: string; readonly when: boolean };
}

/** Reads a definition and refuses what SageMaker refuses: bad JSON, unknown steps and parameters, cycles. */
export function parseDefinition(text: string): PipelineDefinition {
  let document: Partial<PipelineDefinition>;
  try {
    document = JSON.parse(text) as Partial<PipelineDefinition>;
  } catch (error) {
    throw refuse(`the document is not JSON: ${(error as Error).message}`);
  }
  if (document.Version !== '2020-12-01') {
    throw refuse(`Version must be "2020-12-01", got ${JSON.stringify(document.Version)}`);
  }
  if (!Array.isArray(document.Steps) || document.Steps.length === 0) {
    throw refuse('Steps must be a list of at least one step');
  }
  const definition: PipelineDefinition = { Version: document.Version, Parameters: document.Parameters ?? [], Steps: document.Steps };
  definition.Parameters.forEach(checkParameter);
  const placed = placeSteps(definition.Steps);
  placed.forEach(({ step }) => checkStep(step));
  checkUnique('parameter', definition.Parameters.map(({ Name }) => Name));
  checkUnique('step', placed.map(({ step }) => step.Name));
  checkReferences(definition, placed);
  return definition;
}

export function refuse(reason: string): Error {
  return validation(`Unable to parse pipeline definition. Definition is not valid: ${reason}`);
}

/** All steps, those within conditions included, in the order of the document. */
export function placeSteps(steps: readonly StepDefinition[], branch?: PlacedStep['branch']): PlacedStep[] {
  return steps.flatMap((step) => {
    const here = { step, branch };
    if (step.Type !== 'Condition') {
      return [here];
    }
    const { IfSteps = [], ElseSteps = [] } = step.Arguments as { IfSteps?: StepDefinition[]; ElseSteps?: StepDefinition[] };
    return [
      here,
      ...placeSteps(IfSteps, { condition: step.Name, when: true }),
      ...placeSteps(ElseSteps, { condition: step.Name, when: false }),
    ];
  });
}

/** Names of the steps a value refers to. */
export function referencedSteps(value: unknown): string[] {
  return references(value).flatMap((reference) => (reference.startsWith('Steps.') ? [reference.split('.')[1].replace(/\[.*$/, '')] : []));
}

/** What must be done before a step starts: DependsOn and the steps its values refer to; for a condition only its own conditions count. */
export function dependencies(step: StepDefinition): Set<string> {
  const values = step.Type === 'Condition' ? step.Arguments.Conditions : step.Arguments;
  return new Set([...(step.DependsOn ?? []).map((name) => name.replace(/^Steps\./, '')), ...referencedSteps(values)]);
}

function references(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => (key === 'Get' && typeof inner === 'string' ? [inner] : references(inner)));
}

function checkParameter({ Name, Type }: ParameterDefinition): void {
  if (typeof Name !== 'string' || !['String', 'Integer', 'Float', 'Boolean'].includes(Type)) {
    throw refuse(`parameter ${JSON.stringify(Name)} has the type ${JSON.stringify(Type)}`);
  }
}

function checkStep(step: StepDefinition): void {
  if (typeof step.Name !== 'string' || !/^[A-Za-z0-9](?:-*[A-Za-z0-9_])*$/.test(step.Name)) {
    throw refuse(`${JSON.stringify(step.Name)} is not a step name`);
  }
  if (!STEP_TYPES.includes(step.Type)) {
    throw refuse(`step ${step.Name} has the type ${JSON.stringify(step.Type)}; the rehearsal runs ${STEP_TYPES.join(', ')}`);
  }
  if (typeof step.Arguments !== 'object' || step.Arguments === null) {
    throw refuse(`step ${step.Name} has no Arguments`);
  }
}

function checkUnique(what: string, names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw refuse(`more than one ${what} is named ${repeated}`);
  }
}

function checkReferences(definition: PipelineDefinition, placed: readonly PlacedStep[]): void {
  const parameters = new Set(definition.Parameters.map(({ Name }) => Name));
  const steps = new Map(placed.map(({ step }) => [step.Name, step]));
  for (const { step } of placed) {
    for (const reference of references(step.Arguments)) {
      const [kind, name] = reference.split('.');
      if (kind === 'Parameters' && !parameters.has(name)) {
        throw refuse(`step ${step.Name} refers to ${reference}, but there is no parameter ${name}`);
      }
      if (kind !== 'Parameters' && kind !== 'Steps' && kind !== 'Execution') {
        throw refuse(`step ${step.Name} refers to ${reference}, which is neither a parameter, a step nor the execution`);
      }
    }
    for (const name of dependencies(step)) {
      if (!steps.has(name)) {
        throw refuse(`step ${step.Name} depends on ${name}, but there is no such step`);
      }
    }
  }
  const state = new Map<string, 'open' | 'closed'>();
  const visit = (name: string, path: readonly string[]): void => {
    if (state.get(name) === 'open') {
      throw refuse(`the steps ${[...path, name].join(' -> ')} depend on each other in a cycle`);
    }
    const step = steps.get(name);
    if (state.has(name) || !step) {
      return;
    }
    state.set(name, 'open');
    dependencies(step).forEach((next) => visit(next, [...path, name]));
    state.set(name, 'closed');
  };
  steps.forEach((_, name) => visit(name, []));
}
