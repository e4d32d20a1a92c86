import { copiesFor } from '../../lambda/keep-baseline/baseline';
import type { MetricDatum } from '../../lambda/metrics/metric-sink';
import { publishDriftMetrics } from '../../lambda/publish-drift-metrics/drift-metrics';
import { requestOf } from '../../lambda/publish-drift-metrics/request';
import { selectWindow } from '../../lambda/select-captures/window';
import { MemoryStore } from '../fixtures/memory-store';

const now = '2013-09-03T15:20:30Z';

describe('the window of an analysis', () => {
  const store = new MemoryStore({
    'capture/ep/live/2013/09/03/14/a.jsonl': '{}',
    'capture/ep/live/2013/09/03/14/b.jsonl': '{}',
    'capture/ep/live/2013/09/03/15/c.jsonl': '{}',
  });

  test('is the last full hour before the schedule fired', async () => {
    expect(await selectWindow(store, 'capture/ep/live', { time: '2013-09-03T15:20:07Z', now })).toEqual({
      prefix: 'capture/ep/live/2013/09/03/14',
      start: '2013-09-03T14:00:00.000Z',
      end: '2013-09-03T15:00:00.000Z',
      captures: 2,
    });
  });

  test('crosses midnight and the year', async () => {
    const { prefix, captures } = await selectWindow(store, 'capture/ep/live', {
      time: '2014-01-01T00:20:00Z',
      now: '2014-01-01T00:20:03Z',
    });
    expect([prefix, captures]).toEqual(['capture/ep/live/2013/12/31/23', 0]);
  });

  test('counts only captures, and fails when they cannot be listed', async () => {
    const request = { hour: '2013-09-03T14', now };
    const other = new MemoryStore({ 'capture/ep/live/2013/09/03/14/a.jsonl.tmp': '{}' });
    expect((await selectWindow(other, 'capture/ep/live', request)).captures).toBe(0);
    jest.spyOn(other, 'list').mockImplementation(() => {
      throw new Error('not authorized');
    });
    await expect(selectWindow(other, 'capture/ep/live', request)).rejects.toThrow('not authorized');
  });

  test('is the hour that a person names', async () => {
    expect((await selectWindow(store, 'capture/ep/live', { hour: '2013-09-03T15', now })).captures).toBe(1);
  });

  test.each([
    [{}],
    [{ time: 'soon' }],
    [{ hour: '2013-09-03' }],
    [{ hour: '2013-09-03T14:00' }],
    [{ hour: '2013-02-30T10' }],
    [{ hour: '2013-09-02T24' }],
    [{ hour: '' }],
  ])('refuses %j', async (request) => {
    await expect(selectWindow(store, 'capture/ep/live', { ...request, now })).rejects.toThrow(
      /must look like|needs "time"/,
    );
  });

  test.each([
    ['2013-08-20T17', undefined],
    ['2013-08-20T16', 'more than two weeks ago'],
    ['2013-09-03T15', undefined],
    ['2013-09-03T16', 'has not begun'],
  ])('of %s: %s', async (hour, refusal) => {
    const selected = selectWindow(store, 'capture/ep/live', { hour, now: '2013-09-03T15:20:00Z' });
    await (refusal === undefined
      ? expect(selected).resolves.toHaveProperty('prefix')
      : expect(selected).rejects.toThrow(refusal));
  });
});

