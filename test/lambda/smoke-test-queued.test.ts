import { answerAws, badAnswers } from '../fixtures/aws-answers';

// A wait is over at once, and the clock shows that it was one.
let clock = 0;
jest.mock('node:timers/promises', () => ({
  setTimeout: async (milliseconds: number) => {
    clock += milliseconds;
  },
}));

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  ENDPOINT_NAME: 'flights',
  VARIANT_NAME: 'live',
  REQUESTS_BUCKET: 'requests',
  REQUESTS_PREFIX: 'in',
  MINIMUM_INVOCATIONS: '40',
  MINIMUM_CONCORDANCE: '0.7',
});

import type { Evaluation } from '../../lambda/smoke-test/evaluation';
import { handler } from '../../lambda/smoke-test/handler';
import recording from '../../lambda/smoke-test/recorded-requests.json';
import type { TrafficResult } from '../../lambda/smoke-test/traffic';

const departure = recording.columns.indexOf('sched_dep_time');
const rows = recording.flights.map(({ values }) => {
  const probability = Number(values[departure]) / 2400;
  return { probability, decision: probability > 0.5 ? 'disrupted' : 'on_time', model_version: '3' };
});
const asCsv = rows.map((one) => `${one.probability},${one.decision},${one.model_version}`).join('\n');
const request = {
  mode: 'evaluate' as const,
  candidate: '3',
  hadCanary: false,
  since: '2026-11-23T10:00:00Z',
  until: '2026-11-23T10:20:00Z',
  candidatePredictions: 0,
};
const traffic = { mode: 'traffic', candidate: '3' } as const;
type Input = Record<string, unknown>;

/** S3 and an asynchronous endpoint: what it answers to a request lies in S3 after `looks` looks for it. */
function queue({ looks = 0, answer = (body: string, type: string): Input => served(body, type), ...more } = {}) {
  const objects = new Map<string, string>();
  const waits = new Map<string, number>();
  return answerAws({
    PutObject: ({ Bucket, Key, Body }: Input) => {
      objects.set(`s3://${Bucket}/${Key}`, String(Body));
      return {};
    },
    InvokeEndpointAsync: ({ InputLocation, ContentType }: Input) => {
      const { out, failed } = answer(objects.get(String(InputLocation)) ?? '', String(ContentType));
      const id = objects.size;
      if (out !== undefined) objects.set(`s3://results/out/${id}`, String(out));
      if (failed !== undefined) objects.set(`s3://results/failed/${id}`, String(failed));
      return { OutputLocation: `s3://results/out/${id}`, FailureLocation: `s3://results/failed/${id}` };
    },
    ListObjectsV2: ({ Bucket, Prefix, MaxKeys }: Input) => {
      const uri = `s3://${Bucket}/${Prefix}`;
      const seen = waits.get(uri) ?? 0;
      waits.set(uri, seen + 1);
      return { KeyCount: MaxKeys === 1 && seen >= looks && objects.has(uri) ? 1 : 0 };
    },
    GetObject: ({ Bucket, Key }: Input) => ({
      Body: {
        transformToString: async (encoding: string) => encoding === 'utf8' && objects.get(`s3://${Bucket}/${Key}`),
      },
    }),
    ...more,
  });
}

function served(body: string, type: string): Input {
  if (body.startsWith('this,is')) return { failed: 'ModelError: row 1 is no flight' };
  if (type === 'application/json') return { out: JSON.stringify({ predictions: rows }) };
  return { out: body.trimEnd().includes('\n') ? asCsv : '0.5,on_time,3' };
}

