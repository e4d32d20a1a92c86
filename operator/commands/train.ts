import { randomUUID } from 'node:crypto';
import {
  DescribePipelineExecutionCommand,
  ListPipelineExecutionStepsCommand,
  type PipelineExecutionStep,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-sagemaker';
import { refuseUnknownAirports } from '../airports';
import { airports, month, monthsInOrder } from '../arguments';
import type { CommandDefinition } from '../command';
import { type OperatorContext, waitFor } from '../context';
import { keepDataSnapshot } from '../data-snapshot';
import { withoutRepetition } from '../errors';
import { type LogTail, lastLines } from '../job-logs';
import { duration, type Output } from '../output';
import { recordedStatesUri } from '../recorded-states';
import { describePackage, type Evaluation, evaluationOf, livePackageArn, versionOf } from '../registry';

export interface TrainOptions {
  readonly airports: readonly string[];
  /** First month of the data. @default the first that is curated */
  readonly from?: string;
  /** The month after the last month of the data. */
  readonly until: string;
  /** @default true */
  readonly wait?: boolean;
  readonly limitMinutes?: number;
}

export interface TrainedStep {
  readonly name: string;
  readonly status: string;
  readonly milliseconds?: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly cached: boolean;
  readonly jobArn?: string;
  readonly failureReason?: string;
}

export interface TrainResult {
  readonly executionArn: string;
  readonly status: string;
  readonly steps: readonly TrainedStep[];
  readonly modelPackageArn?: string;
  readonly version?: number;
  readonly evaluation?: Evaluation;
  readonly failureReason?: string;
  readonly log?: LogTail;
}

/**
 * Of a pipeline execution
 * (["StartPipelineExecution"](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html)).
 */
const longestExecutionName = 82;

/** Names the airports if they fit, and else counts them; the execution's parameters list all. */
function executionName(airports: readonly string[], until: string): string {
  const name = `manual-${airports.join('-')}-${until}`;
  return name.length <= longestExecutionName ? name : `manual-${airports.length}-airports-${until}`;
}

/** Starts the pipeline on the curated data and follows it to its end. */
export async function train(context: OperatorContext, options: TrainOptions, output: Output): Promise<TrainResult> {
  await refuseUnknownAirports(context, options.airports);
  const pipeline = await context.output('Training', 'PipelineName');
  const live = await livePackageArn(context);
  const liveModelUri =
    live === undefined ? await context.output('Training', 'NoLiveModelUri') : await modelDataUri(context, live);
  output.progress(
    `Starting ${pipeline}: ${options.airports.join(',')} until ${options.until}, against ${live === undefined ? 'no live model' : `version ${versionOf(live)}`}`,
  );
  const window = { airports: options.airports, from: options.from ?? '0000-00', until: options.until };
  const snapshot = await keepDataSnapshot(context, window);
  const states = await recordedStatesUri(context);
  if (states !== undefined) output.progress(`States that the stream recorded: ${states}`);
  const { PipelineExecutionArn } = await context.clients.sagemaker.send(
    new StartPipelineExecutionCommand({
      PipelineName: pipeline,
      PipelineExecutionDescription: `Data ${snapshot}. Started by hand`,
      PipelineExecutionDisplayName: executionName(options.airports, options.until),
      ClientRequestToken: randomUUID(),
      PipelineParameters: [
        { Name: 'Airports', Value: options.airports.join('+') },
        { Name: 'From', Value: window.from },
        { Name: 'Until', Value: options.until },
        { Name: 'DataSnapshot', Value: snapshot },
        { Name: 'LiveModelUri', Value: liveModelUri },
        ...(states === undefined ? [] : [{ Name: 'StateUri', Value: states }]),
      ],
    }),
  );
  const arn = PipelineExecutionArn ?? '';
  if (options.wait === false) {
    output.line(`Started: ${arn}`);
    return { executionArn: arn, status: 'Executing', steps: [] };
  }
  return followPipeline(context, arn, options.limitMinutes ?? 240, output);
}

/** Follows an execution, also one that something else started, such as a drift alarm. */
export async function followPipeline(
  context: OperatorContext,
  arn: string,
  limitMinutes: number,
  output: Output,
): Promise<TrainResult> {
  const printed = new Map<string, string>();
  const ended = await waitFor(context, `the pipeline execution ${arn} to end`, limitMinutes, async () => {
    const execution = await context.clients.sagemaker.send(
      new DescribePipelineExecutionCommand({ PipelineExecutionArn: arn }),
    );
    const steps = await stepsOf(context, arn);
    for (const step of steps) {
      if (printed.get(step.name) === step.status) continue;
      printed.set(step.name, step.status);
      const took =
        step.milliseconds === undefined
          ? ''
          : ` (${duration(step.milliseconds)}${step.cached ? ', from the cache' : ''})`;
      output.progress(`  ${step.name}: ${step.status}${took}`);
    }
    const status = execution.PipelineExecutionStatus ?? 'Executing';
    return status === 'Executing' || status === 'Stopping' ? undefined : { status, execution, steps };
  });
  const { status, execution, steps } = ended;
  if (status !== 'Succeeded') {
    const failed = steps.find((step) => step.status === 'Failed');
    const log = failed?.jobArn === undefined ? undefined : await lastLines(context, failed.jobArn);
    const failureReason = failed?.failureReason ?? execution.FailureReason ?? 'no reason given';
    output.line(`${status}${failed === undefined ? '' : ` at ${failed.name}`}: ${withoutRepetition(failureReason)}`);
    if (log !== undefined) {
      output.line(`Last lines of the job (all of it: log group ${log.group}, stream ${log.stream}):`);
      for (const line of log.lines) output.line(`  ${line}`);
    }
    return { executionArn: arn, status, steps, failureReason, ...(log === undefined ? {} : { log }) };
  }
  const modelPackageArn = steps.map((step) => step.jobArn).find((one) => one?.includes(':model-package/'));
  const evaluation = modelPackageArn === undefined ? undefined : await evaluationOf(context, modelPackageArn);
  output.line(
    modelPackageArn === undefined
      ? 'Succeeded, but nothing was registered.'
      : `Registered version ${versionOf(modelPackageArn)}, pending approval${evaluation === undefined ? '' : `: ${summary(evaluation)}`}`,
  );
  return {
    executionArn: arn,
    status,
    steps,
    ...(modelPackageArn === undefined ? {} : { modelPackageArn, version: versionOf(modelPackageArn) }),
    ...(evaluation === undefined ? {} : { evaluation }),
  };
}

function summary({ business, gate, binary_classification_metrics: metrics }: Evaluation): string {
  return (
    `PR-AUC ${metrics.pr_auc.value.toFixed(4)}, ${gate.lift.toFixed(2)} times what chance reaches; ` +
    `${business.expected_cost_per_1000.toFixed(0)} USD per 1000 flights, ${gate.cost_ratio.toFixed(3)} times the cheapest alternative (${gate.alternative})`
  );
}

export async function modelDataUri(context: OperatorContext, packageArn: string): Promise<string> {
  const uri = (await describePackage(context, packageArn)).InferenceSpecification?.Containers?.[0]?.ModelDataUrl;
  if (uri === undefined) throw new Error(`${packageArn} names no model data`);
  return uri;
}

export async function stepsOf(context: OperatorContext, arn: string): Promise<TrainedStep[]> {
  const found: PipelineExecutionStep[] = [];
  let token: string | undefined;
  do {
    const page = await context.clients.sagemaker.send(
      new ListPipelineExecutionStepsCommand({
        PipelineExecutionArn: arn,
        SortOrder: 'Ascending',
        MaxResults: 100,
        NextToken: token,
      }),
    );
    found.push(...(page.PipelineExecutionSteps ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return found.map((step) => {
    const jobArn = jobOf(step);
    return {
      name: step.StepName ?? '',
      status: step.StepStatus ?? 'Unknown',
      cached: step.CacheHitResult !== undefined,
      ...(step.StartTime === undefined ? {} : { startedAt: step.StartTime.toISOString() }),
      ...(step.EndTime === undefined ? {} : { endedAt: step.EndTime.toISOString() }),
      ...(step.StartTime === undefined || step.EndTime === undefined
        ? {}
        : { milliseconds: step.EndTime.getTime() - step.StartTime.getTime() }),
      ...(jobArn === undefined ? {} : { jobArn }),
      ...(step.FailureReason === undefined ? {} : { failureReason: step.FailureReason }),
    };
  });
}

function jobOf(step: PipelineExecutionStep): string | undefined {
  const metadata = step.Metadata;
  return (
    metadata?.ProcessingJob?.Arn ??
    metadata?.TrainingJob?.Arn ??
    metadata?.TuningJob?.Arn ??
    metadata?.TransformJob?.Arn ??
    metadata?.RegisterModel?.Arn ??
    metadata?.Model?.Arn
  );
}

export const trainCommand: CommandDefinition<TrainOptions, TrainResult> = {
  name: 'train',
  summary: 'run the training pipeline and follow its steps',
  description:
    'Prepares data, tunes and evaluates a model, and registers it if it passes the quality gate. The gate compares it with the live model on the same rows.',
  configure: (program) =>
    program
      .requiredOption('--airports <codes>', 'whose flights to learn from, such as JFK or JFK,LGA')
      .requiredOption('--until <month>', 'the month after the last one used; the last tests, the one before validates')
      .option('--from <month>', 'the first month of the data; otherwise the first that is curated')
      .option('--no-wait', 'start it and return'),
  examples: [
    ['train --airports JFK --until 2013-07', 'a first model, tested on June'],
    ['train --airports JFK,LGA --until 2013-11', 'a model for both airports'],
  ],
  parse: (_, options) => {
    const until = month(options.until, '--until');
    const from = options.from === undefined ? undefined : month(options.from, '--from');
    if (from !== undefined) monthsInOrder(from, until);
    return {
      airports: airports(options.airports),
      ...(from === undefined ? {} : { from }),
      until,
      wait: options.wait !== false,
    };
  },
  run: train,
  succeeded: (result) => result.status === 'Succeeded' || result.status === 'Executing',
};
