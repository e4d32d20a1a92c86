import fc from 'fast-check';
import { readEvent } from '../../lambda/track-departures/event';
import { FlightTable } from '../../lambda/track-departures/flight-table';
import { type RefusedRecord, type StreamRecord, track } from '../../lambda/track-departures/track';
import { FlightRowsBench } from '../fixtures/flight-rows';
import { RowsInMemory } from '../fixtures/rows-in-memory';

const airports = ['JFK', 'LGA'];
const departed = {
  event_id: 'e1',
  flight_id: 'F1',
  origin: 'JFK',
  type: 'departed',
  scheduled: '2013-07-01T10:00:00Z',
  delay: 20,
  event_time: '2013-07-01T10:20:00Z',
};

let number = 0;
const record = (event: unknown): StreamRecord => ({
  sequenceNumber: String((number += 1)).padStart(20, '0'),
  partitionKey: 'F',
  data: typeof event === 'string' ? event : JSON.stringify(event),
});

test.each([
  ['', 'not JSON'],
  ['[]', 'not a JSON object'],
  [{ ...departed, origin: 'SFO' }, 'origin SFO is not one of JFK, LGA'],
  [{ ...departed, flight_id: '' }, 'flight_id is not a text of 1 to 128 characters'],
  [{ ...departed, event_id: 7 }, 'event_id is not a text of 1 to 128 characters'],
  [{ ...departed, type: 'landed' }, 'type "landed" is not scheduled, departed or canceled'],
  [
    { ...departed, scheduled: '2013-07-01T10:00:30Z' },
    'scheduled "2013-07-01T10:00:30Z" is no time of the agreed form',
  ],
  [
    { ...departed, scheduled: '2013-06-31T10:00:00Z' },
    'scheduled "2013-06-31T10:00:00Z" is no time of the agreed form',
  ],
  [{ ...departed, event_time: undefined }, 'event_time undefined is no time of the agreed form'],
  [{ ...departed, delay: 3_000 }, 'delay 3000 is not a whole number from -180 to 2880 minutes'],
  [{ ...departed, delay: 2.5 }, 'delay 2.5 is not a whole number from -180 to 2880 minutes'],
  [{ ...departed, delay: undefined }, 'delay undefined is not a whole number from -180 to 2880 minutes'],
  [{ ...departed, type: 'canceled' }, 'an event of type canceled has no delay'],
  // Otherwise it would tell the future.
  [{ ...departed, event_time: '2013-07-01T10:19:59Z' }, 'event_time is before the departure that it tells of'],
])('an event is refused with its reason: %j', (event, reason) => {
  expect(() => readEvent(typeof event === 'string' ? event : JSON.stringify(event), airports)).toThrow(reason);
});

