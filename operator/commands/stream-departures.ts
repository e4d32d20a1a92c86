import { airport, day, month, time } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { type DepartureEvent, departureEvents } from '../departures';
import { CommandFailed, WrongUsage } from '../errors';
import { flightsOf } from '../flights';
import type { Output } from '../output';
import { type PutResult, putRecords } from '../put-records';

export interface StreamDeparturesOptions {
  readonly airport: string;
  /** A month, or one of its days: `2013-07` or `2013-07-01`. */
  readonly period: string;
  /** Day on which the first day of the period falls. @default the same day: no time is changed */
  readonly on?: string;
  /** Events after this time, in changed time. @default all from the first one */
  readonly after?: string;
  /** Events until this time. @default all to the last one */
  readonly until?: string;
}

export async function streamDepartures(
  context: OperatorContext,
  options: StreamDeparturesOptions,
  output: Output,
): Promise<PutResult> {
  const streamName = await streamOf(context);
  const events = await eventsOf(context, options);
  output.progress(`Putting ${events.length} events on ${streamName}`);
  const result = await putRecords(
    context.clients.kinesis,
    events.map((event) => ({ key: event.flight_id, data: JSON.stringify(event) })),
    { streamName, sleep: (milliseconds) => context.sleep(milliseconds) },
  );
  output.line(`${result.records} events are on the stream; ${result.retried} of them were sent again.`);
  return result;
}

/** The events of a period that happened between two times. */
export async function eventsOf(
  context: Pick<OperatorContext, 'dataFolder'>,
  { airport: code, period, on, after, until }: StreamDeparturesOptions,
): Promise<DepartureEvent[]> {
  const flights = (await flightsOf(context.dataFolder, code, period.slice(0, 7))).filter(({ date = '' }) =>
    date.startsWith(period),
  );
  if (flights.length === 0) throw new WrongUsage(`There are no flights of ${code} on ${period}.`);
  const first = period.length === 7 ? `${period}-01` : period;
  const shift = on === undefined ? 0 : Date.parse(on) - Date.parse(first);
  return departureEvents(flights, shift).filter(
    ({ event_time: at }) => (after === undefined || at > after) && (until === undefined || at <= until),
  );
}

async function streamOf(context: OperatorContext): Promise<string> {
  try {
    return await context.output('Features', 'StreamName');
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new CommandFailed(
      'There is no stream of departures.',
      'It costs some USD a month, so it is not deployed by default: set streaming.enabled in lib/config.ts, then npx cdk deploy --all',
    );
  }
}

export const streamDeparturesCommand: CommandDefinition<StreamDeparturesOptions, PutResult> = {
  name: 'stream-departures',
  summary: 'replay flights as events on the stream',
  description:
    'Puts what an airport would have told of its vendored flights on the stream of departures: each flight is announced the day before, and told again when it leaves or is canceled. ' +
    'Records that a full shard refuses are sent again.',
  configure: (program) =>
    program
      .requiredOption('--airport <code>', 'flights of this airport')
      .option('--month <month>', 'all of a month')
      .option('--day <day>', 'or one day')
      .option('--on <day>', 'move all times, so that the first day falls on this one')
      .option('--after <time>', 'only events after this time (UTC), in moved time')
      .option('--until <time>', 'only events until this time (UTC), in moved time'),
  examples: [
    ['stream-departures --airport JFK --day 2013-07-01', 'a day as it was'],
    [
      'stream-departures --airport JFK --day 2013-07-01 --on 2026-12-01 --until 2026-12-01T09:00:00Z',
      'the same day as if it were December 1, 2026, until nine',
    ],
  ],
  parse: (_, options) => {
    if ((options.month === undefined) === (options.day === undefined))
      throw new WrongUsage('Give either --month or --day.');
    return {
      airport: airport(options.airport),
      period: options.day === undefined ? month(options.month, '--month') : day(options.day, '--day'),
      ...(options.on === undefined ? {} : { on: day(options.on, '--on') }),
      ...(options.after === undefined ? {} : { after: time(options.after, '--after') }),
      ...(options.until === undefined ? {} : { until: time(options.until, '--until') }),
    };
  },
  run: streamDepartures,
};
