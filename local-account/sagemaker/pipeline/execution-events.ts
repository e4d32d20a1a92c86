import type { PipelineExecutionStatus, PipelineExecutionStep } from '@aws-sdk/client-sagemaker';
import { type Engine, emit, now } from '../engine';
import { placeSteps } from './definition';
import type { PipelineExecution } from './pipeline-execution';

/** Source of the shapes: developer guide, "Events that Amazon SageMaker AI sends to Amazon EventBridge". */
export function executionChanged(
  engine: Engine,
  execution: PipelineExecution,
  status: PipelineExecutionStatus,
  previous: PipelineExecutionStatus | undefined,
): void {
  execution.status = status;
  execution.modifiedAt = now(engine);
  const metric = {
    Executing: 'ExecutionStarted',
    Succeeded: 'ExecutionSucceeded',
    Failed: 'ExecutionFailed',
    Stopped: 'ExecutionStopped',
  }[status as string];
  if (metric && !(status === 'Executing' && previous === 'Executing')) {
    const dimensions = { PipelineName: execution.pipelineArn.split('/').pop() ?? '' };
    engine.platform.putMetric({
      namespace: 'AWS/Sagemaker/ModelBuildingPipeline',
      name: metric,
      dimensions,
      value: 1,
      unit: 'Count',
    });
  }
  emit(engine, 'SageMaker Model Building Pipeline Execution Status Change', [execution.pipelineArn, execution.arn], {
    pipelineExecutionDisplayName: execution.displayName,
    pipelineExecutionDescription: execution.description,
    currentPipelineExecutionStatus: status,
    previousPipelineExecutionStatus: previous,
    executionStartTime: execution.createdAt.toISOString(),
    executionEndTime: execution.endedAt?.toISOString(),
    pipelineArn: execution.pipelineArn,
    pipelineExecutionArn: execution.arn,
  });
}

export function stepChanged(
  engine: Engine,
  execution: PipelineExecution,
  step: PipelineExecutionStep,
  status: NonNullable<PipelineExecutionStep['StepStatus']>,
): void {
  const previous = step.StepStatus;
  step.StepStatus = status;
  const placed = placeSteps(execution.definition.Steps).find(({ step: { Name } }) => Name === step.StepName);
  emit(
    engine,
    'SageMaker Model Building Pipeline Execution Step Status Change',
    [execution.pipelineArn, execution.arn],
    {
      metadata: step.Metadata ?? {},
      stepStartTime: step.StartTime?.toISOString(),
      stepEndTime: step.EndTime?.toISOString(),
      stepName: step.StepName,
      stepType: placed?.step.Type,
      previousStepStatus: previous,
      currentStepStatus: status,
      pipelineArn: execution.pipelineArn,
      pipelineExecutionArn: execution.arn,
      failureReason: step.FailureReason,
      cacheHitResult: step.CacheHitResult,
    },
  );
}
