import type { Flight } from '../lambda/airport-state/state';
import { FlightTable } from '../lambda/track-departures/flight-table';
import type { Tracking } from '../lambda/track-departures/track';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { RowsInMemory } from '../test/fixtures/rows-in-memory';

const widest = Math.max(...flightDisruption.state.windows);
const keptHours = 48;

/**
 * The table of flights in memory, by airport, behind the consumer's own code. What its two updates do is compared with
 * DynamoDB by test/lambda/track-departures.test.ts. A refused event ends the measurement.
 */
export class TrackedAirports {
  private readonly rows: ReadonlyMap<string, RowsInMemory>;
  readonly tracking: Tracking;

  constructor(airports: readonly string[]) {
    this.rows = new Map(airports.map((airport) => [airport, new RowsInMemory()]));
    const tables = new Map(
      [...this.rows].map(([airport, rows]) => [airport, new FlightTable(rows, { tableName: 'flights', keptHours })]),
    );
    const failed = (message: string) => {
      throw new Error(message);
    };
    this.tracking = {
      airports,
      flights: { apply: async (event) => (await tables.get(event.airport)?.apply(event)) ?? false },
      refuse: async ({ reason }) => failed(reason),
      log: failed,
    };
  }

  /** Flights that a window of the moment may hold. */
  known(airport: string, moment: number): Flight[] {
    return this.rows.get(airport)?.scheduled(moment - widest, moment) ?? [];
  }

  expire(moment: number): void {
    for (const rows of this.rows.values()) rows.expire(moment - keptHours * 60);
  }
}
