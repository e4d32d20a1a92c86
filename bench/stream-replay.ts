/**
 * Replays years of flights through the consumer and the writer of the stream, with a table and a store in memory, and
 * prints one line of JSON. In a process of its own, for its peak memory.
 */
import { resolve } from 'node:path';
import { testContainerPython } from 'local-account/test/fixtures/test-platform';
import { stateAt } from '../lambda/airport-state/state';
import { FlightTable } from '../lambda/track-departures/flight-table';
import { track } from '../lambda/track-departures/track';
import { timeText } from '../lambda/write-airport-state/known-flights';
import { recordOf } from '../lambda/write-airport-state/write-records';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { eventsOf } from '../operator/commands/stream-departures';
import { pythonStates } from '../rehearsal/story/python-states';
import { RowsInMemory } from '../test/fixtures/rows-in-memory';

const rules = flightDisruption.state;
const widest = Math.max(...rules.windows);
const keptHours = 48;
const minutesOf = (time: string) => Date.parse(time) / 60_000;
const year = 364 * 24 * 60;

async function main(target: number): Promise<void> {
  let events = 0;
  let compared = 0;
  let different = 0;
  let trackingMilliseconds = 0;
  let heap = 0;
  for (let copy = 0; events < target; copy += 1) {
    for (const airport of ['JFK', 'LGA']) {
      if (events >= target) break;
      const table = new RowsInMemory();
      const flights = new FlightTable(table, { tableName: 't', keptHours });
      const failed = (message: string) => {
        throw new Error(message);
      };
      const tracking = {
        airports: [airport],
        flights,
        refuse: async ({ reason }: { reason: string }) => failed(reason),
        log: failed,
      };
      // What happens after the end of its month, and flights that are still in a window of the next one.
      let left: Awaited<ReturnType<typeof eventsOf>> = [];
      let before: [number, number | null][] = [];
      for (let month = 1; month <= 12 && events < target; month += 1) {
        const period = `2013-${String(month).padStart(2, '0')}`;
        const first = minutesOf(`${period}-01T00:00:00Z`) + copy * year;
        const end = first + new Date(Date.UTC(2013, month, 0)).getUTCDate() * 24 * 60;
        const on = timeText(first).slice(0, 10);
        const own = await eventsOf({ dataFolder: resolve(__dirname, '../data') }, { airport, period, on });
        const told = [...left, ...own].sort((one, other) => one.event_time.localeCompare(other.event_time));
        const known = own
          .filter(({ type }) => type !== 'scheduled')
          .map(({ scheduled, delay }): [number, number | null] => [minutesOf(scheduled), delay ?? null]);
        const moments: number[] = [];
        const online: string[] = [];
        let at = 0;
        for (let moment = first; moment < end; moment += rules.grid) {
          const from = at;
          while (at < told.length && minutesOf(told[at]?.event_time ?? '') <= moment) at += 1;
          const records = told.slice(from, at).map((event, one) => ({
            sequenceNumber: String(one),
            partitionKey: event.flight_id,
            data: JSON.stringify(event),
          }));
          const began = process.cpuUsage();
          for (let one = 0; one < records.length; one += 100) await track(records.slice(one, one + 100), tracking);
          const used = process.cpuUsage(began);
          trackingMilliseconds += (used.user + used.system) / 1000;
          table.expire(moment - keptHours * 60);
          const state = stateAt(moment, table.scheduled(moment - widest, moment), rules);
          moments.push(moment);
          // As the stores get it: as text.
          online.push(JSON.stringify(recordOf(airport, moment, state)));
        }
        events += own.length;
        globalThis.gc?.();
        heap = Math.max(heap, process.memoryUsage().heapUsed / 2 ** 20);
        left = told.slice(at);
        const files = pythonStates(await testContainerPython(), moments, [...before, ...known], rules);
        before = known.filter(([scheduled]) => scheduled > end - widest);
        for (const [place, text] of online.entries()) {
          const record = JSON.parse(text) as { FeatureName: string; ValueAsString: string }[];
          const values = new Map(record.map(({ FeatureName, ValueAsString }) => [FeatureName, Number(ValueAsString)]));
          for (const [name, column] of Object.entries(files)) {
            compared += 1;
            if (!Object.is(values.get(name), column[place])) different += 1;
          }
        }
      }
    }
  }
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ events, compared, different, megabytes, heap, trackingMilliseconds }));
}

void main(Number(process.argv[2]));
