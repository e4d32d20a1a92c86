import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { airport, count, month } from '../arguments';
import { type Captured, type CapturedOutput, captured } from '../captures';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed, WrongUsage } from '../errors';
import { flightsOf } from '../flights';
import { type Output, table } from '../output';
import { wasDisrupted } from './invoke';

export interface CompareShadowOptions {
  /** How many hours with captures to read, newest first. */
  readonly hours: number;
  /** Flights whose outcome is known: their id is the inference id of a request of one row. */
  readonly labels?: { readonly airport: string; readonly month: string };
  /** Money for a missed disruption and for a false alarm; the problem's own are in lib/problem. */
  readonly costs?: { readonly missed: number; readonly falseAlarm: number };
}

export interface Comparison {
  /** Rows with a prediction of both. */
  readonly rows: number;
  readonly versions: { readonly live: string; readonly challenger: string };
  /** Share of the rows with the same decision. */
  readonly agreement: number;
  readonly meanScoreDifference: number;
  readonly largestScoreDifference: number;
  readonly latencyMilliseconds: { readonly live?: number; readonly challenger?: number };
  /** Cost of each version's decisions per thousand rows, where outcomes are known. */
  readonly cost?: { readonly rows: number; readonly live: number; readonly challenger: number };
  /** Requests that only one of the two captured. */
  readonly unmatched: number;
}

const names = { live: 'live', challenger: 'challenger' } as const;

/** Compares the live version with its shadow, on the requests that both captured. */
export async function compareShadow(
  context: OperatorContext,
  options: CompareShadowOptions,
  output: Output,
): Promise<Comparison> {
  const endpoint = await context.output('Serving', 'EndpointName');
  const [live, shadow] = await Promise.all(
    [names.live, names.challenger].map((variant) => captured(context, endpoint, variant, options.hours)),
  );
  if (!live || !shadow || shadow.byInferenceId.size === 0) {
    throw new CommandFailed(
      `The shadow of ${endpoint} has no captured request with an inference id${shadow && shadow.withoutId > 0 ? ` (${shadow.withoutId} have none)` : ''}.`,
      'Start it with `npm run mlops -- challenge <version>`, let callers send an InferenceId with each request, and wait some minutes for the captures.',
    );
  }
  const outcomes = options.labels ? await outcomesOf(context, options.labels) : new Map<string, boolean>();
  const comparison: Comparison = {
    ...compare(live.byInferenceId, shadow.byInferenceId, outcomes, options.costs),
    latencyMilliseconds: {
      live: await latency(context, endpoint, names.live, shadow),
      challenger: await latency(context, endpoint, names.challenger, shadow),
    },
  };
  for (const line of table(rowsOf(comparison))) output.line(line);
  return comparison;
}

type Outputs = ReadonlyMap<string, readonly CapturedOutput[]>;

/** Compares row by row. */
export function compare(
  live: Outputs,
  challenger: Outputs,
  outcomes: ReadonlyMap<string, boolean>,
  costs: CompareShadowOptions['costs'],
): Omit<Comparison, 'latencyMilliseconds'> {
  const pairs: { a: CapturedOutput; b: CapturedOutput; disrupted?: boolean }[] = [];
  let matched = 0;
  for (const [id, mine] of live) {
    const theirs = challenger.get(id);
    if (theirs?.length !== mine.length) continue;
    matched += 1;
    mine.forEach((a, at) => {
      const b = theirs[at];
      if (b) pairs.push({ a, b, ...(mine.length === 1 && outcomes.has(id) ? { disrupted: outcomes.get(id) } : {}) });
    });
  }
  if (pairs.length === 0)
    throw new CommandFailed(
      'No request has a prediction of both.',
      'The shadow gets copies of the live requests. Compare more hours with --hours.',
    );
  const differences = pairs.map(({ a, b }) => Math.abs(a.probability - b.probability));
  const known = pairs.filter(({ disrupted }) => disrupted !== undefined);
  const cost = (decision: (pair: (typeof pairs)[number]) => string): number =>
    (1000 / known.length) *
    known.reduce((sum, pair) => {
      const warned = decision(pair) === 'disrupted';
      if (pair.disrupted) return sum + (warned ? 0 : (costs?.missed ?? 0));
      return sum + (warned ? (costs?.falseAlarm ?? 0) : 0);
    }, 0);
  return {
    rows: pairs.length,
    versions: { live: pairs[0]?.a.modelVersion ?? '', challenger: pairs[0]?.b.modelVersion ?? '' },
    agreement: pairs.filter(({ a, b }) => a.decision === b.decision).length / pairs.length,
    meanScoreDifference: differences.reduce((sum, one) => sum + one, 0) / differences.length,
    largestScoreDifference: Math.max(...differences),
    unmatched: live.size + challenger.size - 2 * matched,
    ...(costs && known.length > 0
      ? { cost: { rows: known.length, live: cost(({ a }) => a.decision), challenger: cost(({ b }) => b.decision) } }
      : {}),
  };
}

