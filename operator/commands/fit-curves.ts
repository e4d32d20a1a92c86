import { randomBytes } from 'node:crypto';
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  ListTagsCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { count } from '../arguments';
import type { CommandDefinition } from '../command';
import { type OperatorContext, waitFor } from '../context';
import { CommandFailed } from '../errors';
import { trainingJobOf, tuningJobOf } from '../experiments/choose-runs';
import { fitOf } from '../experiments/curves';
import { type TrainingRun, trainingRun } from '../experiments/training-run';
import { type Output, table } from '../output';
import { printComparison, type RunComparison } from './compare-runs';

export interface FitCurvesOptions {
  /** The run whose data, code and other hyperparameters are used: a training job or a version. */
  readonly like: string;
  readonly shallow: number;
  readonly deep: number;
  readonly rounds: number;
  readonly limitMinutes?: number;
}

export interface FitCurvesResult extends RunComparison {
  readonly like: string;
}

/**
 * Trains a model that is too simple and one that is too complex, on the same rows and with every other hyperparameter
 * of an existing run, and without early stopping, so that the curves show what it prevents (TRAINCHK-05: over- and
 * underfitting in the metrics; EVAL-06: a model too simple or too complex).
 */
export async function fitCurves(
  context: OperatorContext,
  options: FitCurvesOptions,
  output: Output,
): Promise<FitCurvesResult> {
  const like = await trainingRun(context, await trainingJobOf(context, options.like));
  const depths = [options.shallow, options.deep] as const;
  const names: string[] = [];
  try {
    for (const depth of depths) names.push(await start(context, like, depth, options.rounds, output));
    await waitFor(
      context,
      'the training jobs',
      options.limitMinutes ?? 60,
      async () => ((await Promise.all(names.map((name) => ended(context, name)))).every(Boolean) ? true : undefined),
      output,
    );
  } catch (error) {
    // What was started costs money until it ends.
    await Promise.allSettled(
      names.map((TrainingJobName) => context.clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName }))),
    );
    throw error;
  }
  // The last lines of a log reach CloudWatch Logs after the job's end.
  const [shallow, deep] = await waitFor(context, 'the logs of both jobs', 5, async () => {
    const runs = await Promise.all(names.map((name) => trainingRun(context, name)));
    return runs.every(({ curves }) => fitOf(curves)?.rounds === options.rounds) ? runs : undefined;
  });
  if (shallow === undefined || deep === undefined) throw new Error('two jobs were started');
  const comparison = printComparison(shallow, deep, [`depth ${depths[0]}`, `depth ${depths[1]}`], output);
  output.line();
  for (const line of table([
    ['', 'best round', 'validation', 'train', 'gap', 'validation at the end'],
    fitRow(`depth ${depths[0]}`, shallow),
    fitRow(`depth ${depths[1]}`, deep),
    fitRow(`depth ${like.parameters.max_depth ?? '?'}, chosen`, like),
  ]))
    output.line(line);
  return { ...comparison, like: like.name };
}

function fitRow(title: string, run: TrainingRun): string[] {
  const fit = fitOf(run.curves);
  if (fit === undefined) return [title, '-', '-', '-', '-', '-'];
  const { bestRound, validationAtBest, trainAtBest, validationAtEnd } = fit;
  return [
    title,
    String(bestRound),
    validationAtBest.toFixed(4),
    trainAtBest.toFixed(4),
    (trainAtBest - validationAtBest).toFixed(4),
    validationAtEnd.toFixed(4),
  ];
}

/**
 * The name begins with the tuning job's, so that the teardown of the workflow removes record and log. On demand: two
 * jobs of some minutes are not worth an interruption, and a job without spot needs no checkpoint.
 */
async function start(
  context: OperatorContext,
  like: TrainingRun,
  depth: number,
  rounds: number,
  output: Output,
): Promise<string> {
  const { job } = like;
  const tuningJob = tuningJobOf(like);
  if (tuningJob === undefined) {
    throw new CommandFailed(
      `${like.name} is no trial of a tuning job, so its name cannot be continued.`,
      'Name a version of the model: npm run mlops -- fit-curves --like latest',
    );
  }
  const TrainingJobName = `${tuningJob}-depth-${depth}-${randomBytes(3).toString('hex')}`;
  const { Tags } = await context.clients.sagemaker.send(new ListTagsCommand({ ResourceArn: job.TrainingJobArn }));
  const own = Object.fromEntries(Object.entries(job.HyperParameters ?? {}).filter(([key]) => !key.startsWith('_')));
  const request: CreateTrainingJobCommandInput = {
    TrainingJobName,
    HyperParameters: {
      ...own,
      max_depth: String(depth),
      num_round: String(rounds),
      // Never: the curves go on where the pipeline would have stopped.
      early_stopping_rounds: String(rounds),
    },
    AlgorithmSpecification: {
      TrainingImage: job.AlgorithmSpecification?.TrainingImage,
      TrainingInputMode: job.AlgorithmSpecification?.TrainingInputMode,
    },
    RoleArn: job.RoleArn,
    InputDataConfig: job.InputDataConfig,
    OutputDataConfig: job.OutputDataConfig,
    ResourceConfig: job.ResourceConfig,
    StoppingCondition: { MaxRuntimeInSeconds: job.StoppingCondition?.MaxRuntimeInSeconds },
    EnableNetworkIsolation: job.EnableNetworkIsolation,
    EnableInterContainerTrafficEncryption: job.EnableInterContainerTrafficEncryption,
    VpcConfig: job.VpcConfig,
    // AWS's own tags (aws:...) cannot be set.
    Tags: Tags?.filter(({ Key = '' }) => !Key.startsWith('aws:')),
  };
  await context.clients.sagemaker.send(new CreateTrainingJobCommand(request));
  output.progress(`Started ${TrainingJobName}`);
  return TrainingJobName;
}

async function ended(context: OperatorContext, TrainingJobName: string): Promise<boolean> {
  const job = await context.clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  if (job.TrainingJobStatus === 'Completed') return true;
  if (job.TrainingJobStatus === 'Failed' || job.TrainingJobStatus === 'Stopped') {
    throw new CommandFailed(`${TrainingJobName} ${job.TrainingJobStatus.toLowerCase()}: ${job.FailureReason ?? ''}`);
  }
  return false;
}

export const fitCurvesCommand: CommandDefinition<FitCurvesOptions, FitCurvesResult> = {
  name: 'fit-curves',
  summary: 'train a model too simple and one too complex; show their curves',
  description:
    'Starts two training jobs on the rows that the pipeline prepared for a run: trees of depth 1 and of depth 12,\n' +
    'every other hyperparameter as in that run, without early stopping. Their curves on training and validation\n' +
    'rows show what under- and overfitting look like here. Each job takes minutes and is billed like a trial\n' +
    'without spot. Nothing is registered; the teardown of the workflow removes both jobs.',
  configure: (program) =>
    program
      .option('--like <run>', 'a trial, or a version: a number, "live" or "latest"', 'latest')
      .option('--shallow <depth>', 'depth of the simple model', '1')
      .option('--deep <depth>', 'depth of the complex model', '12')
      .option('--rounds <count>', 'rounds of both', '200'),
  examples: [
    ['fit-curves', 'on the rows of the newest version'],
    ['fit-curves --like live --rounds 400', 'longer, on the rows of the version that serves'],
  ],
  parse: (_, options) => ({
    like: String(options.like),
    shallow: count(options.shallow, '--shallow', 20),
    deep: count(options.deep, '--deep', 20),
    rounds: count(options.rounds, '--rounds', 2000),
  }),
  run: fitCurves,
};
