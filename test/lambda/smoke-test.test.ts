import { type Endpoint, EndpointError } from '../../lambda/smoke-test/endpoint';
import { evaluate } from '../../lambda/smoke-test/evaluation';
import recording from '../../lambda/smoke-test/recorded-requests.json';
import { sendTraffic } from '../../lambda/smoke-test/traffic';
import { flightDisruption } from '../../lib/problem/flight-disruption';

const limits = { minimumInvocations: 40, minimumConcordance: 0.7 };
const request = {
  candidate: '3',
  hadCanary: true,
  since: '2026-11-23T10:00:00Z',
  until: '2026-11-23T10:20:00Z',
  candidatePredictions: 100,
};
const at = (column: string) => recording.columns.indexOf(column);

interface Behavior {
  version?: string;
  invocations?: number;
  /** Probability from the scheduled departure. */
  score?: (departure: number) => number;
  decide?: (probability: number) => string;
  jsonShift?: number;
  refuse?: boolean;
  fail?: EndpointError;
}

/** An endpoint that scores by the departure time alone, as a simple but honest model would. */
function endpoint(b: Behavior = {}): Endpoint {
  const answer = (departure: number) => {
    const probability = (b.score ?? ((hour) => hour / 2400))(departure);
    return {
      probability,
      decision: (b.decide ?? ((p) => (p > 0.5 ? 'disrupted' : 'on_time')))(probability),
      version: b.version ?? '3',
    };
  };
  return {
    tellsStatus: true,
    invoke(body, contentType) {
      if (b.fail) return Promise.reject(b.fail);
      if (body.startsWith('this,is')) {
        return b.refuse === false
          ? Promise.resolve('0.5,on_time,3\n')
          : Promise.reject(new EndpointError('row 1: no flight', 400));
      }
      if (contentType === 'text/csv') {
        const rows = body
          .trimEnd()
          .split('\n')
          .map((line) => answer(Number(line.split(',')[at('sched_dep_time')])));
        return Promise.resolve(rows.map((r) => `${r.probability},${r.decision},${r.version}`).join('\n'));
      }
      const { instances } = JSON.parse(body) as { instances: { sched_dep_time: number }[] };
      const predictions = instances.map((one) => {
        const r = answer(one.sched_dep_time);
        return { probability: r.probability + (b.jsonShift ?? 0), decision: r.decision, model_version: r.version };
      });
      return Promise.resolve(JSON.stringify({ predictions }));
    },
    invocationsBetween: () => Promise.resolve(b.invocations ?? 500),
  };
}

describe('the smoke test', () => {
  test('records requests in the order of the feature contract', () => {
    expect(recording.columns).toEqual(flightDisruption.features.map(({ name }) => name));
    for (const flight of recording.flights) expect(flight.values).toHaveLength(recording.columns.length);
  });

  test('passes a model that ranks disrupted evening flights above undisturbed morning flights', async () => {
    expect(await evaluate(endpoint(), recording, request, limits)).toMatchObject({ passed: true, reasons: [] });
  });

  test.each<[string, Behavior, RegExp]>([
    ['another version responds', { version: '2' }, /version "2", not from 3/],
    ['every flight gets the same probability', { score: () => 0.4 }, /same probability/],
    [
      'the model ranks the wrong way round',
      { score: (hour) => 1 - hour / 2400 },
      /pairs of recorded flights correctly/,
    ],
    ['a probability is none', { score: (hour) => (hour < 700 ? Number.NaN : hour / 2400) }, /NaN/],
    ['a decision is outside the contract', { decide: () => 'maybe' }, /no decision of the contract/],
    ['decisions contradict probabilities', { decide: (p) => (p > 0.5 ? 'on_time' : 'disrupted') }, /contradict/],
    ['CSV and JSON differ', { jsonShift: 0.01 }, /CSV and as JSON/],
    ['an invalid request gets a prediction', { refuse: false }, /instead of an error/],
    ['the container fails', { fail: new EndpointError('worker died', 500) }, /worker died/],
    ['CloudWatch saw no traffic', { invocations: 0 }, /CloudWatch saw 0 invocations/],
  ])('fails when %s', async (_name, behavior, reason) => {
    const evaluation = await evaluate(endpoint(behavior), recording, request, limits);
    expect(evaluation.passed).toBe(false);
    expect(evaluation.reasons.join('\n')).toMatch(reason);
    expect(evaluation.text.length).toBeLessThanOrEqual(900);
  });

  test('fails a canary that no request reached', async () => {
    const evaluation = await evaluate(endpoint(), recording, { ...request, candidatePredictions: 0 }, limits);
    expect(evaluation.reasons).toEqual([expect.stringMatching(/canary without traffic/)]);
  });

  test('needs no traffic for a first release, which has no canary', async () => {
    const first = { ...request, hadCanary: false, candidatePredictions: 0 };
    expect((await evaluate(endpoint({ invocations: 0 }), recording, first, limits)).passed).toBe(true);
  });

  test('does not blame the model for a missing permission', async () => {
    const broken: Endpoint = { ...endpoint(), invoke: () => Promise.reject(new Error('AccessDenied')) };
    await expect(evaluate(broken, recording, request, limits)).rejects.toThrow('AccessDenied');
  });

  test('counts the predictions of each version while an update bakes', async () => {
    let calls = 0;
    const both: Endpoint = {
      ...endpoint(),
      invoke: () => {
        calls += 1;
        if (calls === 10) return Promise.reject(new EndpointError('not yet', undefined));
        return Promise.resolve(`0.5,on_time,${calls % 2 === 0 ? 3 : 2}\n`);
      },
    };
    expect(await sendTraffic(both, recording, '3')).toEqual({
      sent: 10,
      succeeded: 9,
      fromCandidate: 4,
      firstError: 'not yet',
    });
  });
});
