import {
  dependencies,
  type ParameterDefinition,
  type PipelineDefinition,
  type PlacedStep,
  placeSteps,
  references,
  refuse,
  STEP_TYPES,
  type StepDefinition,
} from './definition';
import { OPERATION_OF } from './operations';
import { checkStepOptions } from './step-options';

/** Refuses arguments that do not fit an operation of SageMaker. */
export type CheckArguments = (operation: string, args: unknown) => void;

/**
 * Reads a definition and refuses what SageMaker refuses: bad JSON, unknown steps and parameters, cycles, arguments that
 * no operation takes.
 */
export function parseDefinition(text: string, checkArguments: CheckArguments): PipelineDefinition {
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
  const definition: PipelineDefinition = {
    Version: document.Version,
    Parameters: document.Parameters ?? [],
    Steps: document.Steps,
  };
  definition.Parameters.forEach(checkParameter);
  const placed = placeSteps(definition.Steps);
  placed.forEach(({ step }) => checkStep(step, checkArguments));
  checkUnique(
    'parameter',
    definition.Parameters.map(({ Name }) => Name),
  );
  checkUnique(
    'step',
    placed.map(({ step }) => step.Name),
  );
  checkReferences(definition, placed);
  return definition;
}

function checkParameter({ Name, Type }: ParameterDefinition): void {
  if (typeof Name !== 'string' || !/^[A-Za-z0-9_-]{1,256}$/.test(Name)) {
    throw refuse(`${JSON.stringify(Name)} is not a parameter name`);
  }
  if (!['String', 'Integer', 'Float', 'Boolean'].includes(Type)) {
    throw refuse(`parameter ${JSON.stringify(Name)} has the type ${JSON.stringify(Type)}`);
  }
}

function checkStep(step: StepDefinition, checkArguments: CheckArguments): void {
  // As long as the StepName of ListPipelineExecutionSteps.
  if (typeof step.Name !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(step.Name)) {
    throw refuse(`${JSON.stringify(step.Name)} is not a step name`);
  }
  if (!STEP_TYPES.includes(step.Type)) {
    throw refuse(
      `step ${step.Name} has the type ${JSON.stringify(step.Type)}; the local account runs ${STEP_TYPES.join(', ')}`,
    );
  }
  if (typeof step.Arguments !== 'object' || step.Arguments === null) {
    throw refuse(`step ${step.Name} has no Arguments`);
  }
  checkStepOptions(step);
  const operation = OPERATION_OF[step.Type];
  if (operation !== undefined) checkArguments(operation, step.Arguments);
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
        throw refuse(
          `step ${step.Name} refers to ${reference}, which is neither a parameter, a step nor the execution`,
        );
      }
    }
    for (const name of dependencies(step)) {
      if (!steps.has(name)) {
        throw refuse(`step ${step.Name} depends on ${name}, but there is no such step`);
      }
    }
    for (const reference of references(step.Arguments)) {
      const [, name = '', file] = /^Steps\.([^.]+)\.PropertyFiles\.(.+)$/.exec(reference) ?? [];
      if (
        file !== undefined &&
        !steps.get(name)?.PropertyFiles?.some(({ PropertyFileName }) => PropertyFileName === file)
      ) {
        throw refuse(`step ${step.Name} refers to ${reference}, but step ${name} declares no such property file`);
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
