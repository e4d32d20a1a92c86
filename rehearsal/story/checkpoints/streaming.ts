import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { PutRecordCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { eventsOf, streamDepartures } from '../../../operator/commands/stream-departures';
import { type LiveState, liveState } from '../../../operator/live-state';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';
import { pythonStates, type StateRules } from '../python-states';
import { deploy } from './deployment';

const minute = 60_000;
const airports = ['JFK', 'LGA'] as const;
/** A day of storms. */
const replayed = '2013-07-01';
/** Moments of the grid that are streamed: eight hours. */
const moments = 32;
/** After a moment, when its state has been written. */
const written = 3 * minute;

type State = Readonly<Record<string, string>>;

const timeOf = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
const today = ({ rehearsal }: CheckpointContext): string => timeOf(rehearsal.clock.now()).slice(0, 10);

async function until(stage: CheckpointContext, time: number): Promise<void> {
  const { clock } = stage.rehearsal;
  await clock.advance(Math.max(0, time - clock.now()));
  await stage.rehearsal.settled();
}

const day: Checkpoint = {
  id: 'stream-day',
  sentence:
    'A day of departures is streamed in virtual time. At every quarter of an hour the state of each airport online, the one offline and the one that PrepareData computes of files are equal to the bit.',
  topics: ['DATA-04', 'DATADEC-02', 'FEAT-02', 'FEAT-04', 'FLOWCHK-03', 'READY-04'],
  async run(stage) {
    const { operator, rehearsal, output, note } = stage;
    const grid = (await stateRules(stage)).grid * minute;
    const on = today(stage);
    const read = await liveState(operator);
    const online = new Map<number, ReadonlyMap<string, State>>();
    let sent = 0;
    let after: string | undefined;
    for (let step = 0; step < moments; step += 1) {
      const moment = Math.ceil(rehearsal.clock.now() / grid) * grid;
      await until(stage, moment);
      for (const airport of airports) {
        const period = {
          airport,
          period: replayed,
          on,
          until: timeOf(moment),
          ...(after === undefined ? {} : { after }),
        };
        sent += (await streamDepartures(operator, period, output)).records;
      }
      after = timeOf(moment);
      await until(stage, moment + written);
      online.set(moment, await read([...airports]));
    }
    // The offline store has a record within a quarter of an hour.
    await until(stage, rehearsal.clock.now() + grid);
    const offline = await offlineStates(stage);
    let compared = 0;
    for (const airport of airports) {
      const times = [...online.keys()].map((time) => time / minute);
      const files = await statesOfFiles(stage, airport, times);
      for (const [at, time] of times.entries())
        for (const [name, values] of Object.entries(files)) {
          const one = numberOf(online.get(time * minute)?.get(airport)?.[name]);
          const other = offline.get(`${airport} ${timeOf(time * minute)}`)?.[name] ?? undefined;
          const same = Object.is(one, values[at]) && Object.is(other, values[at]);
          expect(
            same,
            `${name} of ${airport} at ${timeOf(time * minute)}: online ${one}, offline ${other}, of files ${values[at]}`,
          );
          compared += 1;
        }
    }
    note('events streamed', sent);
    note('values compared', compared);
  },
};

const stateRules = async ({ operator }: CheckpointContext): Promise<StateRules> =>
  JSON.parse(await operator.output('DataLake', 'StateRules')) as StateRules;

/** What PrepareData would compute of the replayed day, by feature and moment. */
async function statesOfFiles(stage: CheckpointContext, airport: string, times: readonly number[]) {
  const flights = (await eventsOf(stage.operator, { airport, period: replayed, on: today(stage) }))
    .filter(({ type }) => type !== 'scheduled')
    .map(({ scheduled, delay }) => [Date.parse(scheduled) / minute, delay ?? null] as const);
  return pythonStates(stage.rehearsal.platform.containerPython, times, flights, await stateRules(stage));
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** Every record of the offline store by airport and moment. */
async function offlineStates({ operator }: CheckpointContext): Promise<Map<string, Record<string, number | null>>> {
  const { parquetReadObjects } = await import('hyparquet');
  const { s3 } = operator.clients;
  const Bucket = await operator.output('DataLake', 'CuratedBucketName');
  const states = new Map<string, Record<string, number | null>>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: 'features/' }))
    for (const { Key } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = expectSome(await Body?.transformToByteArray(), `the object ${Key}`);
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
      for (const row of await parquetReadObjects({ file })) {
        const values = Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'bigint' ? Number(value) : value,
        ]);
        states.set(`${row.airport} ${row.event_time}`, Object.fromEntries(values));
      }
    }
  return states;
}

