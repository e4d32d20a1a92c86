import { type Endpoint, EndpointError, type Prediction } from '../../lambda/smoke-test/endpoint';
import { concordanceOf, type Evaluation, evaluate } from '../../lambda/smoke-test/evaluation';
import { type Recording, toCsv, toJson } from '../../lambda/smoke-test/recorded';
import { sendTraffic } from '../../lambda/smoke-test/traffic';

const flight = (flightId: string, disrupted: boolean, ...values: string[]) => ({ flightId, values, disrupted });
/** Two pairs of a disrupted and an undisturbed flight. */
const recording: Recording = {
  columns: ['hour', 'carrier'],
  flights: [flight('a', true, '20', 'AA'), flight('b', false, '7', 'DL')],
};
const request = { candidate: '3', hadCanary: false, since: '', until: '', candidatePredictions: 0 };
const limits = { minimumInvocations: 40, minimumConcordance: 0.7 };
const one = (probability: number, decision = 'on_time', modelVersion = '3'): Prediction => ({
  probability,
  decision,
  modelVersion,
});
const good = [one(0.9, 'disrupted'), one(0.1)];
const csvOf = (all: readonly Prediction[], end = '\n') =>
  all.map((each) => `${each.probability},${each.decision},${each.modelVersion}`).join(end);

/** Serves the predictions in both forms, and refuses what is no flight, unless told otherwise. */
function endpoint(
  all: readonly Prediction[],
  change: { csv?: string; json?: unknown; refusal?: Error } = {},
): Endpoint {
  return {
    tellsStatus: true,
    invoke: async (body, type) => {
      if (body === 'this,is,no,flight\n' && type === 'text/csv')
        throw change.refusal ?? new EndpointError('row 1: no flight', 400);
      if (type === 'text/csv') return change.csv ?? csvOf(all);
      const predictions = all.map(({ probability, decision, modelVersion }) => ({
        probability,
        decision,
        model_version: modelVersion,
      }));
      return JSON.stringify(change.json ?? { predictions });
    },
  };
}
const judged = (
  all: readonly Prediction[],
  change: Parameters<typeof endpoint>[1] = {},
  recorded = recording,
): Promise<Evaluation> => evaluate(endpoint(all, change), recorded, request, limits);

