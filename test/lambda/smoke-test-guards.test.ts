import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';

import { answerAws, badAnswers } from '../fixtures/aws-answers';

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  ENDPOINT_NAME: 'flights',
  VARIANT_NAME: 'live',
  TARGET_VARIANT: 'live',
  MINIMUM_INVOCATIONS: '40',
  MINIMUM_CONCORDANCE: '0.7',
});

import type { Evaluation } from '../../lambda/smoke-test/evaluation';
import { handler } from '../../lambda/smoke-test/handler';
import recording from '../../lambda/smoke-test/recorded-requests.json';
import type { TrafficResult } from '../../lambda/smoke-test/traffic';

const departure = recording.columns.indexOf('sched_dep_time');
const request = {
  mode: 'evaluate' as const,
  candidate: '3',
  hadCanary: true,
  since: '2026-11-23T10:00:30Z',
  until: '2026-11-23T10:20:00Z',
  candidatePredictions: 40,
};
type Answer = (input: Record<string, unknown>) => unknown;

interface Prediction {
  readonly probability: number;
  readonly decision: string;
  readonly model_version: string;
}
const predictions: readonly Prediction[] = recording.flights.map(({ values }) => {
  const probability = Number(values[departure]) / 2400;
  return { probability, decision: probability > 0.5 ? 'disrupted' : 'on_time', model_version: '3' };
});
const csvOf = (all: readonly Prediction[]) =>
  all.map((one) => `${one.probability},${one.decision},${one.model_version}`).join('\n');
const refusal = Object.assign(new Error('no flight'), { name: 'ModelError', OriginalStatusCode: 400 });

/** An endpoint that serves version 3 as it should, except for the given answers. */
function endpoint(change: { csv?: string; json?: unknown; refusal?: unknown; metrics?: unknown } = {}) {
  const invoke: Answer = ({ Body, ContentType }) => {
    if (String(Body).startsWith('this,is')) return 'refusal' in change ? change.refusal : refusal;
    const text =
      ContentType === 'text/csv'
        ? (change.csv ?? csvOf(predictions))
        : JSON.stringify('json' in change ? change.json : { predictions });
    return { Body: Buffer.from(text ?? '') };
  };
  return answerAws({
    InvokeEndpoint: invoke,
    GetMetricStatistics: 'metrics' in change ? change.metrics : { Datapoints: [{ Sum: 30 }, { Sum: 10 }] },
  });
}
const evaluated = (change: Partial<typeof request> = {}) => handler({ ...request, ...change }) as Promise<Evaluation>;

afterEach(() => jest.restoreAllMocks());