describe('the consumer of the stream', () => {
  const bench = new FlightRowsBench();
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());

  const refused: RefusedRecord[] = [];
  const tracking = {
    airports,
    flights: { apply: (event: Parameters<typeof bench.flights.apply>[0]) => bench.flights.apply(event) },
    refuse: async (one: RefusedRecord) => void refused.push(one),
    log: () => undefined,
  };

  /** Of one flight: it is announced, leaves, and its delay is corrected; or it is canceled after all. */
  const eventsOf = (flight: string, canceled: boolean) => [
    {
      ...departed,
      flight_id: flight,
      event_id: 'a',
      type: 'scheduled',
      delay: undefined,
      event_time: '2013-06-30T10:00:00Z',
    },
    { ...departed, flight_id: flight, event_id: 'b' },
    { ...departed, flight_id: flight, event_id: 'c', delay: 25, event_time: '2013-07-01T10:30:00Z' },
    // At the same second as the one before: the id decides.
    { ...departed, flight_id: flight, event_id: 'd', delay: 26, event_time: '2013-07-01T10:30:00Z' },
    ...(canceled
      ? [
          {
            ...departed,
            flight_id: flight,
            event_id: 'e',
            type: 'canceled',
            delay: undefined,
            event_time: '2013-07-01T11:00:00Z',
          },
        ]
      : []),
  ];

  test('makes the same rows of the same events, in any order and with any copies', async () => {
    let round = 0;
    const input = fc.record({
      canceled: fc.boolean(),
      order: fc.array(fc.nat(1_000), { minLength: 12, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ canceled, order }) => {
        const flight = `any${(round += 1)}-`;
        const events = eventsOf(flight, canceled);
        // Each at least once, and copies, shuffled.
        const copies = order.map((at) => events[at % events.length]);
        const shuffled = [...events, ...copies]
          .map((event, at) => ({ event, key: order[at % order.length]! * (at + 1) }))
          .sort((one, other) => (one.key % 97) - (other.key % 97))
          .map(({ event }) => record(event));
        for (let at = 0; at < shuffled.length; at += 5)
          expect(await track(shuffled.slice(at, at + 5), tracking)).toEqual([]);
        // What the month and the bench use in place of DynamoDB knows the same.
        const memory = new RowsInMemory();
        const flights = new FlightTable(memory, { tableName: 'flights', keptHours: 48 });
        expect(await track(shuffled, { ...tracking, flights })).toEqual([]);
        expect(memory.scheduled(0, Number.MAX_SAFE_INTEGER)).toEqual([
          { scheduled: Date.parse('2013-07-01T10:00:00Z') / 60_000, ...(canceled ? {} : { delay: 26 }) },
        ]);
        expect(await bench.rows(flight)).toEqual([
          {
            airport: { S: 'JFK' },
            flight_id: { S: flight },
            scheduled: { S: '2013-07-01T10:00:00Z' },
            expires_at: { N: String(Date.parse('2013-07-03T10:00:00Z') / 1000) },
            outcome: { S: canceled ? 'canceled' : 'departed' },
            outcome_version: { S: canceled ? '2013-07-01T11:00:00.000Z#e' : '2013-07-01T10:30:00.000Z#d' },
            ...(canceled ? {} : { delay: { N: '26' } }),
          },
        ]);
      }),
      { numRuns: 20 },
    );
    expect(refused).toEqual([]);
  });

  test('that is killed between write and answer writes the batch again, and changes nothing', async () => {
    const batch = [...eventsOf('killed1', false), ...eventsOf('killed2', true)].map(record);
    let written = 0;
    const dying = {
      ...tracking,
      flights: {
        apply: async (event: Parameters<typeof bench.flights.apply>[0]) => {
          await bench.flights.apply(event);
          if ((written += 1) >= 3) throw new Error('killed');
          return true;
        },
      },
    };
    expect((await track(batch, dying)).length).toBeGreaterThan(0);
    expect(await track(batch, tracking)).toEqual([]);
    const rows = await bench.rows('killed');
    expect(await track(batch, tracking)).toEqual([]);
    expect(await bench.rows('killed')).toEqual(rows);
    expect(rows.map(({ outcome, delay }) => [outcome?.S, delay?.N])).toEqual([
      ['departed', '26'],
      ['canceled', undefined],
    ]);
  });

  test('reports what could not be written, and writes nothing of that flight that comes later', async () => {
    const batch = eventsOf('broken', false).map(record);
    const other = record({ ...departed, flight_id: 'whole' });
    const broken = {
      ...tracking,
      flights: {
        apply: async (event: Parameters<typeof bench.flights.apply>[0]) => {
          if (event.flightId === 'broken' && event.id === 'b') throw new Error('throttled');
          return bench.flights.apply(event);
        },
      },
    };
    expect(await track([...batch, other], broken)).toEqual([batch[1]?.sequenceNumber]);
    expect((await bench.rows('broken')).map(({ outcome }) => outcome)).toEqual([undefined]);
    expect(await bench.rows('whole')).toHaveLength(1);
  });

  test('puts a poison record and one that contradicts what is known aside, and reads on', async () => {
    const poison = record('{"event_id":');
    const contradicting = record({
      ...departed,
      flight_id: 'poison',
      scheduled: '2013-07-01T10:05:00Z',
      event_time: '2013-07-01T12:00:00Z',
    });
    const good = record({ ...departed, flight_id: 'poison' });
    const behind = record({ ...departed, flight_id: 'poison-behind' });
    expect(await track([good, poison, contradicting, behind], tracking)).toEqual([]);
    expect(refused.map(({ reason, sequenceNumber }) => [sequenceNumber, reason]).sort()).toEqual([
      [poison.sequenceNumber, 'not JSON'],
      [
        contradicting.sequenceNumber,
        'scheduled 2013-07-01T10:05:00Z contradicts 2013-07-01T10:00:00Z, which is known of poison',
      ],
    ]);
    expect(await bench.rows('poison')).toHaveLength(2);
  });

  test('keeps a record whose way to the queue is closed', async () => {
    const poison = record('x');
    const refuse = async () => {
      throw new Error('no queue');
    };
    expect(await track([poison], { ...tracking, refuse })).toEqual([poison.sequenceNumber]);
  });
});