async function outcomesOf(
  context: OperatorContext,
  { airport: code, month: when }: NonNullable<CompareShadowOptions['labels']>,
): Promise<Map<string, boolean>> {
  return new Map(
    (await flightsOf(context.dataFolder, code, when)).map((flight) => [flight.flight_id ?? '', wasDisrupted(flight)]),
  );
}

/** Mean ModelLatency over the compared hours; undefined when CloudWatch has no data. */
async function latency(
  context: OperatorContext,
  EndpointName: string,
  VariantName: string,
  { hours }: Captured,
): Promise<number | undefined> {
  const hour = 3_600_000;
  const StartTime = new Date(`${hours[0] ?? ''}:00:00Z`);
  const EndTime = new Date(new Date(`${hours.at(-1) ?? ''}:00:00Z`).getTime() + hour);
  const { Datapoints = [] } = await context.clients.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SageMaker',
      MetricName: 'ModelLatency',
      Dimensions: [
        { Name: 'EndpointName', Value: EndpointName },
        { Name: 'VariantName', Value: VariantName },
      ],
      StartTime,
      EndTime,
      Period: 3_600,
      Statistics: ['Sum', 'SampleCount'],
    }),
  );
  const samples = Datapoints.reduce((sum, one) => sum + (one.SampleCount ?? 0), 0);
  // The metric is in microseconds.
  return samples === 0 ? undefined : Datapoints.reduce((sum, one) => sum + (one.Sum ?? 0), 0) / samples / 1_000;
}

function rowsOf(one: Comparison): string[][] {
  const milliseconds = (value: number | undefined): string =>
    value === undefined ? 'not measured' : `${value.toFixed(1)} ms`;
  return [
    ['', 'live', 'shadow'],
    ['version', one.versions.live, one.versions.challenger],
    [
      'mean model latency',
      milliseconds(one.latencyMilliseconds.live),
      milliseconds(one.latencyMilliseconds.challenger),
    ],
    ...(one.cost
      ? [
          [
            `cost per 1000, of ${one.cost.rows} known outcomes`,
            one.cost.live.toFixed(0),
            one.cost.challenger.toFixed(0),
          ],
        ]
      : []),
    ['rows with a prediction of both', String(one.rows), ''],
    ['same decision', `${(100 * one.agreement).toFixed(1)} %`, ''],
    [
      'difference in score, mean and largest',
      one.meanScoreDifference.toFixed(4),
      one.largestScoreDifference.toFixed(4),
    ],
    ['requests that only one has', String(one.unmatched), ''],
  ];
}

export const compareShadowCommand: CommandDefinition<CompareShadowOptions, Comparison> = {
  name: 'compare-shadow',
  summary: 'compare the live version with its shadow',
  description:
    'Matches captured requests by inference id, and compares decisions, scores, latency, and the costs where outcomes are known.',
  configure: (program) =>
    program
      .option('--hours <number>', 'how many hours with captures to read', '24')
      .option('--airport <code>', 'outcomes from the vendored flights of this airport')
      .option('--month <month>', 'of this month')
      .option('--missed <amount>', 'what a missed disruption costs')
      .option('--false-alarm <amount>', 'what a false alarm costs'),
  examples: [
    ['compare-shadow', 'the last 24 hours'],
    [
      'compare-shadow --airport JFK --month 2013-08 --missed 180 --false-alarm 60',
      "with what became of August's flights",
    ],
  ],
  parse: (_, options) => {
    const hours = count(options.hours, '--hours', 24 * 31);
    if (options.airport === undefined) return { hours };
    if (options.missed === undefined || options.falseAlarm === undefined)
      throw new WrongUsage('Outcomes need their costs: give --missed and --false-alarm.');
    return {
      hours,
      labels: { airport: airport(options.airport), month: month(options.month, '--month') },
      costs: {
        missed: count(options.missed, '--missed', 1_000_000),
        falseAlarm: count(options.falseAlarm, '--false-alarm', 1_000_000),
      },
    };
  },
  run: compareShadow,
};
