import type { FeatureType } from '@aws-sdk/client-sagemaker';

/** An event time to the nanosecond, which a number cannot hold. */
export interface EventTime {
  /** Since the epoch; negative before it. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{3}|\d{9}))?Z$/;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const FIRST = Date.parse('0000-01-01T00:00:00Z') / 1000;
const LAST = Date.parse('9999-12-31T23:59:59Z') / 1000;

/**
 * A String event time is ISO-8601 in UTC, to the second, the millisecond or the nanosecond; a Fractional one has the
 * seconds since the epoch. Undefined: it is neither, or outside the years 0 to 9999.
 */
// AWS: sagemaker-feature-store/event-times
export function parseEventTime(text: string, type: FeatureType | undefined): EventTime | undefined {
  const time = type === 'Fractional' ? fromSeconds(text) : fromIso(text);
  return time !== undefined && time.seconds >= FIRST && time.seconds <= LAST ? time : undefined;
}

function fromIso(text: string): EventTime | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const milliseconds = Date.parse(`${match[1]}Z`);
  // A day that the month does not have is another day to JavaScript.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== `${match[1]}.000Z`) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: Number((match[2] ?? '').padEnd(9, '0')) };
}

function fromSeconds(text: string): EventTime | undefined {
  const match = DECIMAL.exec(text);
  if (!match) {
    // 1.7e9 is a number, too.
    const number = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(number) && /^[-+\d.eE]+$/.test(text) ? split(number) : undefined;
  }
  const [, sign, whole, fraction = ''] = match;
  const seconds = Number(whole);
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'));
  if (sign === '') return { seconds, nanoseconds };
  return nanoseconds === 0
    ? { seconds: -seconds, nanoseconds: 0 }
    : { seconds: -seconds - 1, nanoseconds: 1e9 - nanoseconds };
}

function split(number: number): EventTime {
  const seconds = Math.floor(number);
  return { seconds, nanoseconds: Math.min(Math.round((number - seconds) * 1e9), 999_999_999) };
}

/** Less than zero: `a` is before `b`. */
export function compare(a: EventTime, b: EventTime): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

/** Milliseconds since the epoch, rounded down. */
export function milliseconds({ seconds, nanoseconds }: EventTime): number {
  return seconds * 1000 + Math.floor(nanoseconds / 1e6);
}

/** A time in the form that a feature group's event times have. */
export function eventTimeText(at: number, type: FeatureType | undefined): string {
  return type === 'Fractional' ? String(at / 1000) : new Date(at).toISOString();
}
