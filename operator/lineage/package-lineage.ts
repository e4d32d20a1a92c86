import {
  DescribePipelineExecutionCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  ListPipelineParametersForExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import { stepsOf, type TrainedStep } from '../commands/train';
import type { OperatorContext } from '../context';
import type { Manifest } from '../data-snapshot';
import { CommandFailed } from '../errors';
import { describePackage, versionOf } from '../registry';
import { parseS3Uri, readJson } from '../storage';
import { type AuditedCall, auditOf } from './audit';
import { dataVersionAt, type TracedObject, traceObjects } from './read-objects';

export interface PackageLineage {
  readonly version: number;
  readonly arn: string;
  readonly registered: { readonly at: string; readonly by: string };
  readonly approval: { readonly status: string; readonly note?: string; readonly at?: string; readonly by?: string };
  readonly model: { readonly uri: string; readonly sha256: string; readonly image: string };
  /** Metadata that the pipeline wrote to the package. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly execution: {
    readonly arn: string;
    readonly name: string;
    readonly description: string;
    readonly at: string;
    readonly by: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
  readonly steps: readonly TrainedStep[];
  readonly code: { readonly version: string; readonly archives: readonly string[] };
  readonly training?: {
    readonly job: string;
    readonly role: string;
    readonly hyperParameters: Readonly<Record<string, string>>;
  };
  readonly data: {
    readonly list: string;
    readonly digest: string;
    readonly version?: string;
    readonly objects: readonly TracedObject[];
  };
  readonly calls: readonly AuditedCall[];
}

/**
 * Combines what each service records. SageMaker also keeps a lineage graph (QueryLineage), but it ends at S3 URIs
 * without versions, and has neither curation nor approvals. The Describe calls and CloudTrail have both.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/lineage-tracking.html
 */
export async function packageLineage(context: OperatorContext, arn: string): Promise<PackageLineage> {
  const { sagemaker } = context.clients;
  const described = await describePackage(context, arn);
  const metadata = described.CustomerMetadataProperties ?? {};
  const { PipelineExecutionId: id, DataSnapshot: list, DataVersion, CodeVersion = '', modelSha256 = '' } = metadata;
  if (id === undefined || list === undefined) {
    throw new CommandFailed(
      `${arn} was not registered by the pipeline: it names no execution and no data.`,
      'Only versions that `train` or a retraining made can be traced. The live version: npm run mlops -- lineage live',
    );
  }
  const executionArn = `${arn.slice(0, arn.indexOf(':model-package/'))}:pipeline/${await context.output('Training', 'PipelineName')}/execution/${id}`;
  const execution = await sagemaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn: executionArn }));
  const { PipelineParameters = [] } = await sagemaker.send(
    new ListPipelineParametersForExecutionCommand({ PipelineExecutionArn: executionArn }),
  );
  const steps = await stepsOf(context, executionArn);
  const container = described.InferenceSpecification?.Containers?.[0];
  const uri = container?.ModelDataUrl ?? '';

  const place = parseS3Uri(list);
  const manifest = await readJson<Manifest>(context, place.bucket, place.key);
  if (manifest === undefined)
    throw new CommandFailed(
      `The list of the data (${list}) is gone.`,
      'Old versions of it may still be in the bucket.',
    );
  const read =
    DataVersion === undefined
      ? undefined
      : await dataVersionAt(context, parseS3Uri(DataVersion).bucket, parseS3Uri(DataVersion).key);
  const { archives, training } = await codeOf(context, steps, uri);
  const startedAt = execution.CreationTime ?? new Date(0);
  return {
    version: versionOf(arn),
    arn,
    registered: { at: described.CreationTime?.toISOString() ?? '', by: whoIs(described.CreatedBy) },
    approval: {
      status: described.ModelApprovalStatus ?? 'Unknown',
      ...(described.ApprovalDescription === undefined ? {} : { note: described.ApprovalDescription }),
      ...(described.LastModifiedBy === undefined
        ? {}
        : { at: described.LastModifiedTime?.toISOString(), by: whoIs(described.LastModifiedBy) }),
    },
    model: { uri, sha256: modelSha256, image: container?.Image ?? '' },
    metadata,
    execution: {
      arn: executionArn,
      name: execution.PipelineExecutionDisplayName ?? '',
      description: execution.PipelineExecutionDescription ?? '',
      at: startedAt.toISOString(),
      by: whoIs(execution.CreatedBy),
      parameters: Object.fromEntries(PipelineParameters.map(({ Name, Value }) => [Name ?? '', Value ?? ''])),
    },
    steps,
    code: { version: CodeVersion, archives },
    ...(training === undefined ? {} : { training }),
    data: {
      list,
      digest: place.key.split('/').at(-1)?.replace('.json', '') ?? '',
      ...(read === undefined ? {} : { version: read.data_version }),
      objects: await traceObjects(context, manifest, read?.files ?? {}),
    },
    // CloudTrail rounds an event's time down to seconds, so it may lie before the time of what the call created.
    calls: await auditOf(context, { packageArn: arn, executionArn }, new Date(startedAt.getTime() - 60_000)),
  };
}

function whoIs(
  user: { readonly IamIdentity?: { readonly Arn?: string }; readonly UserProfileName?: string } | undefined,
): string {
  return user?.IamIdentity?.Arn ?? user?.UserProfileName ?? 'not recorded';
}

/** The code that the jobs ran. Archives are named by their content, so a URI identifies a version. */
async function codeOf(
  context: OperatorContext,
  steps: readonly TrainedStep[],
  modelUri: string,
): Promise<{ archives: string[]; training?: PackageLineage['training'] }> {
  const archives = new Set<string>();
  const name = (arn: string | undefined) => arn?.slice(arn.lastIndexOf('/') + 1);
  const ProcessingJobName = name(steps.find((step) => step.jobArn?.includes(':processing-job/'))?.jobArn);
  if (ProcessingJobName !== undefined) {
    const job = await context.clients.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName }));
    const uri = job.ProcessingInputs?.find((input) => input.InputName === 'code')?.S3Input?.S3Uri;
    if (uri !== undefined) archives.add(uri);
  }
  // models/<training job>/output/model.tar.gz
  const TrainingJobName = /\/models\/([^/]+)\/output\//.exec(modelUri)?.[1];
  if (TrainingJobName === undefined) return { archives: [...archives] };
  const job = await context.clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  const uri = job.InputDataConfig?.find((channel) => channel.ChannelName === 'code')?.DataSource?.S3DataSource?.S3Uri;
  if (uri !== undefined) archives.add(uri);
  return {
    archives: [...archives],
    training: { job: job.TrainingJobArn ?? '', role: job.RoleArn ?? '', hyperParameters: job.HyperParameters ?? {} },
  };
}