describe('publishing drift metrics', () => {
  const settings = {
    endpointName: 'ep',
    scheduleName: 'ep-data-quality',
    featureNamespace: 'features',
    workflowNamespace: 'workflow',
    outputColumns: ['probability', 'decision'],
    watchedFeatures: ['carrier', 'dest'],
    publishesFeatures: true,
    featuresPublishedElsewhere: false,
  };
  const violation = { feature_name: 'carrier', constraint_check_type: 'baseline_drift_check', description: 'far' };
  const store = (violations: unknown[]) =>
    new MemoryStore({
      'monitoring/job/metrics.json': JSON.stringify([
        { name: 'feature_baseline_drift_carrier', value: 0.4, unit: 'None' },
        { name: 'feature_baseline_drift_dest', value: 0.1, unit: 'None' },
        { name: 'feature_baseline_drift_temp', value: 0.9, unit: 'None' },
        { name: 'feature_data_temp', value: null },
      ]),
      'monitoring/job/constraint_violations.json': JSON.stringify({ violations }),
    });
  const request = { resultPrefix: 'monitoring/job', windowEnd: '2013-09-03T15:00:00Z' };

  async function publish(violations: unknown[], change: Partial<typeof settings> = {}, more: { now?: string } = {}) {
    const puts: [string, readonly MetricDatum[]][] = [];
    const sink = {
      put: (namespace: string, data: readonly MetricDatum[]) => Promise.resolve(void puts.push([namespace, data])),
    };
    const result = await publishDriftMetrics(
      store(violations),
      sink,
      { ...settings, ...change },
      { ...request, ...more },
    );
    return { puts, result };
  }

  test('publishes features and the number of violations, with the time of the requests', async () => {
    const { puts, result } = await publish([violation, violation]);
    expect(result).toEqual({
      violations: 2,
      outputViolations: 0,
      published: 6,
      features: ['carrier'],
      furthest: 'carrier 0.4000',
    });
    expect(puts.map(([namespace, data]) => [namespace, data.map((one) => [one.MetricName, one.Value])])).toEqual([
      [
        'features',
        [
          ['feature_baseline_drift_carrier', 0.4],
          ['feature_baseline_drift_dest', 0.1],
          ['feature_baseline_drift_temp', 0.9],
        ],
      ],
      [
        'workflow',
        [
          ['ConstraintViolations', 2],
          ['OutputViolations', 0],
          ['LargestFeatureDistance', 0.4],
        ],
      ],
    ]);
    expect(puts[1]?.[1][0]).toMatchObject({
      Timestamp: new Date('2013-09-03T15:00:00Z'),
      Dimensions: [
        { Name: 'Endpoint', Value: 'ep' },
        { Name: 'MonitoringSchedule', Value: 'ep-data-quality' },
      ],
    });
  });

  test('counts violations by predictions separately: no retraining starts for them', async () => {
    const { puts, result } = await publish([violation, { ...violation, feature_name: 'probability' }]);
    expect(result).toMatchObject({ violations: 1, outputViolations: 1, features: ['carrier'] });
    expect(puts[1]?.[1].map((one) => [one.MetricName, one.Value])).toEqual([
      ['ConstraintViolations', 1],
      ['OutputViolations', 1],
      ['LargestFeatureDistance', 0.4],
    ]);
  });

  test('publishes only the largest distance of a watched feature unless each feature is to have a metric', async () => {
    const { puts, result } = await publish([], { publishesFeatures: false });
    expect(puts.map(([namespace, data]) => [namespace, data.map((one) => [one.MetricName, one.Value])])).toEqual([
      [
        'workflow',
        [
          ['ConstraintViolations', 0],
          ['OutputViolations', 0],
          ['LargestFeatureDistance', 0.4],
        ],
      ],
    ]);
    expect(result).toMatchObject({ published: 3, furthest: 'carrier 0.4000' });
  });

  test('publishes an hour that is not over with the current time', async () => {
    const times = async (now: string) =>
      (await publish([], {}, { now })).puts.flatMap(([, data]) =>
        data.map(({ Timestamp }) => Timestamp?.toISOString()),
      );
    expect(new Set(await times('2013-09-03T14:25:00Z'))).toEqual(new Set(['2013-09-03T14:25:00.000Z']));
    expect(new Set(await times('2013-09-03T15:25:00Z'))).toEqual(new Set(['2013-09-03T15:00:00.000Z']));
  });

  test('publishes zero without violations, so that the alarm can return to OK', async () => {
    const { puts } = await publish([]);
    expect(puts[1]?.[1][0]?.Value).toBe(0);
  });

  test('publishes no feature metrics where Model Monitor does', async () => {
    const { puts } = await publish([violation], { featuresPublishedElsewhere: true });
    expect(puts.map(([namespace]) => namespace)).toEqual(['workflow']);
  });

  test('ignores the jobs of other schedules', async () => {
    const describe = (arn: string) => () =>
      Promise.resolve({
        MonitoringScheduleArn: arn,
        ProcessingEndTime: new Date('2013-09-03T15:04:00Z'),
        ProcessingOutputConfig: { Outputs: [{ S3Output: { S3Uri: 's3://capture/monitoring/run-1' } }] },
      });
    const event = { detail: { ProcessingJobName: 'job' } };
    const ours = 'arn:aws:sagemaker:x:1:monitoring-schedule/ours';
    expect(await requestOf(event, describe(ours), ['other', ours])).toEqual({
      resultPrefix: 'monitoring/run-1',
      scheduleName: 'ours',
      windowEnd: '2013-09-03T15:04:00.000Z',
    });
    expect(await requestOf(event, describe('theirs'), [ours])).toHaveProperty('ignored');
    expect(
      await requestOf({ detail: { ProcessingJobName: 'groundtruth-merge-201309' } }, describe(ours), [ours]),
    ).toHaveProperty('ignored');
  });
});

describe('keeping the live baseline', () => {
  const at = (name: string) => ({ S3Uri: `s3://artifacts/baselines/run/${name}.json` });
  const outcomes = {
    ModelQuality: { Constraints: at('q') },
    Bias: { PostTrainingConstraints: at('b') },
    Explainability: { Constraints: at('e') },
  };

  test("prefers the drift baseline over the model's metrics", () => {
    const copies = copiesFor(
      {
        DriftCheckBaselines: { ModelDataQuality: { Constraints: at('c'), Statistics: at('s') }, ...outcomes },
        ModelMetrics: { ModelDataQuality: { Constraints: at('other'), Statistics: at('other') } },
      },
      'baselines/live/',
    );
    expect(copies).toEqual([
      { from: { bucket: 'artifacts', key: 'baselines/run/c.json' }, toKey: 'baselines/live/constraints.json' },
      { from: { bucket: 'artifacts', key: 'baselines/run/s.json' }, toKey: 'baselines/live/statistics.json' },
      { from: { bucket: 'artifacts', key: 'baselines/run/q.json' }, toKey: 'baselines/live/quality/constraints.json' },
      { from: { bucket: 'artifacts', key: 'baselines/run/b.json' }, toKey: 'baselines/live/bias/constraints.json' },
      {
        from: { bucket: 'artifacts', key: 'baselines/run/e.json' },
        toKey: 'baselines/live/explainability/constraints.json',
      },
    ]);
  });

  test.each(Object.keys(outcomes))(
    'says so when a package has no baseline %s: a monitor would go on with that of the version before',
    (missing) => {
      const DriftCheckBaselines = {
        ModelDataQuality: { Constraints: at('c'), Statistics: at('s') },
        ...outcomes,
        [missing]: undefined,
      };
      expect(() => copiesFor({ DriftCheckBaselines }, 'baselines/live/')).toThrow(/quality, bias and attributions/);
    },
  );

  test('refuses a package without a baseline', () => {
    expect(() => copiesFor({}, 'baselines/live/')).toThrow(/no data-quality baseline/);
  });
});
