import {
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  DescribePipelineCommand,
  DescribeProcessingJobCommand,
  type ProcessingInput,
} from '@aws-sdk/client-sagemaker';
import { type OperatorContext, waitFor } from './context';
import { CommandFailed } from './errors';
import { lastLines } from './job-logs';
import type { Output } from './output';

/** A command of the step code, run as a processing job outside the pipeline. */
export interface JobRequest {
  readonly command: string;
  /** Last part of the job's name. */
  readonly suffix: string;
  readonly arguments: readonly string[];
  /** Name of an input to its S3 URI; the container finds it under that name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Where the folder `name` of the outputs goes. */
  readonly output: { readonly name: string; readonly uri: string };
}

/** Arguments of a processing step, as the deployed pipeline's definition has them. */
type StepArguments = CreateProcessingJobCommandInput & { readonly ProcessingInputs: readonly ProcessingInput[] };

/**
 * Starts a job like the pipeline's EvaluateModel: same image, code, role, network, size, encryption and tags, read from
 * the deployed definition. So the job can do no more than that step, and needs nothing of its own in a stack. Whoever
 * calls this must be allowed to pass the role.
 */
export async function startLikeEvaluation(context: OperatorContext, request: JobRequest): Promise<string> {
  const step = await evaluationStep(context);
  const code = step.ProcessingInputs.find(({ InputName }) => InputName === 'code');
  const { S3Input } = code ?? {};
  const [output] = step.ProcessingOutputConfig?.Outputs ?? [];
  const entrypoint = step.AppSpecification?.ContainerEntrypoint ?? [];
  if (S3Input?.LocalPath === undefined || output?.S3Output?.LocalPath === undefined || entrypoint.length < 3)
    throw otherVersion();
  const folder = (path: string, name: string) => path.replace(/[^/]+$/, name);
  const localPath = S3Input.LocalPath;
  const { ProcessingJobArn } = await context.clients.sagemaker.send(
    new CreateProcessingJobCommand({
      ...step,
      ProcessingJobName: `${(step.ProcessingJobName ?? '').replace(/evaluate$/, request.command)}-${request.suffix}`,
      AppSpecification: {
        ImageUri: step.AppSpecification?.ImageUri,
        ContainerEntrypoint: [...entrypoint.slice(0, -1), request.command],
        ContainerArguments: [...request.arguments],
      },
      ProcessingInputs: [
        code as ProcessingInput,
        ...Object.entries(request.inputs).map(([InputName, S3Uri]) => ({
          ...code,
          InputName,
          S3Input: { ...S3Input, S3Uri, LocalPath: folder(localPath, InputName) },
        })),
      ],
      ProcessingOutputConfig: {
        ...step.ProcessingOutputConfig,
        Outputs: [
          {
            ...output,
            OutputName: request.output.name,
            S3Output: {
              ...output.S3Output,
              S3Uri: request.output.uri,
              LocalPath: folder(output.S3Output.LocalPath, request.output.name),
            },
          },
        ],
      },
    }),
  );
  return ProcessingJobArn ?? '';
}

async function evaluationStep(context: OperatorContext): Promise<StepArguments> {
  const PipelineName = await context.output('Training', 'PipelineName');
  const { PipelineDefinition = '{}' } = await context.clients.sagemaker.send(
    new DescribePipelineCommand({ PipelineName }),
  );
  const { Steps = [] } = JSON.parse(PipelineDefinition) as {
    Steps?: readonly { readonly Name: string; readonly Arguments?: StepArguments }[];
  };
  const found = Steps.find(({ Name }) => Name === 'EvaluateModel')?.Arguments;
  if (found?.ProcessingInputs === undefined) throw otherVersion();
  return found;
}

function otherVersion(): CommandFailed {
  return new CommandFailed(
    'The deployed pipeline has no step EvaluateModel like the one of this version.',
    'Deploy the Training stack again: npx cdk deploy --all',
  );
}

/** Waits for the end of a job and prints the lines of its log that `shown` lets through. Throws if it failed. */
export async function followJob(
  context: OperatorContext,
  jobArn: string,
  limitMinutes: number,
  output: Output,
  shown: (line: string) => boolean,
): Promise<void> {
  const ProcessingJobName = jobArn.slice(jobArn.lastIndexOf('/') + 1);
  const printed = new Set<string>();
  await waitFor(context, `the processing job ${ProcessingJobName}`, limitMinutes, async () => {
    const job = await context.clients.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName }));
    const log = await lastLines(context, jobArn, 50);
    for (const line of (log?.lines ?? []).filter((one) => shown(one) && !printed.has(one))) {
      printed.add(line);
      output.progress(`  ${line}`);
    }
    const status = job.ProcessingJobStatus ?? 'InProgress';
    if (status === 'Completed') return status;
    if (status === 'InProgress' || status === 'Stopping') return undefined;
    const last = log === undefined ? '' : ` Last lines of its log (${log.group}): ${log.lines.slice(-3).join(' | ')}`;
    throw new CommandFailed(
      `The processing job ${ProcessingJobName} ended as ${status}: ${job.ExitMessage ?? job.FailureReason ?? 'no reason given'}.${last}`,
      'The log has the reason: a month that is not curated, or data that changed after the start.',
    );
  });
}
