import { stateAt } from '../../lambda/airport-state/state';
import { readEvent } from '../../lambda/track-departures/event';
import { knownFlights, timeText } from '../../lambda/write-airport-state/known-flights';
import { recordOf, writeRecords } from '../../lambda/write-airport-state/write-records';
import { FlightRowsBench, tableSettings } from '../fixtures/flight-rows';

const rules = { windows: [60, 180], grid: 15, lead: 120, late: 15 };
const at = (time: string) => Date.parse(`2013-07-01T${time}:00Z`) / 60_000;

describe('the state of an airport', () => {
  const bench = new FlightRowsBench();
  beforeAll(() => bench.start());
  afterAll(() => bench.stop());

  async function tell(flight: string, scheduled: string, delay?: number): Promise<void> {
    const event = {
      event_id: flight,
      flight_id: flight,
      origin: 'JFK',
      type: delay === undefined ? 'scheduled' : 'departed',
      scheduled: timeText(at(scheduled)),
      ...(delay === undefined ? {} : { delay }),
      event_time: timeText(at(scheduled) + (delay ?? -60)),
    };
    await bench.flights.apply(readEvent(JSON.stringify(event), ['JFK']));
  }

  test('counts the flights of its windows, and none outside', async () => {
    await tell('before', '09:00', 0);
    await tell('first', '09:01', 30);
    await tell('gone', '11:30', 10);
    await tell('waiting', '11:40');
    await tell('later', '12:01');
    const flights = await knownFlights(bench.dynamo, tableSettings, 'JFK', at('12:00') - 180, at('12:00'));
    expect(flights.map(({ scheduled }) => timeText(scheduled).slice(11, 16))).toEqual(['09:01', '11:30', '11:40']);
    const record = recordOf('JFK', at('12:00'), stateAt(at('12:00'), flights, rules));
    expect(Object.fromEntries(record.map((one) => [one.FeatureName, one.ValueAsString]))).toEqual({
      airport: 'JFK',
      event_time: '2013-07-01T12:00:00Z',
      mean_delay_60: '15',
      late_share_60: '0.5',
      gone_share_60: '0.5',
      flights_60: '2',
      mean_delay_180: '20',
      late_share_180: String(2 / 3),
      gone_share_180: String(2 / 3),
      flights_180: '3',
    });
  });

  test('without flights has no mean and no shares', () => {
    expect(recordOf('JFK', 0, stateAt(0, [], rules)).map(({ FeatureName }) => FeatureName)).toEqual([
      'airport',
      'event_time',
      'flights_60',
      'flights_180',
    ]);
  });
});

describe('the writer', () => {
  const entries = Array.from({ length: 30 }, (_, one) => ({
    FeatureGroupName: 'g',
    Record: [{ FeatureName: 'airport', ValueAsString: String(one) }],
  }));
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);

  test('writes again what an answer leaves out, and no more than 25 at once', async () => {
    const sent: (string | undefined)[][] = [];
    const send = async ({ input: { Entries = [] } }: { input: { Entries?: typeof entries } }) => {
      sent.push(Entries.map(({ Record }) => Record[0]?.ValueAsString));
      const first = sent.length === 1;
      return {
        UnprocessedEntries: first ? Entries.slice(0, 2) : [],
        Errors: first ? [{ Entry: Entries[2], ErrorCode: 'InternalFailure', ErrorMessage: 'again' }] : [],
      };
    };
    await writeRecords({ send } as never, entries, wait);
    expect(sent.map(({ length }) => length)).toEqual([25, 3, 5]);
    expect(sent[1]).toEqual(['0', '1', '2']);
    expect(waits).toEqual([200]);
  });

  test('fails when a record is refused, or never taken', async () => {
    const refusing = async () => ({ Errors: [{ ErrorCode: 'ValidationError', ErrorMessage: 'no' }] });
    await expect(writeRecords({ send: refusing } as never, entries, wait)).rejects.toThrow('ValidationError: no');
    const busy = async ({ input: { Entries = [] } }: { input: { Entries?: typeof entries } }) => ({
      UnprocessedEntries: Entries,
    });
    await expect(writeRecords({ send: busy } as never, entries, wait)).rejects.toThrow(
      '25 records were not written in 6 attempts',
    );
  });
});
