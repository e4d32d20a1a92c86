import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readEvent } from '../../lambda/track-departures/event';
import { eventsOf, streamDepartures } from '../../operator/commands/stream-departures';
import { departureEvents } from '../../operator/departures';
import { putRecords } from '../../operator/put-records';
import { awsError, fakeContext, recordedOutput } from './fake-clients';

const flight = { flight_id: 'JFK-1', origin: 'JFK', date: '2013-07-01', sched_dep_time: '1005', dep_delay: '20' };

describe('events of flights', () => {
  test('announce a flight the day before, and tell of it when it leaves or is canceled', () => {
    const told = (row: typeof flight) =>
      departureEvents([row]).map(({ type, event_time, scheduled, delay }) => [type, event_time, scheduled, delay]);
    expect(told(flight)).toEqual([
      ['scheduled', '2013-06-30T10:05:00Z', '2013-07-01T10:05:00Z', undefined],
      ['departed', '2013-07-01T10:25:00Z', '2013-07-01T10:05:00Z', 20],
    ]);
    expect(told({ ...flight, dep_delay: '' })[1]).toEqual([
      'canceled',
      '2013-07-01T10:05:00Z',
      '2013-07-01T10:05:00Z',
      undefined,
    ]);
  });

  test('are accepted by the consumer, have the same id each time, and another one on another day', () => {
    const day = 24 * 60 * 60_000;
    const events = departureEvents([flight, { ...flight, flight_id: 'JFK-2', dep_delay: '' }]);
    for (const event of events) expect(readEvent(JSON.stringify(event), ['JFK']).flightId).toBe(event.flight_id);
    expect(departureEvents([flight])).toEqual(departureEvents([flight]));
    const moved = departureEvents([flight], day);
    expect(moved.map(({ scheduled }) => scheduled)).toEqual(['2013-07-02T10:05:00Z', '2013-07-02T10:05:00Z']);
    expect(events.map(({ event_id }) => event_id)).not.toContain(moved[0]?.event_id);
  });
});

describe('putting records', () => {
  const records = Array.from({ length: 1_200 }, (_, at) => ({ key: `k${at}`, data: `${at}` }));

  /** A stream that refuses some records of each request, and keeps the others. */
  function stream(refuses: (data: string, request: number) => boolean) {
    const kept: string[] = [];
    let request = 0;
    const send = async ({ input }: { input: { Records: { Data: Buffer }[] } }) => {
      expect(input.Records.length).toBeLessThanOrEqual(500);
      request += 1;
      return {
        Records: input.Records.map(({ Data }) => {
          if (refuses(Data.toString(), request)) return { ErrorCode: 'ProvisionedThroughputExceededException' };
          kept.push(Data.toString());
          return { SequenceNumber: '1' };
        }),
      };
    };
    return { kept, client: { send } as never };
  }
  const settings = { streamName: 's', sleep: async () => undefined };

  test('sends those again that a full shard refused, and only those', async () => {
    const { kept, client } = stream((data, request) => request % 2 === 1 && Number(data) % 3 === 0);
    const result = await putRecords(client, records, settings);
    expect(kept.sort()).toEqual(records.map(({ data }) => data).sort());
    expect(result).toEqual({ records: 1_200, retried: 400 });
  });

  test('gives up after a while, and says what to do', async () => {
    const { client } = stream(() => true);
    await expect(putRecords(client, records, settings)).rejects.toMatchObject({
      message: 'The stream s refused 500 records in 12 attempts.',
      remedy: expect.stringContaining('streaming.shards') as string,
    });
  });

  test('keeps a request below its limit of bytes', async () => {
    const large = Array.from({ length: 12 }, (_, at) => ({ key: `k${at}`, data: 'x'.repeat(900_000) }));
    const { kept, client } = stream(() => false);
    await putRecords(client, large, settings);
    expect(kept).toHaveLength(12);
  });
});

describe('stream-departures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const names = Object.keys(flight);
  const rows = [flight, { ...flight, flight_id: 'JFK-2', date: '2013-07-02' }].map((row) =>
    Object.values(row).join(','),
  );
  writeFileSync(join(folder, 'flights-jfk.csv.gz'), gzipSync([names.join(','), ...rows].join('\n')));

  test('takes a day or a month, moves it, and cuts it', async () => {
    const context = { dataFolder: folder };
    const count = async (more: object) =>
      (await eventsOf(context, { airport: 'JFK', period: '2013-07-01', ...more })).length;
    expect(await count({})).toBe(2);
    expect(await count({ period: '2013-07' })).toBe(4);
    expect(await count({ until: '2013-07-01T10:24:00Z' })).toBe(1);
    expect(await count({ after: '2013-07-01T10:24:00Z' })).toBe(1);
    expect(await count({ on: '2026-12-01', until: '2026-12-01T10:25:00Z' })).toBe(2);
    await expect(count({ period: '2013-07-09' })).rejects.toThrow('There are no flights of JFK on 2013-07-09.');
  });

  test('says what to deploy where there is no stream', async () => {
    const context = fakeContext({
      DescribeStacksCommand: () => {
        throw awsError('ValidationError', 'Stack with id MlaBlueprint-Features does not exist');
      },
    });
    await expect(
      streamDepartures(context, { airport: 'JFK', period: '2013-07-01' }, recordedOutput()),
    ).rejects.toMatchObject({ remedy: expect.stringContaining('streaming.enabled') as string });
  });
});
