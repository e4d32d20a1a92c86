import {
  DescribeModelPackageCommand,
  ListPipelineExecutionsCommand,
  type SageMakerClient,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

import type { PastExecution } from './decision';
import type { Registry } from './retraining';

export class SagemakerRegistry implements Registry {
  constructor(
    private readonly sagemaker: SageMakerClient,
    private readonly parameters: SSMClient,
    private readonly names: { readonly pipelineName: string; readonly approvedModelParameter: string },
  ) {}

  async recentExecutions(): Promise<PastExecution[]> {
    const { PipelineExecutionSummaries } = await this.sagemaker.send(
      new ListPipelineExecutionsCommand({
        PipelineName: this.names.pipelineName,
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        // Cool-down and cap need the last week. A hundred runs within a week would be another problem.
        MaxResults: 100,
      }),
    );
    if (PipelineExecutionSummaries === undefined)
      throw new Error(`SageMaker lists no executions of ${this.names.pipelineName}`);
    return PipelineExecutionSummaries.map((one) => ({
      arn: one.PipelineExecutionArn ?? '',
      displayName: one.PipelineExecutionDisplayName ?? '',
      description: one.PipelineExecutionDescription ?? '',
      // Cool-down and cap are about these two: without them, an execution would look old and finished.
      status: known(one.PipelineExecutionStatus, `the status of ${one.PipelineExecutionArn}`),
      startedAt: known(one.StartTime, `the start of ${one.PipelineExecutionArn}`),
    }));
  }

  async liveModel(): Promise<Awaited<ReturnType<Registry['liveModel']>>> {
    const { Parameter } = await this.parameters.send(
      new GetParameterCommand({ Name: this.names.approvedModelParameter }),
    );
    const packageArn = known(Parameter?.Value, `the value of ${this.names.approvedModelParameter}`);
    if (packageArn === 'none') return undefined;
    const described = await this.sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: packageArn }));
    const modelDataUri = described.InferenceSpecification?.Containers?.[0]?.ModelDataUrl;
    if (modelDataUri === undefined) throw new Error(`${packageArn} names no model artifact`);
    // A package that the pipeline did not register does not name its data, so every month counts as new.
    const { Airports = '', From = '', Until = '' } = described.CustomerMetadataProperties ?? {};
    return {
      packageArn,
      modelDataUri,
      createdAt: known(described.CreationTime, `the creation time of ${packageArn}`),
      learnedFrom: { airports: Airports.split('+'), from: From, until: Until },
    };
  }

  async start(request: Parameters<Registry['start']>[0]): Promise<string> {
    const { PipelineExecutionArn } = await this.sagemaker.send(
      new StartPipelineExecutionCommand({
        PipelineName: this.names.pipelineName,
        PipelineExecutionDisplayName: request.displayName,
        PipelineExecutionDescription: request.description,
        ClientRequestToken: request.token,
        PipelineParameters: Object.entries(request.parameters).map(([Name, Value]) => ({ Name, Value })),
      }),
    );
    if (PipelineExecutionArn === undefined) throw new Error('StartPipelineExecution returned no ARN');
    return PipelineExecutionArn;
  }
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`AWS does not give ${what}`);
  return value;
}