describe('the smoke test of the live endpoint', () => {
  test('passes at its limits, asks this variant, and marks its requests as its own', async () => {
    const calls = endpoint();
    const { passed, reasons, invocations } = await evaluated();
    expect([passed, reasons, invocations]).toEqual([true, [], 40]);
    const invoked = calls.filter(({ name }) => name === 'InvokeEndpoint').map(({ input }) => input);
    expect(invoked).toHaveLength(3);
    for (const input of invoked)
      expect(input).toMatchObject({
        EndpointName: 'flights',
        TargetVariant: 'live',
        InferenceId: expect.stringMatching(/^smoke-test-[0-9a-f-]{36}$/) as string,
        Accept: input.ContentType,
      });
    expect(calls.find(({ name }) => name === 'GetMetricStatistics')?.input).toEqual({
      Namespace: 'AWS/SageMaker',
      MetricName: 'Invocations',
      Dimensions: [
        { Name: 'EndpointName', Value: 'flights' },
        { Name: 'VariantName', Value: 'live' },
      ],
      StartTime: new Date('2026-11-23T10:00:00Z'),
      EndTime: new Date('2026-11-23T10:20:00Z'),
      Period: 60,
      Statistics: ['Sum'],
    });
  });

  test('tries twice only: with many retries it would hide the errors that it is meant to find', async () => {
    endpoint();
    await evaluated();
    const { contexts } = jest.mocked(SageMakerRuntimeClient.prototype.send).mock;
    expect(await (contexts[0] as SageMakerRuntimeClient).config.maxAttempts()).toBe(2);
  });

  test.each<[string, unknown]>([
    ['39 of them', 39],
    ['no number of them', undefined],
    ['nonsense', 'many'],
  ])('fails when the release counted %s', async (_, candidatePredictions) => {
    endpoint();
    const { passed, text } = await evaluated({ candidatePredictions: candidatePredictions as number });
    expect([passed, text]).toEqual([false, expect.stringContaining('a canary without traffic proves nothing')]);
  });

  test.each<[string, unknown]>([
    ['says nothing', {}],
    ['has no data', { Datapoints: [] }],
    ['has data without a sum', { Datapoints: [{}] }],
    ['saw one too few', { Datapoints: [{ Sum: 39 }] }],
  ])('fails when CloudWatch %s', async (_, metrics) => {
    endpoint({ metrics });
    expect((await evaluated()).reasons).toEqual([expect.stringMatching(/CloudWatch saw (0|39) invocations/)]);
  });

  test('counts a canary of which nobody says whether there was one', async () => {
    endpoint({ metrics: {} });
    expect((await evaluated({ hadCanary: undefined as never })).passed).toBe(false);
    endpoint({ metrics: {} });
    expect((await evaluated({ hadCanary: false })).passed).toBe(true);
  });

  const first = (change: object) => [{ ...predictions[0], ...change }, ...predictions.slice(1)];
  test.each<[string, unknown]>([
    ['null', null],
    ['no predictions', {}],
    ['predictions that are no list', { predictions: 'many' }],
    ['a prediction that is nothing', { predictions: [null, ...predictions.slice(1)] }],
    ['a prediction without probability', { predictions: first({ probability: undefined }) }],
    ['a probability as text', { predictions: first({ probability: '0.5' }) }],
    ['another decision', { predictions: first({ decision: 'maybe' }) }],
    ['no decision', { predictions: first({ decision: undefined }) }],
    ['another version', { predictions: first({ model_version: '2' }) }],
    ['no version', { predictions: first({ model_version: undefined }) }],
    ['one prediction less', { predictions: predictions.slice(1) }],
    ['no text at all', undefined],
  ])('fails when the response in JSON is %s', async (_, json) => {
    endpoint({ json });
    const { passed, reasons } = await evaluated();
    expect([passed, reasons]).toEqual([
      false,
      [expect.stringMatching(/same flights as CSV and as JSON|as application\/json got an error/)],
    ]);
  });

  test.each<[string, string]>([
    ['empty', ''],
    ['nonsense', '<html>'],
    ['a prediction short', csvOf(predictions.slice(1))],
  ])('fails when the response in CSV is %s', async (_, csv) => {
    endpoint({ csv });
    expect((await evaluated()).passed).toBe(false);
  });

  test.each<[string, unknown]>([
    ['a server error', Object.assign(new Error('died'), { OriginalStatusCode: 500 })],
    ['an error without a status', new Error('reset')],
    ['a status below 400', Object.assign(new Error('moved'), { OriginalStatusCode: 399 })],
    ['a prediction', { Body: Buffer.from('0.5,on_time,3') }],
    ['an empty response', {}],
  ])('fails when an invalid request gets %s', async (_, answer) => {
    endpoint({ refusal: answer });
    expect((await evaluated()).reasons).toEqual([expect.stringContaining('an invalid request')]);
  });

  test.each([400, 499])('takes the status %d for a refusal', async (OriginalStatusCode) => {
    endpoint({ refusal: Object.assign(new Error('no'), { OriginalStatusCode }) });
    expect((await evaluated()).passed).toBe(true);
  });

  test.each(['AccessDeniedException', 'AccessDenied'])('does not blame the model for %s', async (name) => {
    answerAws({ InvokeEndpoint: Object.assign(new Error('no right'), { name }) });
    await expect(evaluated()).rejects.toThrow('no right');
  });

  test.each(badAnswers)('does not pass when each call %s', async (_, answer) => {
    answerAws({ InvokeEndpoint: answer, GetMetricStatistics: answer });
    const result = await evaluated().catch((error: Error) => ({ passed: false, text: error.message }));
    expect(result.passed).toBe(false);
  });

  test('needs CloudWatch for a canary: the state machine takes an error for a failed test', async () => {
    endpoint({ metrics: badAnswers[1]?.[1] });
    await expect(evaluated()).rejects.toThrow('socket timed out');
  });

  test('sends traffic and counts what the candidate predicted', async () => {
    endpoint({ csv: '0.5,on_time,3' });
    const event = { mode: 'traffic', candidate: '3' } as const;
    expect((await handler(event)) as TrafficResult).toEqual({ sent: 10, succeeded: 10, fromCandidate: 10 });
    endpoint({ csv: '' });
    expect((await handler(event)) as TrafficResult).toEqual({ sent: 10, succeeded: 10, fromCandidate: 0 });
  });
});
