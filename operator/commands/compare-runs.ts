import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { charts } from '../experiments/chart';
import { runsByDefault, trainingJobOf } from '../experiments/choose-runs';
import { type Fit, fitOf } from '../experiments/curves';
import { byRound, type Fact, sideBySide } from '../experiments/side-by-side';
import { type TrainingRun, trainingRun } from '../experiments/training-run';
import { type Output, table } from '../output';

export interface CompareRunsOptions {
  /** Training jobs, or versions of the model. @default the two newest versions */
  readonly runs?: readonly [string, string];
}

export interface RunComparison {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  readonly facts: readonly Fact[];
}

export interface ComparedRun {
  readonly name: string;
  readonly fit?: Fit;
  /** Metrics by round: [round, value]. */
  readonly curves: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

/** Two training jobs next to each other, from what SageMaker records (EVAL-06: a model too simple or too complex). */
export async function compareRuns(
  context: OperatorContext,
  options: CompareRunsOptions,
  output: Output,
): Promise<RunComparison> {
  const [first, second] =
    options.runs === undefined
      ? await runsByDefault(context)
      : await Promise.all(options.runs.map((run) => trainingJobOf(context, run)));
  const [a, b] = await Promise.all([first ?? '', second ?? ''].map((name) => trainingRun(context, name)));
  if (a === undefined || b === undefined) throw new Error('two runs are compared');
  return printComparison(a, b, ['a', 'b'], output);
}

export function printComparison(
  a: TrainingRun,
  b: TrainingRun,
  titles: readonly [string, string],
  output: Output,
): RunComparison {
  output.line(`a  ${a.name}`);
  output.line(`b  ${b.name}`);
  output.line();
  const facts = sideBySide(a, b);
  // 80 columns: a mark, the name, two values.
  const cell = (text: string) => (text.length <= 25 ? text : `${text.slice(0, 24)}~`);
  for (const line of table([
    [' ', '', 'a', 'b'],
    ...facts.map((fact) => [fact.same ? ' ' : '*', fact.what, cell(fact.a), cell(fact.b)]),
  ]))
    output.line(line);
  const different = facts.filter(({ same }) => !same).length;
  output.line(`* ${different} of ${facts.length} differ`);
  output.line();
  if (a.curves.size + b.curves.size === 0) {
    output.line('Neither has metrics by round in its log.');
  } else {
    for (const line of table(byRound(a, b))) output.line(line);
    output.line();
    const drawn = [a, b].map(({ curves }, at) => [titles[at] ?? '', curves] as const);
    for (const line of charts(drawn)) output.line(line);
    output.line('       t: training rows, v: validation rows, *: both');
  }
  return { a: compared(a), b: compared(b), facts };
}

function compared({ name, curves }: TrainingRun): ComparedRun {
  const fit = fitOf(curves);
  return {
    name,
    ...(fit === undefined ? {} : { fit }),
    curves: Object.fromEntries([...curves].map(([metric, curve]) => [metric, [...curve]])),
  };
}

export const compareRunsCommand: CommandDefinition<CompareRunsOptions, RunComparison> = {
  name: 'compare-runs',
  summary: 'two training jobs side by side: parameters, data, code, curves',
  description:
    'Compares two runs from what SageMaker itself records of them, so it needs no tracking server: parameters,\n' +
    'versions of data and code, the metrics of each round from the log, and which of these differ (marked *).\n' +
    'A run is a training job, or a version of the model, which stands for the job that trained it. Without\n' +
    'arguments, the two newest versions; with one version only, it and the next best trial of its tuning job.',
  configure: (program) =>
    program
      .argument('[a]', 'a training job, or a version: a number, "live" or "latest"')
      .argument('[b]', 'the one to compare with; the newest version by default'),
  examples: [
    ['compare-runs', 'the two newest versions'],
    ['compare-runs 1 live', 'version 1 and the one that serves'],
  ],
  parse: ([a, b]) => (a === undefined ? {} : { runs: [a, b ?? 'latest'] }),
  run: compareRuns,
};
