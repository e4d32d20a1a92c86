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

export const STEP_TYPES = [
  'Processing',
  'Training',
  'Tuning',
  'Transform',
  'Model',
  'RegisterModel',
  'Condition',
  'Fail',
] as const;
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

/** A step and its place: the condition outcomes that it needs to run. */
export interface PlacedStep {
  readonly step: StepDefinition;
  readonly branch?: { readonly condition: string; readonly when: boolean };
}

// AWS: sagemaker-pipelines/definitions-are-read-when-stored
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
    const { IfSteps = [], ElseSteps = [] } = step.Arguments as {
      IfSteps?: StepDefinition[];
      ElseSteps?: StepDefinition[];
    };
    return [
      here,
      ...placeSteps(IfSteps, { condition: step.Name, when: true }),
      ...placeSteps(ElseSteps, { condition: step.Name, when: false }),
    ];
  });
}

/** Names of the steps a value refers to. */
export function referencedSteps(value: unknown): string[] {
  return references(value).flatMap((reference) =>
    reference.startsWith('Steps.') ? [reference.split('.')[1].replace(/\[.*$/, '')] : [],
  );
}

/**
 * What must be done before a step starts: DependsOn and the steps its values refer to; for a condition only its own
 * conditions count.
 */
export function dependencies(step: StepDefinition): Set<string> {
  const values = step.Type === 'Condition' ? step.Arguments.Conditions : step.Arguments;
  return new Set([...(step.DependsOn ?? []).map((name) => name.replace(/^Steps\./, '')), ...referencedSteps(values)]);
}

/** Everything that a value refers to. */
export function references(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'Get' && typeof inner === 'string' ? [inner] : references(inner),
  );
}
