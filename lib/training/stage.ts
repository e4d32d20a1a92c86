import type { StateParameter } from '../shared/ssm/state-parameters';
import type { StepCode } from './step-code';

/** The SSM parameters that say which versions are live. Releases write them. */
export interface LiveParameters {
  /** ARN of the approved model package. */
  readonly approvedModel: StateParameter;
  /** ARN of the last model package whose release succeeded: a failed release is rolled back to it. */
  readonly provenModel: StateParameter;
  /** @default no challenger is configured */
  readonly challengerModel?: StateParameter;
  /** Whether the endpoint is `deployed` or `removed`. @default an idle endpoint is only reported */
  readonly endpointState?: StateParameter;
}

/** What other stages use of training. Names and ARN patterns are text, so that no export ties the stacks together. */
export interface TrainingStage {
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  /** Every version of the group. */
  readonly modelPackageArnPattern: string;
  /** Key prefixes of the artifacts bucket below which the pipeline writes baselines. */
  readonly baselinePrefixes: readonly string[];
  readonly parameters: LiveParameters;
  readonly stepCode: StepCode;
}
