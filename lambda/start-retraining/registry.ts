import {
  DescribeModelPackageCommand,
  ListPipelineExecutionsCommand,
  type SageMakerClient,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

import type { PipelineExecution, Registry } from './retraining';

export class SagemakerRegistry implements Registry {
  constructor(
    private readonly sagemaker: SageMakerClient,
    private readonly parameters: SSMClient,
    private readonly names: { readonly pipelineName: string; readonly approvedModelParameter: string },
  ) {}

  async recentExecutions(): Promise<PipelineExecution[]> {
    const { PipelineExecutionSummaries } = await this.sagemaker.send(
      new ListPipelineExecutionsCommand({
        PipelineName: this.names.pipelineName,
        SortBy: 'CreationTime',
        SortOrder: 'Descending',
        // The cool-down looks at the newest few; a hundred runs within it would be another problem.
        MaxResults: 100,
      }),
    );
    return (PipelineExecutionSummaries ?? []).map((one) => ({
      arn: one.PipelineExecutionArn ?? '',
      displayName: one.PipelineExecutionDisplayName ?? '',
      status: one.PipelineExecutionStatus ?? '',
      startedAt: one.StartTime ?? new Date(0),
    }));
  }

  async approvedModelPackage(): Promise<string> {
    const { Parameter } = await this.parameters.send(
      new GetParameterCommand({ Name: this.names.approvedModelParameter }),
    );
    return Parameter?.Value ?? 'none';
  }

  async modelDataUri(modelPackageArn: string): Promise<string> {
    const description = await this.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn }),
    );
    const uri = description.InferenceSpecification?.Containers?.[0]?.ModelDataUrl;
    if (uri === undefined) throw new Error(`${modelPackageArn} names no model artifact`);
    return uri;
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
    if (PipelineExecutionArn === undefined) throw new Error('StartPipelineExecution answered without an ARN');
    return PipelineExecutionArn;
  }
}