describe('the smoke test of an asynchronous endpoint', () => {
  beforeEach(() => {
    clock = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => clock);
  });
  afterEach(() => jest.restoreAllMocks());

  const evaluated = (change: Partial<typeof request> = {}) => handler({ ...request, ...change }) as Promise<Evaluation>;
  const sent = () => handler(traffic) as Promise<TrafficResult>;

  test('writes each request to S3, invokes the endpoint with it, and reads the result when it is there', async () => {
    const calls = queue({ looks: 3 });
    expect(await evaluated()).toMatchObject({ passed: true, reasons: [], invocations: null });
    const puts = calls.filter(({ name }) => name === 'PutObject').map(({ input }) => input);
    const invoked = calls.filter(({ name }) => name === 'InvokeEndpointAsync').map(({ input }) => input);
    expect([puts.length, invoked.length]).toEqual([3, 3]);
    puts.forEach((put, at) => {
      expect(put).toMatchObject({ Bucket: 'requests', Key: expect.stringMatching(/^in\/smoke-test\/[0-9a-f-]{36}$/) });
      expect(invoked[at]).toEqual({
        EndpointName: 'flights',
        InputLocation: `s3://requests/${put.Key}`,
        ContentType: put.ContentType,
        Accept: put.ContentType,
        RequestTTLSeconds: 60,
      });
    });
    expect(puts.map(({ ContentType }) => ContentType)).toEqual(['text/csv', 'application/json', 'text/csv']);
    const looked = calls.filter(({ name, input }) => name === 'ListObjectsV2' && /^out/.test(String(input.Prefix)));
    expect(looked.length).toBeGreaterThan(3);
  });

  test('looks for a result twice a second, and gives up after 45 seconds', async () => {
    const calls = queue({ answer: () => ({}) });
    const reasons = [
      'the recorded flights as text/csv got an error: no result within 45 s',
      'the recorded flights as application/json got an error: no result within 45 s',
      "an invalid request must get the container's error; it got none (no result within 45 s)",
    ];
    expect(await evaluated()).toMatchObject({ passed: false, reasons });
    // Of each of three requests.
    expect(clock).toBe(3 * 45_000);
    const looked = calls.filter(({ name, input }) => name === 'ListObjectsV2' && input.Prefix === 'out/1');
    expect(looked).toHaveLength(90);
  });

  test("tells the container's failure, as far as a notification has room", async () => {
    queue({ answer: () => ({ failed: 'x'.repeat(1_000) }) });
    expect(await sent()).toMatchObject({ succeeded: 0, firstError: 'x'.repeat(300) });
  });

  test.each<[string, unknown]>([
    ['names no place', {}],
    ['names no place in S3', { OutputLocation: 'out/1', FailureLocation: 'https://s3://results/out/1' }],
    ['names a bucket only', { OutputLocation: 's3://results', FailureLocation: 's3://results/' }],
  ])('has no result when the endpoint %s', async (_, InvokeEndpointAsync) => {
    const calls = queue({ InvokeEndpointAsync } as object);
    expect(await sent()).toMatchObject({ succeeded: 0, firstError: 'no result within 45 s' });
    expect(calls.some(({ name }) => name === 'ListObjectsV2')).toBe(false);
  });

  test.each(['AccessDeniedException', 'AccessDenied'])('does not blame the model for %s', async (name) => {
    queue({ InvokeEndpointAsync: Object.assign(new Error('no right'), { name }) } as object);
    await expect(evaluated()).rejects.toThrow('no right');
  });

  test('takes any other refusal by the endpoint for a failed request', async () => {
    const InvokeEndpointAsync = Object.assign(new Error('endpoint not found'), { name: 'ValidationException' });
    queue({ InvokeEndpointAsync } as object);
    const { passed, reasons } = await evaluated();
    expect(passed).toBe(false);
    expect(reasons).toEqual([
      'the recorded flights as text/csv got an error: endpoint not found',
      'the recorded flights as application/json got an error: endpoint not found',
      "an invalid request must get the container's error; it got none (endpoint not found)",
    ]);
  });

  test.each(
    ['PutObject', 'InvokeEndpointAsync', 'ListObjectsV2', 'GetObject'].flatMap((call) =>
      badAnswers.map(([what, answer]) => [call, what, answer] as const),
    ),
  )('does not pass when %s %s', async (call, _, answer) => {
    queue({ [call]: answer } as object);
    const result = await evaluated().catch((error: Error) => ({ passed: false, text: error.message }));
    expect(result.passed).toBe(false);
  });

  test('fails when an invalid request gets a prediction', async () => {
    queue({ answer: (body, type) => (body.startsWith('this,is') ? { out: '0.5,on_time,3' } : served(body, type)) });
    expect((await evaluated()).reasons).toEqual(['an invalid request got a prediction instead of an error']);
  });

  test('fails when an invalid request gets no answer: nobody has refused it', async () => {
    queue({ answer: (body, type) => (body.startsWith('this,is') ? {} : served(body, type)) });
    expect((await evaluated()).reasons).toEqual([
      "an invalid request must get the container's error; it got none (no result within 45 s)",
    ]);
  });

  test('has no metric of a canary: with one, it does not pass', async () => {
    queue();
    const { reasons } = await evaluated({ hadCanary: true, candidatePredictions: 500 });
    expect(reasons).toEqual(['CloudWatch saw no invocations while the update baked, fewer than 40']);
  });
});
