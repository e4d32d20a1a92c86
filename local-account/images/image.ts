import type { HyperParameterTuningJobObjective, MetricDefinition } from '@aws-sdk/client-sagemaker';
import type { Command } from '../sagemaker/container/process';
import type { ContainerRoot } from '../sagemaker/container/root';

/** What a stand-in gets to know about its container. */
export interface ContainerRequest {
  readonly root: ContainerRoot;
  /** Variables of the request, re-rooted, on top of the base environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Interpreter of the locked Python environment. */
  readonly python: string;
}

export interface ProcessingRequest extends ContainerRequest {
  readonly entrypoint: readonly string[];
  readonly arguments: readonly string[];
}

export interface TrainingRequest extends ContainerRequest {
  /** What the container knows its interpreter by: the same Python, started faster. */
  readonly launcher: string;
  readonly processors: number;
  readonly checkpointFolder?: string;
}

export interface ServingRequest extends ContainerRequest {
  /** /opt/ml/model of the container, extracted. */
  readonly modelFolder: string;
}

/** What SageMaker defines for its own algorithm images. Requests cannot change it. */
export interface Algorithm {
  readonly metricDefinitions: readonly MetricDefinition[];
  /** What a tuning job may optimize, and in which direction. */
  readonly objectives: readonly HyperParameterTuningJobObjective[];
  /** Hyperparameters that a tuning job may search. */
  readonly tunable: readonly string[];
}

/** What runs here in place of one container image of SageMaker's. Each member is a use that the real image has. */
export interface ImageStandIn {
  /** Name of the ECR repository. */
  readonly repository: string;
  /** @default an image that SageMaker knows nothing about */
  readonly algorithm?: Algorithm;
  readonly processing?: (request: ProcessingRequest) => Promise<Command> | Command;
  readonly training?: (request: TrainingRequest) => Promise<Command> | Command;
  /** A server that writes its port to file descriptor 3 when it listens, and ends when standard input does. */
  readonly serving?: (request: ServingRequest) => Promise<Command> | Command;
}
