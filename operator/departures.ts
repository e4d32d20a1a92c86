import { createHash } from 'node:crypto';
import type { Row } from './flights';

/** An event as producers put it on the stream; lambda/track-departures/event.ts reads it. */
export interface DepartureEvent {
  readonly event_id: string;
  readonly flight_id: string;
  readonly origin: string;
  readonly type: 'scheduled' | 'departed' | 'canceled';
  readonly scheduled: string;
  /** Minutes; of a departure only. */
  readonly delay?: number;
  readonly event_time: string;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * What an airport would have told of its flights, in the order in which it happened: each is announced the day before,
 * and told again when it leaves, or, at its time, that it does not. `shift` moves all times, in whole days.
 */
export function departureEvents(flights: readonly Row[], shift = 0): DepartureEvent[] {
  return flights
    .flatMap((flight) => eventsOf(flight, shift))
    .sort((one, other) => one.event_time.localeCompare(other.event_time) || one.event_id.localeCompare(other.event_id));
}

function eventsOf(flight: Row, shift: number): DepartureEvent[] {
  const { date = '', sched_dep_time: clock = '', dep_delay: delay = '', origin = '' } = flight;
  const hhmm = Number(clock);
  const scheduled = Date.parse(`${date}T00:00:00Z`) + (Math.floor(hhmm / 100) * 60 + (hhmm % 100)) * minute + shift;
  // The same flight on another day is another flight.
  const flightId = shift === 0 ? (flight.flight_id ?? '') : `${flight.flight_id}+${shift / day}`;
  const event = (type: DepartureEvent['type'], at: number): DepartureEvent => ({
    event_id: createHash('sha256').update(`${flightId} ${type}`).digest('hex').slice(0, 32),
    flight_id: flightId,
    origin,
    type,
    scheduled: timeOf(scheduled),
    ...(type === 'departed' ? { delay: Number(delay) } : {}),
    event_time: timeOf(at),
  });
  return [
    event('scheduled', scheduled - day),
    delay === '' ? event('canceled', scheduled) : event('departed', scheduled + Number(delay) * minute),
  ];
}

const timeOf = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
