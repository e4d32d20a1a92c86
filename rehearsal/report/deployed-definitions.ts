import { readFileSync } from 'node:fs';
import { readAssembly } from 'local-account/assembly/cloud-assembly';
import { dependencies, type PipelineDefinition, placeSteps } from 'local-account/sagemaker/pipeline/definition';
import { stateMachinesOf } from '../../diagrams/state-machines';
import type { GraphStep } from './charts/step-graph';

interface Template {
  readonly Resources?: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: { readonly PipelineDefinition?: { readonly PipelineDefinitionBody: unknown } };
      }
    >
  >;
}

/**
 * The steps of the assembly's SageMaker pipeline, each after those that it waits for. Read from the template: an
 * account forgets a pipeline's executions with the pipeline.
 */
export function pipelineSteps(assembly: string): GraphStep[] {
  const resources = readAssembly(assembly).stacks.flatMap(({ templateFile }) => {
    const { Resources = {} } = JSON.parse(readFileSync(templateFile, 'utf8')) as Template;
    return Object.values(Resources);
  });
  const definition = resources.find(({ Type }) => Type === 'AWS::SageMaker::Pipeline')?.Properties?.PipelineDefinition;
  if (definition === undefined) return [];
  return graphOf(JSON.parse(literalText(definition.PipelineDefinitionBody)) as PipelineDefinition);
}

/** A state of the release state machine. */
export interface ReleaseState {
  /** Such as Choice. */
  readonly type: string;
  /** @default the state machine names no phases */
  readonly phase?: string;
}

/** The states of the state machine that has all of these. */
export function statesAround(assembly: string, names: readonly string[]): Record<string, ReleaseState> {
  const found = stateMachinesOf(assembly).find(({ definition }) => names.every((name) => name in definition.States));
  if (found === undefined) return {};
  const phases = new Map(Object.entries(found.phases).flatMap(([phase, own]) => own.map((name) => [name, phase])));
  return Object.fromEntries(
    Object.entries(found.definition.States).map(([name, { Type }]) => {
      const phase = phases.get(name);
      return [name, { type: Type, ...(phase === undefined ? {} : { phase }) }];
    }),
  );
}

function graphOf({ Steps }: PipelineDefinition): GraphStep[] {
  const left = placeSteps(Steps).map(({ step, branch }) => ({
    name: step.Name,
    type: step.Type,
    after: [...new Set([...dependencies(step), ...(branch === undefined ? [] : [branch.condition])])],
    ...(branch === undefined ? {} : { branch: branch.when ? 'yes' : 'no' }),
  }));
  const ordered: GraphStep[] = [];
  while (left.length > 0) {
    const ready = left.findIndex(({ after }) => after.every((name) => !left.some((one) => one.name === name)));
    ordered.push(...left.splice(Math.max(0, ready), 1));
  }
  return ordered;
}

/** A template's text with `x` for each part that only a deployment knows: step names and references hold none. */
function literalText(value: unknown): string {
  if (typeof value === 'string') return value;
  const parts = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join']?.[1] ?? [];
  return parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');
}
