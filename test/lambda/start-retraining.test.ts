import { dataSnapshot } from '../../lambda/start-retraining/data-snapshot';
import {
  automatic,
  type Decision,
  decide,
  type LabeledMonth,
  monthAfter,
  type PastExecution,
  type RetrainingRules,
  type Situation,
  type Trigger,
  type Violation,
} from '../../lambda/start-retraining/decision';
import { type DecisionRecord, type Registry, startRetraining } from '../../lambda/start-retraining/retraining';
import { triggerOf } from '../../lambda/start-retraining/trigger';
import { MemoryStore } from '../fixtures/memory-store';

const now = new Date('2013-12-02T12:00:00Z');
const rules: RetrainingRules = {
  cooldownHours: 24,
  maximumPerWeek: 3,
  maximumModelAgeDays: 90,
  recentMonths: 6,
  longestMonths: 24,
  heldBackMonths: 2,
  completeShare: 0.98,
};
const newCarriers: Violation = {
  feature_name: 'carrier',
  constraint_check_type: 'categorical_values_check',
  description: 'unseen',
};
const noNumber: Violation = { feature_name: 'distance', constraint_check_type: 'data_type_check', description: 'text' };
const drift = (violations: readonly Violation[] = [newCarriers]): Trigger => ({
  kind: 'drift',
  at: '2013-12-02T11:59:00.000Z',
  alarmName: 'Drift',
  reason: 'threshold crossed',
  violations,
});
const check: Trigger = { kind: 'check', at: '2013-12-02T12:00:00.000Z' };
const worse: Trigger = { kind: 'quality', at: '2013-12-02T11:59:00Z', alarmName: 'Quality', reason: 'worse' };
const months = (airport: string, from: number, until: number, labeled = 100): LabeledMonth[] =>
  Array.from({ length: until - from }, (_, at) => ({
    airport,
    month: `2013-${String(from + at).padStart(2, '0')}`,
    rows: 100,
    labeled,
  }));
const kennedy = {
  packageArn: 'arn:package/1',
  createdAt: new Date('2013-11-20T00:00:00Z'),
  learnedFrom: { airports: ['JFK'], from: '0000-00', until: '2013-07' },
};
const story: Situation = {
  now,
  trigger: drift(),
  executions: [],
  live: kennedy,
  labeled: [...months('JFK', 1, 12), ...months('LGA', 9, 12)],
};
const execution = (change: Partial<PastExecution>): PastExecution => ({
  arn: 'arn:old',
  displayName: 'drift-1',
  description: '',
  status: 'Succeeded',
  startedAt: new Date('2013-12-02T00:00:00Z'),
  ...change,
});
const decideOn = (change: Partial<Situation>): Decision => decide({ ...story, ...change }, rules);
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

describe('whether to retrain', () => {
  test.each<[string, Partial<Situation>, RegExp]>([
    [
      'an automatic training started within the cool-down',
      { executions: [execution({ displayName: 'labels-1' })] },
      /labels-1 started .* less than 24 hours ago/,
    ],
    [
      'an automatic training started, by a clock that is five minutes ahead',
      { executions: [execution({ startedAt: new Date(now.getTime() + 300_000) })] },
      /less than 24 hours ago/,
    ],
    [
      'predictions get worse within the cool-down',
      { trigger: worse, executions: [execution({})] },
      /less than 24 hours ago/,
    ],
    [
      'predictions get worse when the weekly cap is reached',
      { trigger: worse, executions: [2, 4, 6].map((days) => execution({ startedAt: daysAgo(days) })) },
      /the maximum is 3/,
    ],
    [
      'one is still running, whoever started it',
      { executions: [execution({ displayName: 'by-hand', status: 'Executing' })] },
      /still running/,
    ],
    [
      'the weekly cap is reached',
      { executions: [2, 4, 6].map((days) => execution({ startedAt: daysAgo(days) })) },
      /3 automatic retrainings .* the maximum is 3/,
    ],
    ['no month has labels', { labeled: months('JFK', 1, 12, 0) }, /nothing to learn from/],
    [
      'the live model knows every labeled month',
      { live: { ...kennedy, learnedFrom: { airports: ['JFK', 'LGA'], from: '0000-00', until: '2013-12' } } },
      /nothing is new/,
    ],
    ['the requests are broken, not different', { trigger: drift([noNumber]) }, /faulty, not different \(distance\)/],
    ['there are too few months to hold any back', { live: undefined, labeled: months('JFK', 1, 3) }, /only 2 months/],
    [
      'the new airport is only in the months held back',
      { labeled: [...months('JFK', 1, 12), ...months('LGA', 10, 12)] },
      /LGA has labels only in months that validate and test/,
    ],
    [
      'a scheduled check finds the newest month incomplete and the model young',
      { trigger: check, labeled: [...months('JFK', 1, 12), ...months('LGA', 9, 11), ...months('LGA', 11, 12, 97)] },
      /no new month is complete/,
    ],
  ])('no, because %s', (_name, change, reason) => {
    const decision = decideOn(change);
    expect(decision).toMatchObject({ start: false, reason: expect.stringMatching(reason) as string });
  });

  test.each<[string, Partial<Situation>, string]>([
    ['drift brought a new airport', {}, 'drift'],
    ['drift is mixed with a fault', { trigger: drift([noNumber, newCarriers]) }, 'drift'],
    ['an automatic one is long enough ago', { executions: [execution({ startedAt: daysAgo(1.01) })] }, 'drift'],
    ['a person trained a moment ago', { executions: [execution({ displayName: 'manual-JFK' })] }, 'drift'],
    [
      'those of more than a week ago do not count',
      { executions: [2, 4, 8].map((days) => execution({ startedAt: daysAgo(days) })) },
      'drift',
    ],
    ['a new month is complete', { trigger: check }, 'labels'],
    [
      'the model is old and something is new',
      {
        trigger: check,
        labeled: [...months('JFK', 1, 11), ...months('JFK', 11, 12, 50)],
        live: { ...kennedy, createdAt: daysAgo(90) },
      },
      'schedule',
    ],
    ['nothing is live', { trigger: check, live: undefined }, 'labels'],
    ['predictions got worse', { trigger: worse }, 'quality'],
  ])('yes, since %s', (_name, change, cause) => {
    expect(decideOn(change)).toMatchObject({ start: true, cause });
  });
});