const faults: Checkpoint = {
  id: 'stream-faults',
  sentence:
    'The same events again change nothing. A record that is no event is put aside, an alarm says so, and the records behind it are counted.',
  topics: ['PREP-02', 'FLOW-03', 'DATA-06'],
  async run(stage) {
    const { operator, rehearsal, output, note } = stage;
    const read = await liveState(operator);
    const grid = (await stateRules(stage)).grid * minute;
    const moment = Math.ceil(rehearsal.clock.now() / grid) * grid;
    await until(stage, moment);
    await put(stage, 'no event');
    let again = 0;
    for (const airport of airports) {
      const all = { airport, period: replayed, on: today(stage), until: timeOf(moment) };
      again += (await streamDepartures(operator, all, output)).records;
    }
    await until(stage, moment + written);
    const states = await read([...airports]);
    for (const airport of airports)
      for (const [name, [value]] of Object.entries(await statesOfFiles(stage, airport, [moment / minute]))) {
        const one = numberOf(states.get(airport)?.[name]);
        expect(Object.is(one, value), `${name} of ${airport} is ${one} after the copies, and should be ${value}`);
      }
    note('events, nearly all of them copies', again);
    note('minutes until the alarm on the refused record', await alarmAfter(stage, 'RefusedEvents'));
  },
};

const fresh: Checkpoint = {
  id: 'stream-fresh',
  sentence: 'A departure is part of the features of its airport at the next moment of the grid.',
  topics: ['DATA-04', 'FLOWCHK-03'],
  async run(stage) {
    const { operator, rehearsal, note } = stage;
    const read = await liveState(operator);
    const now = rehearsal.clock.now();
    const scheduled = timeOf(Math.floor(now / minute) * minute - minute);
    const before = await flightsOf(read);
    const event = { event_id: 'fresh', flight_id: 'fresh', origin: 'JFK', type: 'departed', scheduled, delay: 0 };
    await put(stage, JSON.stringify({ ...event, event_time: timeOf(now) }));
    let minutes = 0;
    // Other flights leave the window; this one is in it for an hour.
    while ((await momentOf(stage)) < now || (await flightsOf(read)) === before) {
      expect(minutes < 30, `the event is not in the state after ${minutes} minutes`);
      await until(stage, now + (minutes += 1) * minute);
    }
    note('minutes from event to feature', minutes);
  },
};

const flightsOf = async (read: LiveState): Promise<string> => (await read(['JFK'])).get('JFK')?.flights_60 ?? '';

/** Of the newest record, in milliseconds. */
async function momentOf({ operator }: CheckpointContext): Promise<number> {
  const { GetRecordCommand } = await import('@aws-sdk/client-sagemaker-featurestore-runtime');
  const FeatureGroupName = await operator.output('Features', 'FeatureGroupName');
  const { Record = [] } = await operator.clients.features.send(
    new GetRecordCommand({ FeatureGroupName, RecordIdentifierValueAsString: 'JFK', FeatureNames: ['event_time'] }),
  );
  return Date.parse(Record[0]?.ValueAsString ?? '');
}

async function put({ operator }: CheckpointContext, data: string): Promise<void> {
  const StreamName = await operator.output('Features', 'StreamName');
  await operator.clients.kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: 'test', Data: Buffer.from(data) }),
  );
}

/** Physical name of a resource by the beginning of its logical id. */
function physical({ rehearsal }: CheckpointContext, id: string): string {
  const found = [...rehearsal.resourceNames()].find(([, name]) => name.split('/')[1]?.startsWith(id));
  return expectSome(found, `the resource ${id}`)[0];
}

/** Minutes until an alarm goes off. */
async function alarmAfter(stage: CheckpointContext, name: string): Promise<number> {
  const { operator, rehearsal } = stage;
  const AlarmNames = [physical(stage, `StreamAlarms${name}`)];
  const from = rehearsal.clock.now();
  for (;;) {
    const { MetricAlarms = [] } = await operator.clients.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }));
    const minutes = Math.round((rehearsal.clock.now() - from) / minute);
    if (MetricAlarms[0]?.StateValue === 'ALARM') return minutes;
    expect(minutes < 30, `the alarm ${name} is ${MetricAlarms[0]?.StateValue} after ${minutes} minutes`);
    await until(stage, rehearsal.clock.now() + minute);
  }
}

/** Departures as a stream, and the state of the airports that is made of them, online and offline. */
export const streaming: readonly Checkpoint[] = [deploy, day, faults, fresh];
