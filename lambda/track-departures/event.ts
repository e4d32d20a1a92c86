/** What is told of one flight, once it has been checked. */
export interface DepartureEvent {
  readonly id: string;
  readonly flightId: string;
  readonly airport: string;
  readonly type: 'scheduled' | 'departed' | 'canceled';
  /** `2013-07-01T10:30:00Z`: the airport's local time, which the source gives without a zone. */
  readonly scheduled: string;
  /** Minutes after the schedule at which it left: of a departure only. */
  readonly delay?: number;
  /** When it happened, with milliseconds, so that texts sort as times do. */
  readonly at: string;
}

/** Why an event is not counted: it would be refused as often as it is tried. */
export class Refused extends Error {}

/** The longest text of an id. */
const longestId = 128;
/** Minutes before and after the schedule within which a flight leaves, if it leaves at all. */
const delays = { earliest: -180, latest: 2_880 };

const minute = 60_000;
const scheduleForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00Z$/;
const timeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/**
 * Reads an event, or says what is wrong with it (DATA-06: checks before training; FLOW-03: a row that does not fit). A departure that is told before it can have happened is impossible, and would leak the future into a feature
 * (FEAT-05: where leaks hide).
 */
export function readEvent(text: string, airports: readonly string[]): DepartureEvent {
  const event = parse(text);
  const id = textOf(event, 'event_id');
  const flightId = textOf(event, 'flight_id');
  const airport = textOf(event, 'origin');
  if (!airports.includes(airport)) throw new Refused(`origin ${airport} is not one of ${airports.join(', ')}`);
  const { type } = event;
  if (type !== 'scheduled' && type !== 'departed' && type !== 'canceled')
    throw new Refused(`type ${JSON.stringify(type)} is not scheduled, departed or canceled`);
  const scheduled = timeOf(event, 'scheduled', scheduleForm);
  const at = timeOf(event, 'event_time', timeForm);
  const delay = delayOf(event, type);
  if (delay !== undefined && scheduled + delay * minute > at)
    throw new Refused('event_time is before the departure that it tells of');
  return {
    id,
    flightId,
    airport,
    type,
    scheduled: `${new Date(scheduled).toISOString().slice(0, 19)}Z`,
    at: new Date(at).toISOString(),
    ...(delay === undefined ? {} : { delay }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parse(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused('not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused('not a JSON object');
  return value as Fields;
}

function textOf(event: Fields, name: string): string {
  const value = event[name];
  if (typeof value !== 'string' || value === '' || value.length > longestId)
    throw new Refused(`${name} is not a text of 1 to ${longestId} characters`);
  return value;
}

function timeOf(event: Fields, name: string, form: RegExp): number {
  const value = event[name];
  const time = typeof value === 'string' && form.test(value) ? Date.parse(value) : Number.NaN;
  // Some engines read the 31st of June as the first of July.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== String(value).slice(0, 10))
    throw new Refused(`${name} ${JSON.stringify(value)} is no time of the agreed form`);
  return time;
}

function delayOf(event: Fields, type: DepartureEvent['type']): number | undefined {
  const { delay } = event;
  if (type !== 'departed') {
    if (delay !== undefined && delay !== null) throw new Refused(`an event of type ${type} has no delay`);
    return undefined;
  }
  if (typeof delay !== 'number' || !Number.isInteger(delay) || delay < delays.earliest || delay > delays.latest)
    throw new Refused(
      `delay ${JSON.stringify(delay)} is not a whole number from ${delays.earliest} to ${delays.latest} minutes`,
    );
  return delay;
}
