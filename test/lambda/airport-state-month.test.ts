import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { testContainerPython } from 'local-account/test/fixtures/test-platform';
import { StoreBench } from 'local-account/test/sagemaker/feature-store-bench';
import { BUCKET, Workbench } from 'local-account/test/sagemaker/workbench';
import { stateAt } from '../../lambda/airport-state/state';
import { FlightTable } from '../../lambda/track-departures/flight-table';
import { track } from '../../lambda/track-departures/track';
import { timeText } from '../../lambda/write-airport-state/known-flights';
import { recordOf, writeRecords } from '../../lambda/write-airport-state/write-records';
import { storedFeatures } from '../../lib/features/state-features';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { eventsOf } from '../../operator/commands/stream-departures';
import { pythonStates } from '../../rehearsal/story/python-states';
import { RowsInMemory } from '../fixtures/rows-in-memory';

const AIRPORT = 'JFK';
const MONTH = '2013-07';
const rules = flightDisruption.state;
const GROUP = 'airport-state';
const minutesOf = (time: string) => Date.parse(time) / 60_000;

/** Bits of a number: 0.1 + 0.2 is not 0.3. */
const bits = (value: number | undefined) =>
  value === undefined ? undefined : Buffer.from(Float64Array.of(value).buffer).toString('hex');

describe('a month of departures, moment by moment', () => {
  // test/lambda/track-departures.test.ts compares it with DynamoDB.
  const rows = new RowsInMemory();
  const folder = mkdtempSync(join(tmpdir(), 'offline-'));
  let store: StoreBench;

  beforeAll(async () => {
    store = new StoreBench(await Workbench.start());
    await store.create({
      FeatureGroupName: GROUP,
      FeatureDefinitions: storedFeatures(flightDisruption).map(({ name, type }) => ({
        FeatureName: name,
        FeatureType: type,
      })),
      OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${BUCKET}/features/` } },
    });
  }, 60_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await store.stop();
  });

  test('gives the same bits online, offline at each point in time, and from files', async () => {
    const events = await eventsOf(
      { dataFolder: resolve(__dirname, '../../data') },
      { airport: AIRPORT, period: MONTH },
    );
    expect(events.length).toBeGreaterThan(17_000);
    const tracking = {
      airports: [AIRPORT],
      flights: new FlightTable(rows, { tableName: 'flights', keptHours: 48 }),
      refuse: async ({ reason }: { reason: string }) => {
        throw new Error(reason);
      },
      log: (message: string) => {
        throw new Error(message);
      },
    };
    const first = minutesOf(`${MONTH}-01T00:00:00Z`);
    const moments = Array.from({ length: (31 * 24 * 60) / rules.grid }, (_, at) => first + at * rules.grid);
    const online: ReadonlyMap<string, number>[] = [];
    let told = 0;
    for (const moment of moments) {
      const from = told;
      while (told < events.length && minutesOf(events[told]?.event_time ?? '') <= moment) told += 1;
      rows.expire(moment - 48 * 60);
      // Each event comes twice: nothing is counted twice.
      const records = [...events.slice(from, told), ...events.slice(from, told).reverse()].map((event, at) => ({
        sequenceNumber: String(at),
        partitionKey: event.flight_id,
        data: JSON.stringify(event),
      }));
      expect(await track(records, tracking)).toEqual([]);
      const widest = Math.max(...rules.windows);
      const known = rows.scheduled(moment - widest, moment);
      const Record = recordOf(AIRPORT, moment, stateAt(moment, known, rules));
      await writeRecords(store.runtime, [{ FeatureGroupName: GROUP, Record }], async () => undefined);
      const { airport, event_time, ...read } = (await store.get(AIRPORT, GROUP)) ?? {};
      expect([airport, event_time]).toEqual([AIRPORT, timeText(moment)]);
      online.push(new Map(Object.entries(read).map(([name, value]) => [name, Number(value)])));
    }

    await store.pass();
    const keys = await store.bench.keys('features/');
    for (const [at, key] of keys.entries()) writeFileSync(join(folder, String(at)), await store.bench.get(key));
    const reader = resolve(__dirname, '../fixtures/read-parquet-folder.mjs');
    const text = execFileSync(process.execPath, [reader, folder], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
    const offline = new Map(
      (JSON.parse(text) as ({ event_time: string } & Record<string, number | null>)[]).map((row) => [
        minutesOf(row.event_time),
        row,
      ]),
    );
    expect(offline.size).toBe(moments.length);

    const flights = events
      .filter(({ type }) => type !== 'scheduled')
      .map(({ scheduled, delay }) => [minutesOf(scheduled), delay ?? null] as const);
    const files = pythonStates(await testContainerPython(), moments, flights, rules);
    let compared = 0;
    for (const [at, moment] of moments.entries())
      for (const [name, values] of Object.entries(files)) {
        const expected = bits(values[at]);
        expect([name, timeText(moment), bits(online[at]?.get(name))]).toEqual([name, timeText(moment), expected]);
        expect([name, timeText(moment), bits(offline.get(moment)?.[name] ?? undefined)]).toEqual([
          name,
          timeText(moment),
          expected,
        ]);
        if (expected !== undefined) compared += 1;
      }
    expect(compared).toBeGreaterThan(18_000);
  }, 600_000);
});
