import type {
  ParallelismConfiguration,
  PipelineExecutionStatus,
  PipelineExecutionStep,
  UserContext,
} from '@aws-sdk/client-sagemaker';
import type { Entity } from '../store';
import type { PipelineDefinition } from './definition';

export interface PipelineExecution extends Entity {
  readonly id: string;
  readonly pipelineArn: string;
  readonly pipelineName: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly definitionText: string;
  readonly definition: PipelineDefinition;
  readonly roleArn: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly parallelism?: ParallelismConfiguration;
  readonly createdBy: UserContext;
  status: PipelineExecutionStatus;
  failureReason?: string;
  endedAt?: Date;
  readonly steps: PipelineExecutionStep[];
  readonly stop: AbortController;
}
