import { dataSnapshot } from '../../lambda/start-retraining/data-snapshot';
import { automatic, type PastExecution, type Trigger } from '../../lambda/start-retraining/decision';
import { type DecisionRecord, type Registry, startRetraining } from '../../lambda/start-retraining/retraining';
import { MemoryStore } from '../fixtures/memory-store';
import { daysAgo, drift, execution, kennedy, newCarriers, now, rules, story } from './retraining-cases';

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
