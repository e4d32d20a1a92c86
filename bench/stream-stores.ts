import { parquetReadObjects } from 'hyparquet';
import { testContainerPython } from 'local-account/test/fixtures/test-platform';
import { StoreBench } from 'local-account/test/sagemaker/feature-store-bench';
import { BUCKET, Workbench } from 'local-account/test/sagemaker/workbench';
import { stateAt } from '../lambda/airport-state/state';
import { track } from '../lambda/track-departures/track';
import { recordOf, writeRecords } from '../lambda/write-airport-state/write-records';
import { storedFeatures } from '../lib/features/state-features';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { read } from '../operator/live-state';
import { pythonStates } from '../rehearsal/story/python-states';
import { line } from './print-line';
import { airports, type ReplayedMonth, replayedMonths } from './replayed-months';
import { TrackedAirports } from './tracked-airports';

const rules = flightDisruption.state;
const widest = Math.max(...rules.windows);
const group = 'airport-state';
const events = 1_000_000;
/** Minutes: the shorter window, so that every flight is counted in a state. All moments of a month are in a test. */
const every = Math.min(...rules.windows);
const minutesOf = (time: string) => Date.parse(time) / 60_000;

/** feature -> value, of one airport at one moment. */
type State = ReadonlyMap<string, number>;

interface Compared {
  readonly told: number;
  readonly moments: number;
  readonly values: number;
  readonly different: number;
}

/**
 * A million events through the consumer, the writer and the local account's feature group: every hour
 * both airports are written and read again as the stacks do, and at the end of each month the online values are compared
 * with the files of the offline store at each point in time, and with what PrepareData computes of the month as a file.
 */
export async function measureStreamStores(): Promise<void> {
  const store = new StoreBench(await Workbench.start());
  const began = performance.now();
  const sum = { told: 0, moments: 0, values: 0, different: 0 };
  try {
    await store.create({
      FeatureGroupName: group,
      FeatureDefinitions: storedFeatures(flightDisruption).map(({ name, type }) => ({
        FeatureName: name,
        FeatureType: type,
      })),
      OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${BUCKET}/features/` } },
    });
    const replay = new Replay(store);
    for await (const month of replayedMonths(events)) {
      const { told, moments, values, different } = await replay.month(month);
      sum.told += told;
      sum.moments += moments;
      sum.values += values;
      sum.different += different;
    }
  } finally {
    await store.stop();
  }
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  line(
    `${whole(sum.told)} events: values that differ`,
    whole(sum.different),
    `of ${whole(sum.values)}, each online, offline and of files, at ${whole(sum.moments)} moments of both airports; ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  if (sum.different > 0) throw new Error('online, offline and files have different values');
}

class Replay {
  private tracked = new TrackedAirports(airports);
  /** What happens after the end of its month. */
  private left: ReplayedMonth['events'] = [];
  /** Flights of the month before that are in a window of this one, by airport. */
  private before = new Map<string, (readonly [number, number | null])[]>();
  private readonly seen = new Set<string>();

  constructor(private readonly store: StoreBench) {}

  async month({ first, end, events: own }: ReplayedMonth): Promise<Compared> {
    const told = [...this.left, ...own].sort((one, other) => one.event_time.localeCompare(other.event_time));
    const online = new Map<string, State>();
    const moments: number[] = [];
    let at = 0;
    // Where the events end, time goes on no further.
    const last = Math.min(end, minutesOf(told.at(-1)?.event_time ?? ''));
    for (let moment = first; moment < last; moment += every) {
      const from = at;
      while (at < told.length && minutesOf(told[at]?.event_time ?? '') <= moment) at += 1;
      await this.consume(told.slice(from, at));
      moments.push(moment);
      for (const [airport, state] of await this.written(moment)) online.set(`${airport} ${moment}`, state);
    }
    this.left = told.slice(at);
    const offline = await this.offline([first, end - 1]);
    const sum = { told: own.length, moments: moments.length, values: 0, different: 0 };
    for (const airport of airports) {
      const files = await this.files(airport, { own, end, moments });
      for (const [place, moment] of moments.entries())
        for (const [name, column] of Object.entries(files)) {
          const key = `${airport} ${moment}`;
          const values = [online.get(key)?.get(name), offline.get(key)?.get(name)];
          sum.values += 1;
          if (!values.every((value) => Object.is(value, column[place]))) sum.different += 1;
        }
    }
    return sum;
  }

  private async consume(events: ReplayedMonth['events']): Promise<void> {
    const records = events.map((event, place) => ({
      sequenceNumber: String(place),
      partitionKey: event.flight_id,
      data: JSON.stringify(event),
    }));
    for (let place = 0; place < records.length; place += 100)
      await track(records.slice(place, place + 100), this.tracked.tracking);
  }

  /** Writes the states of a moment as the writer does, and reads them as a prediction does. */
  private async written(moment: number): Promise<ReadonlyMap<string, State>> {
    this.tracked.expire(moment);
    const entries = airports.map((airport) => ({
      FeatureGroupName: group,
      Record: recordOf(airport, moment, stateAt(moment, this.tracked.known(airport, moment), rules)),
    }));
    await writeRecords(this.store.runtime, entries, async () => undefined);
    const states = await read(this.store.runtime, group, names, [...airports]);
    return new Map([...states].map(([airport, row]) => [airport, numbers(row)]));
  }

  /** What the offline store has got of the calendar months of these minutes, as Athena and training read it. */
  private async offline(minutes: readonly number[]): Promise<ReadonlyMap<string, State>> {
    await this.store.pass();
    const { bench } = this.store;
    const [any = ''] = await bench.keys('features/');
    const data = any.slice(0, any.indexOf('year='));
    const months = new Set(minutes.map((one) => new Date(one * 60_000).toISOString().slice(0, 7)));
    const found = new Map<string, State>();
    // A file for each hour: fewer than the thousand of one answer.
    for (const [year, month] of [...months].map((one) => one.split('-')))
      for (const key of await bench.keys(`${data}year=${year}/month=${month}/`)) {
        if (this.seen.has(key)) continue;
        this.seen.add(key);
        const { buffer, byteOffset, byteLength } = await bench.get(key);
        const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
        for (const { airport, event_time, ...row } of await parquetReadObjects({ file }))
          found.set(`${airport} ${minutesOf(String(event_time))}`, numbers(row));
      }
    return found;
  }

  private async files(
    airport: string,
    { own, end, moments }: { own: ReplayedMonth['events']; end: number; moments: readonly number[] },
  ) {
    const known = own
      .filter(({ origin, type }) => origin === airport && type !== 'scheduled')
      .map(({ scheduled, delay }) => [minutesOf(scheduled), delay ?? null] as const);
    const all = [...(this.before.get(airport) ?? []), ...known];
    this.before.set(
      airport,
      known.filter(([scheduled]) => scheduled > end - widest),
    );
    return pythonStates(await testContainerPython(), moments, all, rules);
  }
}

const names = [
  'airport',
  ...storedFeatures(flightDisruption).flatMap(({ name }) => (/_\d+$/.test(name) ? [name] : [])),
];

/** The numbers of a row; a missing one is left out. */
function numbers(row: Readonly<Record<string, unknown>>): State {
  return new Map(
    Object.entries(row)
      .filter(([name, value]) => /_\d+$/.test(name) && value !== null && value !== undefined && value !== '')
      .map(([name, value]) => [name, Number(value)]),
  );
}
