import { refuseSecrets } from './secrets';
import { type Step, stepDocument } from './steps';
import type { PipelineParameter } from './values';

export interface Pipeline {
  readonly parameters: readonly PipelineParameter[];
  /** Order does not matter: SageMaker derives it from references and DependsOn. */
  readonly steps: readonly Step[];
}

/**
 * The definition document for CreatePipeline.
 * @throws Error where SageMaker would refuse it (repeated names, unknown references), and where it would show a secret
 */
export function pipelineDocument(pipeline: Pipeline): Record<string, unknown> {
  const document = {
    Version: '2020-12-01',
    Metadata: {},
    Parameters: pipeline.parameters.map(({ name, type, defaultValue }) => ({
      Name: name,
      Type: type,
      ...(defaultValue === undefined ? {} : { DefaultValue: defaultValue }),
    })),
    Steps: pipeline.steps.map(stepDocument),
  };
  checkReferences(document, pipeline);
  refuseSecrets(document.Steps);
  return document;
}

function checkReferences(document: { Steps: Record<string, unknown>[] }, pipeline: Pipeline): void {
  const steps = stepNames(document.Steps);
  const repeated = steps.filter((name, index) => steps.indexOf(name) !== index);
  if (repeated.length > 0) throw new Error(`Pipeline has more than one step named ${repeated.join(', ')}`);
  const parameters = new Set(pipeline.parameters.map(({ name }) => name));
  for (const reference of references(document.Steps)) {
    const [kind, name] = reference.split('.', 2) as [string, string];
    if (kind === 'Parameters' && !parameters.has(name))
      throw new Error(`"${reference}" names no parameter of the pipeline`);
    if (kind === 'Steps' && !steps.includes(name)) throw new Error(`"${reference}" names no step of the pipeline`);
  }
}

function stepNames(steps: readonly Record<string, unknown>[]): string[] {
  return steps.flatMap((step) => {
    const inner = step.Arguments as { IfSteps?: Record<string, unknown>[]; ElseSteps?: Record<string, unknown>[] };
    return [String(step.Name), ...stepNames(inner.IfSteps ?? []), ...stepNames(inner.ElseSteps ?? [])];
  });
}

function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'Get' && typeof inner === 'string' ? [inner] : references(inner),
  );
}