describe('what the smoke test says', () => {
  test('of a model that passes', async () => {
    expect(await judged(good)).toEqual({
      passed: true,
      text: 'version 3 passed its smoke test (2 recorded flights, concordance 100 %)',
      reasons: [],
      concordance: 1,
      invocations: null,
    });
  });

  test('of one that fails twice, in at most 900 characters', async () => {
    const { text, reasons } = await judged([one(0.9, 'maybe'), one(0.1, 'on_time', '2')]);
    expect(reasons).toEqual([
      '"maybe" is no decision of the contract',
      'a prediction came from version "2", not from 3',
    ]);
    expect(text).toBe(`version 3 failed its smoke test: ${reasons.join('; ')}`);
    expect((await judged([one(0.9, 'x'.repeat(1_000)), one(0.1)])).text).toHaveLength(900);
  });

  test('of the ranking: the share, the limit, and chance', async () => {
    const { reasons, concordance } = await judged([one(0.1), one(0.9, 'disrupted')]);
    expect(concordance).toBe(0);
    expect(reasons).toEqual([
      'it ranks 0 % of the pairs of recorded flights correctly; the minimum is 70 %, and chance is 50 %',
    ]);
  });

  test('of a share that is no whole number', async () => {
    const flights = [...recording.flights, flight('c', false), flight('d', false)];
    const some = [one(0.5), one(0.4), one(0.6), one(0.7)];
    expect((await judged(some, {}, { ...recording, flights })).reasons).toEqual([
      'it ranks 33.3 % of the pairs of recorded flights correctly; the minimum is 70 %, and chance is 50 %',
    ]);
  });

  test('of predictions that are missing: nothing else, since nothing else can be told', async () => {
    expect(await judged([one(0.9, 'maybe', '2')])).toMatchObject({
      concordance: null,
      reasons: ['2 flights were sent and 1 predictions came back'],
    });
    expect((await judged([...good, one(0.5)])).reasons).toEqual(['2 flights were sent and 3 predictions came back']);
  });

  test('of a list in JSON that is one prediction longer', async () => {
    const predictions = [...good, one(0.5)].map(({ modelVersion: model_version, ...rest }) => ({
      ...rest,
      model_version,
    }));
    expect((await judged(good, { json: { predictions } })).reasons).toEqual([
      'the same flights as CSV and as JSON got different predictions',
    ]);
  });

  test('of a response that is not of the form', async () => {
    expect((await judged(good, { json: {} })).reasons).toEqual([
      'the recorded flights as application/json got an error: the response has no list "predictions"',
    ]);
  });

  test('of a flight without a probability, and of a part that is missing', async () => {
    expect((await judged(good, { csv: ',disrupted,3\n0.1,on_time,3' })).reasons).toContain(
      'flight a got NaN as its probability',
    );
    expect((await judged(good, { csv: '0.9\n0.1,on_time,3' })).reasons).toEqual([
      '"" is no decision of the contract',
      'a prediction came from version "", not from 3',
      'the same flights as CSV and as JSON got different predictions',
    ]);
    const noFields = {
      predictions: [{ probability: 0.9 }, { probability: 0.1, decision: 'on_time', model_version: '3' }],
    };
    const same = { csv: '0.9,,\n0.1,on_time,3', json: noFields };
    expect((await judged(good, same)).reasons).not.toContain(
      'the same flights as CSV and as JSON got different predictions',
    );
  });

  test('of a request that must be refused', async () => {
    const refused = async (refusal: Error) => (await judged(good, { refusal })).reasons;
    expect(await refused(new EndpointError('died', 500))).toEqual([
      'an invalid request must get a 4xx error; it got 500 (died)',
    ]);
    expect(await refused(new EndpointError('reset', undefined))).toEqual([
      'an invalid request must get a 4xx error; it got no status (reset)',
    ]);
    await expect(judged(good, { refusal: new Error('no right') })).rejects.toThrow('no right');
  });
});

describe('what the smoke test takes', () => {
  test.each<[string, readonly Prediction[]]>([
    ['probabilities at both ends', [one(1, 'disrupted'), one(0)]],
    ['line ends of Windows and an empty line', good],
    ['two decisions at the threshold itself', [one(0.5, 'disrupted'), one(0.4)]],
  ])('%s', async (_, all) => {
    const csv = `${csvOf(all, '\r\n')}\r\n\r\n`;
    expect((await judged(all, { csv })).reasons).toEqual([]);
  });

  test('one flight, whose probability is like every other', async () => {
    const flights = [flight('a', true), flight('b', false)];
    const alike = [one(0.5, 'disrupted'), one(0.5, 'disrupted')];
    expect((await judged(alike, {}, { ...recording, flights })).reasons).toContain(
      'every flight got the same probability, 0.5',
    );
    const single = await judged([one(0.5, 'disrupted')], {}, { ...recording, flights: flights.slice(0, 1) });
    expect(single.reasons).not.toContain('every flight got the same probability, 0.5');
  });

  test('equal probabilities on both sides of the threshold', async () => {
    const flights = [flight('a', true), flight('b', true), flight('c', false)];
    const all = [one(0.9, 'disrupted'), one(0.5, 'disrupted'), one(0.5)];
    expect((await judged(all, {}, { ...recording, flights })).reasons).toEqual([]);
  });

  test('a difference between CSV and JSON of a millionth, and no larger one', async () => {
    const json = (shift: number) => ({
      predictions: [
        { probability: shift, decision: 'disrupted', model_version: '3' },
        { probability: 0, decision: 'on_time', model_version: '3' },
      ],
    });
    const all = [one(0.5, 'disrupted'), one(0)];
    const at = async (shift: number) =>
      (await judged(all, { csv: `0,disrupted,3\n0,on_time,3`, json: json(shift) })).reasons.some((reason) =>
        reason.startsWith('the same flights'),
      );
    expect([await at(1e-6), await at(1.1e-6)]).toEqual([false, true]);
  });

  test('a ranking at the limit itself', async () => {
    const flights = [flight('a', true), ...Array.from({ length: 10 }, (_, at) => flight(`${at}`, false))];
    const ranked = (below: number) => [
      one(0.5, 'disrupted'),
      ...Array.from({ length: 10 }, (_, at) => (at < below ? one(0.1 + at / 100) : one(0.6, 'disrupted'))),
    ];
    const at = async (below: number) => (await judged(ranked(below), {}, { ...recording, flights })).passed;
    expect([await at(7), await at(6)]).toEqual([true, false]);
  });
});

