import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import {
  paginateListPipelineExecutions,
  SageMakerClient,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';

import { onDelete, present, type TargetEvent } from '../cloudformation/respond';
import { type Execution, stopAll } from './executions';

const sagemaker = new SageMakerClient({});

/** SageMaker refuses to delete a running pipeline, and CloudFormation does not stop it. */
export function handler(event: TargetEvent<{ readonly PipelineName: string }>): Promise<void> {
  return onDelete(event, async (target) => {
    const PipelineName = present(target.PipelineName, 'PipelineName');
    const stopped = await stopAll({ list: () => list(PipelineName), stop, wait: () => setTimeout(2000) });
    return `${stopped} executions of ${PipelineName} stopped`;
  });
}

async function list(PipelineName: string): Promise<Execution[]> {
  const found: Execution[] = [];
  for await (const { PipelineExecutionSummaries } of paginateListPipelineExecutions(
    { client: sagemaker },
    { PipelineName, MaxResults: 100 },
  )) {
    if (PipelineExecutionSummaries === undefined) throw new Error(`SageMaker lists no executions of ${PipelineName}`);
    for (const { PipelineExecutionArn: arn, PipelineExecutionStatus: status } of PipelineExecutionSummaries) {
      if (arn === undefined || status === undefined)
        throw new Error(`SageMaker lists an execution of ${PipelineName} without its ARN or its status`);
      found.push({ arn, status });
    }
  }
  return found;
}

async function stop(PipelineExecutionArn: string): Promise<void> {
  try {
    await sagemaker.send(new StopPipelineExecutionCommand({ PipelineExecutionArn, ClientRequestToken: randomUUID() }));
  } catch (error) {
    // It has ended since it was listed, which the next listing shows.
    if (!(error instanceof Error && error.name === 'ValidationException')) throw error;
  }
}
