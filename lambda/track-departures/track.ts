import { type DepartureEvent, Refused, readEvent } from './event';
import type { FlightTable } from './flight-table';

/** A record of the stream, decoded. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: string;
}

/** What is not counted, with its reason. */
export interface RefusedRecord extends StreamRecord {
  readonly reason: string;
}

export interface Tracking {
  readonly airports: readonly string[];
  readonly flights: Pick<FlightTable, 'apply'>;
  /** Puts a record where people find it. */
  readonly refuse: (record: RefusedRecord) => Promise<void>;
  readonly log: (message: string) => void;
}

/** Flights whose events are written at the same time. */
const atOnce = 16;

/**
 * Writes the events of a batch, those of one flight in the order of the stream. Returns the sequence numbers of what
 * could not be written: Lambda comes again with these and all that follow. A record that can never be written is put
 * aside and counts as done, so it blocks nothing behind it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export async function track(records: readonly StreamRecord[], tracking: Tracking): Promise<string[]> {
  const flights = new Map<string, (readonly [StreamRecord, DepartureEvent | Refused])[]>();
  for (const record of records) {
    const event = readOrRefuse(record, tracking.airports);
    const key = event instanceof Refused ? record.sequenceNumber : `${event.airport}/${event.flightId}`;
    flights.set(key, [...(flights.get(key) ?? []), [record, event]]);
  }
  const failed: string[] = [];
  const waiting = flights.values();
  const work = async (): Promise<void> => {
    for (const events of waiting) {
      for (const [record, event] of events) {
        try {
          await one(record, event, tracking);
        } catch (error) {
          tracking.log(
            `${record.sequenceNumber} is tried again: ${(error as Error).name}: ${(error as Error).message}`,
          );
          failed.push(record.sequenceNumber);
          // A later event of the flight would be written before an earlier one.
          break;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

async function one(record: StreamRecord, event: DepartureEvent | Refused, tracking: Tracking): Promise<void> {
  let refused = event instanceof Refused ? event : undefined;
  if (!(event instanceof Refused)) {
    try {
      await tracking.flights.apply(event);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = error;
    }
  }
  if (refused !== undefined) await tracking.refuse({ ...record, reason: refused.message });
}

function readOrRefuse({ data }: StreamRecord, airports: readonly string[]): DepartureEvent | Refused {
  try {
    return readEvent(data, airports);
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