test.each<[string, Prediction]>([
  ['below 0', one(-0.01)],
  ['above 1', one(1.01)],
  ['that is infinite', one(Number.POSITIVE_INFINITY)],
])('the smoke test fails for a probability %s', async (_, bad) => {
  const { reasons } = await judged([one(0.9, 'disrupted'), bad]);
  expect(reasons).toContain(`flight b got ${bad.probability} as its probability`);
});

test('an error of our own is no fault of the model', async () => {
  const broken: Endpoint = { ...endpoint(good), invoke: () => Promise.reject(new TypeError('ours')) };
  await expect(evaluate(broken, recording, request, limits)).rejects.toThrow('ours');
  await expect(sendTraffic(broken, recording, '3')).rejects.toThrow('ours');
});

describe('the share of pairs that are ranked correctly', () => {
  const { flights } = recording;
  test('counts a tie half, and what has no prediction as wrong', () => {
    const of = (...all: number[]) =>
      concordanceOf(
        all.map((probability) => one(probability)),
        flights,
      );
    expect([of(0.9, 0.1), of(0.1, 0.9), of(0.5, 0.5), of(Number.NaN, 0.1), of(0.9)]).toEqual([1, 0, 0.5, 0, 0]);
    expect(concordanceOf([], flights)).toBe(0);
  });

  test('compares disrupted flights with undisturbed ones only', () => {
    const more = [...flights, flight('c', true), flight('d', false)];
    const all = [0.9, 0.1, 0.05, 0.02].map((probability) => one(probability));
    // a > b, a > d, c < b, c > d
    expect(concordanceOf(all, more)).toBe(0.75);
  });

  test('is 0 without a pair', () => {
    expect([concordanceOf([one(0.9)], flights.slice(0, 1)), concordanceOf([], [])]).toEqual([0, 0]);
  });
});

describe('a recorded flight as a request', () => {
  const { columns } = recording;
  test('in CSV: a line for each, quoted where it must be', () => {
    const flights = [flight('a', true, '20', 'A"A'), flight('b', false, '', 'D,L'), flight('c', false, 'x\ny', ' ')];
    expect(toCsv(flights)).toBe('20,"A""A"\n,"D,L"\n"x\ny", \n');
  });

  test.each<[string, string | number | null]>([
    ['20', 20],
    ['-3', -3],
    ['1.25', 1.25],
    ['-0.5', -0.5],
    ['', null],
    ['B6', 'B6'],
    ['6B', '6B'],
    ['1.', '1.'],
    ['1.x', '1.x'],
    ['A', 'A'],
    ['A1', 'A1'],
    ['1e3', '1e3'],
  ])('in JSON: "%s" is %j', (value, expected) => {
    const text = toJson(recording, [flight('a', true, value, 'AA')]);
    expect(JSON.parse(text)).toEqual({
      instances: [{ [columns[0] as string]: expected, [columns[1] as string]: 'AA' }],
    });
  });

  test('in JSON: a value that the recording lacks is missing', () => {
    expect(JSON.parse(toJson(recording, [flight('a', true, '20')]))).toEqual({
      instances: [{ hour: 20, carrier: null }],
    });
  });
});

test('traffic sends one flight in each request, and tells no error where there is none', async () => {
  const bodies: string[] = [];
  const quiet: Endpoint = {
    ...endpoint(good),
    invoke: (body) => {
      bodies.push(body);
      return Promise.resolve('0.5,on_time,3\n');
    },
  };
  const result = await sendTraffic(quiet, recording, '3');
  expect(Object.keys(result)).toEqual(['sent', 'succeeded', 'fromCandidate']);
  expect(bodies).toEqual(['20,AA\n', '7,DL\n']);
});
