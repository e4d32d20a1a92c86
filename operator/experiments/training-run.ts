import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  ListPipelineParametersForExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import type { OperatorContext } from '../context';
import { CommandFailed, isNotFound } from '../errors';
import { parseS3Uri } from '../storage';
import { type Curves, curvesOf } from './curves';

const logGroupName = '/aws/sagemaker/TrainingJobs';

/** A training job as an experiment: what went in, what came out. */
export interface TrainingRun {
  readonly name: string;
  readonly status: string;
  readonly job: DescribeTrainingJobCommandOutput;
  /** Values of the script, without what SageMaker's containers read themselves. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly curves: Curves;
  /** The data it was trained on; undefined when another than the pipeline prepared them. */
  readonly data?: { readonly snapshot: string; readonly airports: string; readonly until: string };
  /** Digest of the code's archive. */
  readonly code: string;
}

/**
 * Everything SageMaker itself records of a training job: its description, its log, and the parameters of the pipeline
 * execution that prepared its data. No tracking server is needed for it.
 */
export async function trainingRun(context: OperatorContext, name: string): Promise<TrainingRun> {
  const job = await describe(context, name);
  const data = await preparedData(context, job);
  return {
    name,
    status: job.TrainingJobStatus ?? 'Unknown',
    job,
    parameters: Object.fromEntries(
      Object.entries(job.HyperParameters ?? {}).filter(([key]) => !/^(sagemaker_|_tuning)/.test(key)),
    ),
    curves: curvesOf(await logLines(context, name)),
    ...(data === undefined ? {} : { data }),
    code: channelUri(job, 'code').split('/').at(-1)?.split('.')[0] ?? '',
  };
}

export function channelUri(job: DescribeTrainingJobCommandOutput, channel: string): string {
  const found = job.InputDataConfig?.find(({ ChannelName }) => ChannelName === channel);
  return found?.DataSource?.S3DataSource?.S3Uri ?? '';
}

async function describe(context: OperatorContext, name: string): Promise<DescribeTrainingJobCommandOutput> {
  try {
    return await context.clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  } catch (error) {
    // AWS: sagemaker-jobs/missing-jobs-by-their-words
    if (!isNotFound(error)) throw error;
    throw new CommandFailed(
      `There is no training job ${name} in this account and region.`,
      'Name a training job or a version of the model. Trials: aws sagemaker list-training-jobs',
    );
  }
}

/** The whole log of a job's first host; empty when it has written nothing. */
async function logLines(context: OperatorContext, name: string): Promise<string[]> {
  const { logs } = context.clients;
  const lines: string[] = [];
  try {
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${name}/algo-1-` }),
    );
    // A job that was interrupted has a stream for each start; their names end with the time.
    for (const { logStreamName } of logStreams) {
      let token: string | undefined;
      for (;;) {
        const page = await logs.send(
          new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken: token }),
        );
        lines.push(...(page.events ?? []).map(({ message = '' }) => message));
        // CloudWatch Logs answers the last page with the token that it was asked with.
        if (page.nextForwardToken === undefined || page.nextForwardToken === token) break;
        token = page.nextForwardToken;
      }
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return lines;
}

/** The parameters of the execution that prepared the rows: its id is part of their URI. */
async function preparedData(
  context: OperatorContext,
  job: DescribeTrainingJobCommandOutput,
): Promise<TrainingRun['data']> {
  const uri = channelUri(job, 'train');
  const id = uri === '' ? undefined : /^pipeline\/([a-z0-9]{12})\/prepare\//.exec(parseS3Uri(uri).key)?.[1];
  const account = job.TrainingJobArn?.split(':training-job/')[0];
  if (id === undefined || account === undefined) return undefined;
  const pipeline = await context.output('Training', 'PipelineName');
  try {
    const { PipelineParameters = [] } = await context.clients.sagemaker.send(
      new ListPipelineParametersForExecutionCommand({
        PipelineExecutionArn: `${account}:pipeline/${pipeline}/execution/${id}`,
      }),
    );
    const value = (name: string) => PipelineParameters.find((one) => one.Name === name)?.Value ?? '';
    return { snapshot: value('DataSnapshot'), airports: value('Airports'), until: value('Until') };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
