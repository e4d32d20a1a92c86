import { resolve } from 'node:path';
import { type DepartureEvent, departureEvents } from '../operator/departures';
import { flightsOf, type Row } from '../operator/flights';

const minute = 60_000;
const day = 24 * 60 * minute;
/** 53 weeks: a copy of the year begins after the one before it has ended, and weekdays stay. */
const copyAfter = 371 * day;
export const airports = ['JFK', 'LGA'] as const;

export interface ReplayedMonth {
  /** Minutes since 1970, first inclusive, end exclusive. */
  readonly first: number;
  readonly end: number;
  /** What was told of both airports' flights, in the order in which it happened; some of it after the end. */
  readonly events: readonly DepartureEvent[];
}

/** The vendored year month by month, and again under later dates, until there are so many events or more. */
export async function* replayedMonths(target: number): AsyncGenerator<ReplayedMonth> {
  const read = new Map<string, Row[]>();
  for (let told = 0, copy = 0; ; copy += 1) {
    for (let month = 1; month <= 12; month += 1) {
      const name = `2013-${String(month).padStart(2, '0')}`;
      const shift = copy * copyAfter;
      const flights: Row[] = [];
      for (const airport of airports) {
        const key = `${airport} ${name}`;
        const rows = read.get(key) ?? (await flightsOf(resolve(__dirname, '../data'), airport, name));
        read.set(key, rows);
        flights.push(...rows);
      }
      const events = departureEvents(flights, shift);
      told += events.length;
      const start = Date.parse(`${name}-01T00:00:00Z`) + shift;
      const days = new Date(Date.UTC(2013, month, 0)).getUTCDate();
      yield { first: start / minute, end: (start + days * day) / minute, events };
      if (told >= target) return;
    }
  }
}
