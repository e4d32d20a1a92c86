import { gzipSync } from 'node:zlib';

import { monthAfter, type PipelineExecution, type Registry, startRetraining } from '../../lambda/start-retraining/retraining';
import { MemoryStore } from '../fixtures/memory-store';

const now = new Date('2013-10-02T12:00:00Z');
const settings = { curatedPrefix: 'curated/flights/', labelColumn: 'disrupted', cooldownHours: 24, noLiveModelUri: 's3://a/none.json' };
const alarm = { alarmName: 'Drift', changedAt: '2013-10-02T11:59:00Z', reason: 'threshold crossed' };
const file = (...labels: string[]) =>
  gzipSync(`flight_id,origin,manufacturer,disrupted\n${labels.map((label, i) => `F${i},JFK,"A, B",${label}`).join('\n')}\n`);
const key = (airport: string, month: string) => `curated/flights/airport=${airport}/month=${month}/x.csv.gz`;

const lake = new MemoryStore({
  [key('JFK', '2013-08')]: file('0', '1'),
  [key('JFK', '2013-09')]: file('', '1'),
  [key('LGA', '2013-09')]: file('', ''),
  [key('LGA', '2013-10')]: file('', ''),
});

function registry(executions: PipelineExecution[] = [], live = 'arn:package/3') {
  const started: Parameters<Registry['start']>[0][] = [];
  const fake: Registry = {
    recentExecutions: () => Promise.resolve(executions),
    approvedModelPackage: () => Promise.resolve(live),
    modelDataUri: (arn) => Promise.resolve(`s3://models/${arn}`),
    start: (request) => {
      started.push(request);
      return Promise.resolve('arn:execution');
    },
  };
  return { fake, started };
}

const execution = (change: Partial<PipelineExecution>): PipelineExecution => ({
  arn: 'arn:old',
  displayName: 'drift-1',
  status: 'Succeeded',
  startedAt: new Date('2013-10-02T00:00:00Z'),
  ...change,
});

describe('retraining after drift', () => {
  test('trains on all airports up to the newest month that has labels', async () => {
    const { fake, started } = registry();
    const outcome = await startRetraining(lake, fake, settings, alarm, now);
    expect(outcome).toEqual({
      started: true,
      executionArn: 'arn:execution',
      parameters: {
        Airports: 'JFK,LGA',
        Until: '2013-10',
        DataSnapshot: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        LiveModelUri: 's3://models/arn:package/3',
      },
    });
    expect(started[0]?.displayName).toMatch(/^drift-/);
  });

  test('names what will be read by its contents, so that the pipeline\'s cache notices a corrected file', async () => {
    const snapshotOf = async (store: MemoryStore) => {
      const outcome = await startRetraining(store, registry().fake, settings, alarm, now);
      return outcome.started ? outcome.parameters.DataSnapshot : undefined;
    };
    const first = await snapshotOf(lake);
    expect(await snapshotOf(new MemoryStore({ ...Object.fromEntries(lake.objects), [key('JFK', '2013-08')]: file('1', '1') }))).not.toBe(first);
    // A month that is not read yet changes nothing.
    expect(await snapshotOf(new MemoryStore({ ...Object.fromEntries(lake.objects), [key('LGA', '2013-10')]: file('') }))).toBe(first);
  });

  test('gives the same change of the alarm the same token, and another change another', async () => {
    const { fake, started } = registry();
    await startRetraining(lake, fake, settings, alarm, now);
    await startRetraining(lake, fake, settings, alarm, now);
    await startRetraining(lake, fake, settings, { ...alarm, changedAt: '2013-10-02T13:00:00Z' }, now);
    const tokens = started.map(({ token }) => token);
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[2]).not.toBe(tokens[0]);
    // SageMaker wants 32 to 128 characters.
    expect(tokens[0]).toHaveLength(64);
  });

  test.each([
    ['drift started one within the cool-down', execution({})],
    ['one is still running, whoever started it', execution({ displayName: 'by-hand', status: 'Executing' })],
  ])('starts none when %s', async (_name, recent) => {
    const { fake, started } = registry([recent]);
    expect((await startRetraining(lake, fake, settings, alarm, now)).started).toBe(false);
    expect(started).toEqual([]);
  });

  test.each([
    ['drift started one longer ago', execution({ startedAt: new Date('2013-10-01T11:00:00Z') })],
    ['a person started one lately', execution({ displayName: 'by-hand' })],
  ])('starts one when %s', async (_name, recent) => {
    expect((await startRetraining(lake, registry([recent]).fake, settings, alarm, now)).started).toBe(true);
  });

  test('says that no model is live', async () => {
    const { fake, started } = registry([], 'none');
    await startRetraining(lake, fake, settings, alarm, now);
    expect(started[0]?.parameters.LiveModelUri).toBe('s3://a/none.json');
  });

  test('starts none when no month has labels', async () => {
    const unlabelled = new MemoryStore({ [key('LGA', '2013-10')]: file('') });
    expect(await startRetraining(unlabelled, registry().fake, settings, alarm, now)).toEqual({
      started: false,
      reason: expect.stringContaining('nothing to learn from'),
    });
  });

  test('knows the month after December', () => {
    expect([monthAfter('2013-12'), monthAfter('2013-01')]).toEqual(['2014-01', '2013-02']);
  });
});
