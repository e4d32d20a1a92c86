import { streamDepartures } from '../../operator/commands/stream-departures';
import { recordedStatesUri } from '../../operator/recorded-states';
import { recordedOutput } from '../operator/fake-clients';
import { minute, StreamAccount } from './stream-account';

const DAY = '2030-07-01';

describe('a stream of departures', () => {
  const stream = new StreamAccount();

  beforeAll(() => stream.start(DAY), 240_000);
  afterAll(() => stream.stop());

  const event = (more: object) => ({
    event_id: 'e1',
    flight_id: 'F1',
    origin: 'JFK',
    type: 'departed',
    scheduled: `${DAY}T05:00:00Z`,
    delay: 10,
    event_time: `${DAY}T05:10:00Z`,
    ...more,
  });

  test('counts an event once, however often and in whatever order it comes', async () => {
    await stream.until(`${DAY}T05:20:00Z`);
    const scheduled = event({ event_id: 'e0', type: 'scheduled', delay: undefined, event_time: `${DAY}T01:00:00Z` });
    const correction = event({ event_id: 'e2', delay: 12, event_time: `${DAY}T05:14:00Z` });
    for (const one of [correction, event({}), scheduled, correction, event({})]) await stream.put(one, 'F1');
    await stream.account.clock.advance(2 * minute);
    await stream.account.settled();
    expect((await stream.rows()).get('F1')).toMatchObject({ delay: { N: '12' }, scheduled: { S: `${DAY}T05:00:00Z` } });
    expect(await stream.refused()).toEqual([]);
    await stream.until(`${DAY}T05:33:00Z`);
    expect(await stream.state('JFK')).toMatchObject({ mean_delay_60: '12', gone_share_60: '1', flights_60: '1' });
    expect(await stream.state('LGA')).toEqual({ airport: 'LGA', flights_60: '0', flights_180: '0' });
  });

  test('puts a poison record aside with its reason, and reads on', async () => {
    await stream.put('this is no event', 'x');
    await stream.put(event({ event_id: 'e3', flight_id: 'F2', origin: 'XXX' }), 'x');
    await stream.put(
      event({ event_id: 'e4', flight_id: 'F2', scheduled: `${DAY}T05:05:00Z`, event_time: `${DAY}T05:20:00Z` }),
      'x',
    );
    await stream.account.clock.advance(2 * minute);
    await stream.account.settled();
    expect((await stream.rows()).has('F2')).toBe(true);
    const refused = (await stream.refused()).map(({ data, reason }) => ({ data, reason }));
    expect(refused.sort((one, other) => String(one.reason).localeCompare(String(other.reason)))).toEqual([
      { data: 'this is no event', reason: 'not JSON' },
      { data: expect.stringContaining('XXX') as string, reason: 'origin XXX is not one of JFK, LGA' },
    ]);
  });

  test('takes a replayed day, and loses no record that a full shard refused', async () => {
    const options = { airport: 'JFK', period: '2013-07-02', on: DAY, until: `${DAY}T06:15:00Z` };
    const { records, retried } = await streamDepartures(stream.operator, options, recordedOutput());
    expect(records).toBeGreaterThan(250);
    // Three times the same: more than a shard takes in a second.
    await Promise.all([1, 2, 3].map(() => streamDepartures(stream.operator, options, recordedOutput()))).then((all) =>
      expect(retried + all.reduce((sum, one) => sum + one.retried, 0)).toBeGreaterThan(0),
    );
    await stream.account.clock.advance(5 * minute);
    await stream.account.settled();
    const rows = await stream.rows();
    expect(rows.size - 2).toBe(new Set([...rows.keys()].filter((id) => id.includes('+'))).size);
    expect(await stream.refused()).toEqual([]);
  });

  test('counts nothing twice when its process is killed between a write and its answer', async () => {
    const { account } = stream;
    const killed = stream.killConsumerAfter(7);
    const now = Math.floor(account.clock.now() / minute) * minute;
    const at = (minutes: number) => `${new Date(now + minutes * minute).toISOString().slice(0, 19)}Z`;
    const scheduled = at(-20);
    const flights = Array.from({ length: 12 }, (_, number) => `K${number}`);
    for (const flight_id of flights) {
      const flight = { flight_id, origin: 'LGA', scheduled };
      const planned = event({ ...flight, event_id: `${flight_id}-plan`, type: 'scheduled', event_time: at(-90) });
      await stream.put({ ...planned, delay: undefined }, flight_id);
      await stream.put(event({ ...flight, event_id: `${flight_id}-left`, event_time: at(-10) }), flight_id);
    }
    await account.clock.advance(3 * minute);
    await account.settled();
    expect(killed.failed()).toBeGreaterThan(0);
    // The records came again: those that it had written changed nothing, and each of the others its row once.
    expect(killed.repeated()).toBeGreaterThan(0);
    expect(killed.written()).toBe(2 * flights.length);
    const rows = await stream.rows();
    expect(flights.map((id) => rows.get(id))).toEqual(
      flights.map(() => expect.objectContaining({ delay: { N: '10' }, outcome: { S: 'departed' } }) as unknown),
    );
    expect(await stream.refused()).toEqual([]);
    await account.clock.advance(16 * minute);
    await account.settled();
    expect(await stream.state('LGA')).toMatchObject({ flights_60: '12', mean_delay_60: '10', gone_share_60: '1' });
  });

  test('is written to the lake as Parquet by the day of the event, and to the offline store', async () => {
    await stream.account.clock.advance(60 * minute);
    await stream.account.settled();
    const raw = await stream.operator.output('DataLake', 'RawBucketName');
    const curated = await stream.operator.output('DataLake', 'CuratedBucketName');
    const keys = async (bucket: string, prefix: string) => {
      const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
      const { Contents = [] } = await stream.operator.clients.s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
      );
      return Contents.map(({ Key = '' }) => Key);
    };
    expect(await keys(raw, 'events/')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`^events/departures/day=${DAY}/.*[.]parquet$`) as string,
        expect.stringMatching('^events/undelivered/') as string,
      ]),
    );
    expect(await keys(curated, 'features/airport-state/')).toEqual(
      expect.arrayContaining([expect.stringMatching('/offline-store/.*[.]parquet$') as string]),
    );
    // What the command train gives the pipeline.
    expect(await recordedStatesUri(stream.operator)).toMatch(
      new RegExp(`^s3://${curated}/features/airport-state/.*/offline-store/.*/data$`),
    );
  });

  test('is refused nothing that it needs, and meets no defect', () => {
    const denied = stream.account.host.decisions
      .filter(({ allowed }: { allowed?: boolean }) => allowed === false)
      .map((one) => JSON.stringify(one).slice(0, 300));
    expect(denied).toEqual([]);
    expect(stream.account.host.eventLog.filter(({ kind }) => kind === 'defect')).toEqual([]);
  });

  test('goes with its stacks and leaves nothing', async () => {
    stream.account.clock.resume();
    await stream.account.destroy(() => undefined);
    const { GetDatabasesCommand } = await import('@aws-sdk/client-glue');
    const { DatabaseList = [] } = await stream.operator.clients.glue.send(new GetDatabasesCommand({}));
    expect(DatabaseList.map(({ Name }) => Name)).toEqual([]);
  }, 120_000);
});
