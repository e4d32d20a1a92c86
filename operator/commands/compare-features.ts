import { writeFileSync } from 'node:fs';
import { refuseUnknownAirports } from '../airports';
import { airports, count, month, monthsInOrder } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { keepDataSnapshot } from '../data-snapshot';
import { CommandFailed, WrongUsage } from '../errors';
import { comparisonLines, comparisonPage, type FeatureComparison } from '../feature-comparison';
import type { Output } from '../output';
import { followJob, startLikeEvaluation } from '../processing-job';
import { readJson } from '../storage';

export interface CompareFeaturesOptions {
  readonly airports: readonly string[];
  /** First month that trains. */
  readonly from: string;
  /** The month whose outcomes choose thresholds and calibrations; the months before it train. */
  readonly validate: string;
  /** The month after the last that tests. */
  readonly until: string;
  /** Trees of each model. @default the step's */
  readonly rounds?: number;
  /** Draws of days for the intervals. @default the step's */
  readonly draws?: number;
  /** A file that gets every number, as Markdown or HTML by its name. */
  readonly page?: string;
  readonly limitMinutes?: number;
}

export interface CompareFeaturesResult {
  readonly jobArn: string;
  readonly comparison: FeatureComparison;
}

/** Trains a model for each decision about the features, in a job, and prints what each is worth. */
export async function compareFeatures(
  context: OperatorContext,
  options: CompareFeaturesOptions,
  output: Output,
): Promise<CompareFeaturesResult> {
  await refuseUnknownAirports(context, options.airports);
  const curated = await context.output('DataLake', 'CuratedBucketName');
  const artifacts = await context.output('DataLake', 'ArtifactsBucketName');
  const { from, until } = options;
  const snapshot = await keepDataSnapshot(context, { airports: options.airports, from, until });
  const suffix = (await context.now()).toISOString().replace(/\D/g, '').slice(0, 14);
  const prefix = `pipeline/comparisons/${suffix}`;
  const jobArn = await startLikeEvaluation(context, {
    command: 'compare',
    suffix,
    arguments: [
      ...['--airports', options.airports.join('+'), '--from', from, '--validate', options.validate, '--until', until],
      ...['--snapshot', snapshot],
      ...(options.rounds === undefined ? [] : ['--rounds', String(options.rounds)]),
      ...(options.draws === undefined ? [] : ['--draws', String(options.draws)]),
    ],
    inputs: {
      curated: `s3://${curated}/curated/flights/`,
      snapshot: `s3://${artifacts}/pipeline/data/${snapshot}.json`,
    },
    output: { name: 'comparison', uri: `s3://${artifacts}/${prefix}` },
  });
  output.progress(`Started ${jobArn.slice(jobArn.lastIndexOf('/') + 1)}: some minutes on two processors`);
  await followJob(context, jobArn, options.limitMinutes ?? 60, output, (line) => line.includes(': auc '));
  const comparison = await readJson<FeatureComparison>(context, artifacts, `${prefix}/comparison.json`);
  if (comparison === undefined)
    throw new CommandFailed(
      `The job wrote no comparison.json to s3://${artifacts}/${prefix}/.`,
      `See its log: ${jobArn}`,
    );
  for (const line of comparisonLines(comparison)) output.line(line);
  if (options.page !== undefined) {
    writeFileSync(options.page, comparisonPage(comparison, kindOf(options.page)));
    output.line(`Every number: ${options.page}`);
  }
  return { jobArn, comparison };
}

function after(one: string): string {
  const [year = 0, number = 1] = one.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

function kindOf(page: string): 'md' | 'html' {
  const [, kind] = /\.(md|html)$/.exec(page) ?? [];
  if (kind === undefined) throw new WrongUsage(`--page takes a file that ends in .md or .html, not "${page}".`);
  return kind as 'md' | 'html';
}

export const compareFeaturesCommand: CommandDefinition<CompareFeaturesOptions, CompareFeaturesResult> = {
  name: 'compare-features',
  summary: 'measure what each decision about the features is worth',
  description:
    'Trains the same model on the same months with one decision changed at a time: missing values, outliers, rare categories, encodings, class weights, scaling, calibration, selection, and the state of the airport. ' +
    'Runs as one processing job with the image, role and network of EvaluateModel; whoever starts it must be allowed to pass that role.',
  configure: (program) =>
    program
      .option('--airports <codes>', 'whose flights, such as JFK or JFK,LGA', 'JFK')
      .option('--from <month>', 'the first month that trains', '2013-01')
      .option('--validate <month>', 'the month that chooses thresholds; the months before it train', '2013-05')
      .option('--until <month>', 'the month after the last that tests', '2013-09')
      .option('--rounds <number>', 'trees of each model')
      .option('--page <file>', 'also write every number to this file (.md or .html)'),
  examples: [
    ['compare-features', 'Kennedy: January to April train, May validates, June to August test'],
    ['compare-features --airports LGA --from 2013-09 --validate 2013-11 --until 2014-01 --page lga.md', 'LaGuardia'],
  ],
  parse: (_, options) => {
    const [from, validate, until] = (['from', 'validate', 'until'] as const).map((name) =>
      month(options[name], `--${name}`),
    ) as [string, string, string];
    monthsInOrder(from, until);
    if (validate <= from || after(validate) >= until)
      throw new WrongUsage(
        `--validate (${validate}) needs a month before it that trains (--from ${from}) and one after it that tests (before --until ${until}).`,
      );
    const page = options.page === undefined ? undefined : String(options.page);
    if (page !== undefined) kindOf(page);
    return {
      airports: airports(options.airports),
      from,
      validate,
      until,
      ...(options.rounds === undefined ? {} : { rounds: count(options.rounds, '--rounds', 1000) }),
      ...(page === undefined ? {} : { page }),
    };
  },
  run: compareFeatures,
};
