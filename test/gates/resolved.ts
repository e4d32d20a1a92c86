import { resolve } from '../fixtures/resolve';
import { at, type Located, type Properties, resourcesOf, type Templates } from './template';

export interface ResolvedMachine extends Located {
  readonly definition: Properties;
}

/**
 * Each state machine's definition as CloudFormation would send it: mistakes hide in the text until it is put together.
 */
export function stateMachines(templates: Templates): ResolvedMachine[] {
  return resourcesOf(templates, 'AWS::StepFunctions::StateMachine').map((located) => ({
    ...located,
    definition: JSON.parse(String(resolve(located.properties.DefinitionString))) as Properties,
  }));
}

export interface ResolvedPipeline extends Located {
  readonly definition: Properties;
}

export function pipelines(templates: Templates): ResolvedPipeline[] {
  return resourcesOf(templates, 'AWS::SageMaker::Pipeline').map((located) => ({
    ...located,
    definition: JSON.parse(
      String(resolve(at(located.properties, 'PipelineDefinition.PipelineDefinitionBody'))),
    ) as Properties,
  }));
}