describe('the data of a retraining', () => {
  const windowOf = (change: Partial<Situation>, changed: Partial<RetrainingRules> = {}) => {
    const decision = decide({ ...story, ...change }, { ...rules, ...changed });
    return decision.start ? decision.window : decision.reason;
  };

  test('after drift: the new airport in addition, and every month', () => {
    expect(windowOf({})).toEqual({ airports: ['JFK', 'LGA'], from: '2013-01', until: '2013-12' });
  });

  test('after worse predictions: recent months only', () => {
    expect(windowOf({ trigger: worse })).toEqual({ airports: ['JFK', 'LGA'], from: '2013-06', until: '2013-12' });
  });

  test('at most the longest window, and no airport without labels in it', () => {
    expect(windowOf({ labeled: [...months('LGA', 1, 3), ...months('JFK', 1, 12)] }, { longestMonths: 4 })).toEqual({
      airports: ['JFK'],
      from: '2013-08',
      until: '2013-12',
    });
  });

  test('knows the month after December', () => {
    expect([monthAfter('2013-12'), monthAfter('2013-01')]).toEqual(['2014-01', '2013-02']);
  });
});

describe('start-retraining', () => {
  const settings = {
    curatedBucket: 'curated',
    curatedPrefix: 'curated/flights/',
    noLiveModelUri: 's3://a/none.json',
    rules,
  };
  const key = (airport: string, month: string) => `curated/flights/airport=${airport}/month=${month}/x.csv.gz`;

  function lake(change: Readonly<Record<string, string>> = {}): MemoryStore {
    const store = new MemoryStore();
    for (const { airport, month, rows, labeled } of story.labeled) {
      store.objects.set(key(airport, month), Buffer.from(change[key(airport, month)] ?? `${airport} ${month}`));
      store.ownMetadata[key(airport, month)] = { rows: String(rows), labeled: String(labeled) };
    }
    return store;
  }

  function registry(
    executions: PastExecution[] = [],
    live: Awaited<ReturnType<Registry['liveModel']>> = { ...kennedy, modelDataUri: 's3://models/1' },
  ) {
    const started: Parameters<Registry['start']>[0][] = [];
    const fake: Registry = {
      recentExecutions: () => Promise.resolve(executions),
      liveModel: () => Promise.resolve(live),
      start: (request) => {
        started.push(request);
        return Promise.resolve('arn:execution');
      },
    };
    return { fake, started };
  }

  const records = (store: MemoryStore) =>
    [...store.objects]
      .filter(([name]) => name.startsWith('retraining/decisions/'))
      .map(([, text]) => JSON.parse(text.toString()) as DecisionRecord);

  async function run(
    options: { executions?: PastExecution[]; curated?: MemoryStore; artifacts?: MemoryStore; trigger?: Trigger } = {},
  ) {
    const { fake, started } = registry(options.executions);
    const artifacts = options.artifacts ?? new MemoryStore();
    const outcome = await startRetraining(
      { curated: options.curated ?? lake(), artifacts },
      fake,
      settings,
      options.trigger ?? drift(),
      now,
    );
    return { outcome, started, artifacts };
  }

  test('starts the pipeline on the window, against the live model, and keeps the list of the files', async () => {
    const { outcome, started, artifacts } = await run();
    expect(outcome).toMatchObject({
      started: true,
      parameters: {
        Airports: 'JFK+LGA',
        From: '2013-01',
        Until: '2013-12',
        LiveModelUri: 's3://models/1',
        DataSnapshot: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    });
    expect(automatic.some((prefix) => started[0]?.displayName.startsWith(prefix))).toBe(true);
    const digest = started[0]?.parameters.DataSnapshot ?? '';
    expect(started[0]?.description).toContain(digest);
    const manifest = JSON.parse(artifacts.objects.get(`pipeline/data/${digest}.json`)?.toString() ?? '') as {
      bucket: string;
      objects: { key: string; versionId: string }[];
    };
    expect(manifest).toMatchObject({ bucket: 'curated' });
    expect(manifest.objects).toHaveLength(14);
    expect(manifest.objects[0]).toMatchObject({ key: key('JFK', '2013-01'), versionId: 'v1' });
  });

  test('records every decision with its inputs, yes or no', async () => {
    const yes = await run();
    expect(records(yes.artifacts)).toEqual([
      expect.objectContaining({
        trigger: expect.objectContaining({ violations: [newCarriers] }) as unknown,
        decision: expect.objectContaining({ start: true, cause: 'drift' }) as unknown,
        executionArn: 'arn:execution',
        inputs: expect.objectContaining({
          rules,
          labeled: expect.arrayContaining([{ airport: 'LGA', month: '2013-09', rows: 100, labeled: 100 }]) as unknown,
        }) as unknown,
      }),
    ]);
    const cooling = await run({ executions: [execution({})] });
    expect(cooling.started).toEqual([]);
    expect(records(cooling.artifacts)).toEqual([
      expect.objectContaining({ decision: { start: false, reason: expect.stringContaining('24 hours') as string } }),
    ]);
  });

  test('a second delivery starts nothing else and does not overwrite the first record', async () => {
    const first = await run();
    const mine = execution({
      arn: 'arn:execution',
      displayName: first.started[0]?.displayName ?? '',
      status: 'Executing',
    });
    const second = await run({ artifacts: first.artifacts, executions: [mine] });
    expect(second.started).toEqual([]);
    expect(second.outcome).toMatchObject({ started: true, cause: 'drift', executionArn: 'arn:execution' });
    expect(records(first.artifacts)).toEqual([
      expect.objectContaining({ inputs: expect.objectContaining({ rules }) as unknown }),
    ]);
    expect(first.started[0]?.token).toHaveLength(64);
  });

  test("the next delivery records an execution whose record was lost, from the execution's description", async () => {
    const first = await run();
    const { displayName = '', description = '' } = first.started[0] ?? {};
    // By now there are other files, and another training runs: neither is what the first delivery decided from.
    const executions = [
      execution({ displayName: 'by-hand', status: 'Executing' }),
      execution({ arn: 'arn:mine', displayName, description, status: 'Failed' }),
    ];
    const again = await run({ executions, curated: lake({ [key('JFK', '2013-08')]: 'corrected' }) });
    expect(again.started).toEqual([]);
    expect(records(again.artifacts)).toEqual([
      expect.objectContaining({
        executionArn: 'arn:mine',
        decision: { start: true, cause: 'drift', reason: description },
      }),
    ]);
  });

  test('a second delivery that starts what the first one declined overwrites the record', async () => {
    const busy = await run({ executions: [execution({ displayName: 'by-hand', status: 'Executing' })] });
    const later = await run({ artifacts: busy.artifacts });
    expect(later.started).toHaveLength(1);
    expect(records(later.artifacts)).toEqual([expect.objectContaining({ executionArn: 'arn:execution' })]);
  });

  test('another state change of the alarm starts another training', async () => {
    const tokenAt = async (at: string) => (await run({ trigger: { ...drift(), at } as Trigger })).started[0]?.token;
    expect(await tokenAt('2013-12-02T11:59:00Z')).not.toBe(await tokenAt('2013-12-02T13:00:00Z'));
  });

  test('does not train on the same files again', async () => {
    const first = await run();
    const failed = execution({
      status: 'Failed',
      startedAt: daysAgo(3),
      description: first.started[0]?.description ?? '',
    });
    const later = { ...drift(), at: '2013-12-02T12:59:00Z' } as Trigger;
    const same = await run({ executions: [failed], trigger: later });
    expect(same.outcome).toMatchObject({
      started: false,
      reason: expect.stringContaining('exactly these files') as string,
    });
    const corrected = await run({
      executions: [failed],
      trigger: later,
      curated: lake({ [key('JFK', '2013-08')]: 'corrected' }),
    });
    expect(corrected.outcome.started).toBe(true);
  });

  test('says that no model is live', async () => {
    const { fake, started } = registry([], undefined);
    const none: Registry = { ...fake, liveModel: () => Promise.resolve(undefined) };
    await startRetraining({ curated: lake(), artifacts: new MemoryStore() }, none, settings, drift(), now);
    expect(started[0]?.parameters.LiveModelUri).toBe('s3://a/none.json');
  });

  test("a file without curation's metadata is an error, not a month without labels", async () => {
    const curated = lake();
    curated.objects.set(key('JFK', '2014-01'), Buffer.from('x'));
    await expect(run({ curated })).rejects.toThrow(/2014-01.*not written by curation/);
  });
});

test('the snapshot changes with the contents of the window and with nothing else', () => {
  const object = (month: string, etag: string) => ({
    key: `curated/flights/airport=JFK/month=${month}/f.csv.gz`,
    versionId: etag,
    etag,
    size: 1,
  });
  const digest = (...objects: ReturnType<typeof object>[]) =>
    dataSnapshot('b', objects, { airports: ['JFK'], from: '2013-02', until: '2013-04' }).digest;
  const first = digest(object('2013-02', 'a'));
  expect(digest(object('2013-02', 'corrected'))).not.toBe(first);
  expect(digest(object('2013-01', 'x'), object('2013-02', 'a'), object('2013-04', 'y'))).toBe(first);
});

describe('the trigger', () => {
  const alarm = {
    time: '2013-12-02T12:00:00Z',
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { alarmName: 'Drift', state: { value: 'ALARM', timestamp: '2013-12-02T11:59:00Z', reason: 'x' } },
  };

  const of = { qualityAlarm: 'Quality', outputColumns: ['probability'] };

  test('of the drift alarm contains the violations of the newest analysis that found any', async () => {
    const captures = new MemoryStore({
      'monitoring/one/constraint_violations.json': JSON.stringify({ violations: [newCarriers] }),
      'monitoring/two/constraint_violations.json': JSON.stringify({ violations: [] }),
      'monitoring/one/statistics.json': '{}',
    });
    expect(await triggerOf(alarm, captures, of)).toEqual({
      kind: 'drift',
      at: '2013-12-02T11:59:00Z',
      alarmName: 'Drift',
      reason: 'x',
      violations: [newCarriers],
    });
    expect(await triggerOf(alarm, new MemoryStore(), of)).toMatchObject({ violations: [] });
  });

  test('contains violations by requests only, not by predictions and not of a model quality run', async () => {
    const answers = {
      feature_name: 'probability',
      constraint_check_type: 'baseline_drift_check',
      description: 'other',
    };
    const captures = new MemoryStore({
      'monitoring/a-model-quality/quality/constraint_violations.json': JSON.stringify({
        violations: [{ metric_name: 'auc', constraint_check_type: 'LessThanThreshold', description: 'worse' }],
      }),
      'monitoring/drift/constraint_violations.json': JSON.stringify({ violations: [noNumber, answers] }),
    });
    const trigger = await triggerOf(alarm, captures, of);
    expect(trigger).toMatchObject({ violations: [noNumber] });
    expect(decideOn({ trigger })).toMatchObject({ start: false, reason: expect.stringContaining('faulty') as string });
  });

  test('of the quality alarm contains no violations', async () => {
    const captures = new MemoryStore({
      'monitoring/one/constraint_violations.json': JSON.stringify({ violations: [newCarriers] }),
    });
    const quality = { ...alarm, detail: { ...alarm.detail, alarmName: 'Quality' } };
    expect(await triggerOf(quality, captures, of)).toEqual({
      kind: 'quality',
      at: '2013-12-02T11:59:00Z',
      alarmName: 'Quality',
      reason: 'x',
    });
    expect(await triggerOf(alarm, captures, of)).toMatchObject({ kind: 'drift' });
  });

  test('of the schedule is a check; any other event is an error', async () => {
    expect(
      await triggerOf({ time: '2013-12-02T12:00:00Z', 'detail-type': 'Scheduled Event' }, new MemoryStore(), of),
    ).toEqual({ kind: 'check', at: '2013-12-02T12:00:00Z' });
    await expect(
      triggerOf({ time: '2013-12-02T12:00:00Z', 'detail-type': 'Other' }, new MemoryStore(), of),
    ).rejects.toThrow('not an event that starts a retraining');
  });
});
