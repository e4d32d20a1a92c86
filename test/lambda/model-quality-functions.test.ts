import { gzipSync } from 'node:zlib';

import type { MetricDatum } from '../../lambda/metrics/metric-sink';
import { publishModelQuality } from '../../lambda/publish-model-quality/model-quality-metrics';
import { writeGroundTruth } from '../../lambda/write-ground-truth/ground-truth';
import { MemoryStore } from '../fixtures/memory-store';

describe('publishing a model quality run', () => {
  const settings = { endpointName: 'ep', scheduleName: 'ep-model-quality' };

  async function publish(metrics: unknown) {
    const puts: [string, readonly MetricDatum[]][] = [];
    const sink = {
      put: (namespace: string, data: readonly MetricDatum[]) => Promise.resolve(void puts.push([namespace, data])),
    };
    const store = new MemoryStore({ 'monitoring/job/metrics.json': JSON.stringify(metrics) });
    return { puts, result: await publishModelQuality(store, sink, settings, { resultPrefix: 'monitoring/job' }) };
  }

  test("puts each metric into its namespace, now, under the endpoint's name and its own dimensions", async () => {
    const { puts } = await publish([
      { namespace: 'model', name: 'auc', value: 0.7, unit: 'None', dimensions: {} },
      { namespace: 'bias', name: 'bias_metric_RD', value: -0.1, unit: 'None', dimensions: { Facet: 'carrier' } },
      { namespace: 'model', name: 'recall', value: 0.4 },
    ]);
    expect(puts.map(([namespace, data]) => [namespace, data.map((one) => one.MetricName)])).toEqual([
      ['model', ['auc', 'recall']],
      ['bias', ['bias_metric_RD']],
    ]);
    expect(puts[1]?.[1][0]).toEqual({
      MetricName: 'bias_metric_RD',
      Value: -0.1,
      Unit: 'None',
      Dimensions: [
        { Name: 'Endpoint', Value: 'ep' },
        { Name: 'MonitoringSchedule', Value: 'ep-model-quality' },
        { Name: 'Facet', Value: 'carrier' },
      ],
    });
  });

  test('returns the number of violations by kind, without kinds that were not evaluated', async () => {
    const { result } = await publish([
      { namespace: 'w', name: 'QualityViolations', value: 1, unit: 'Count' },
      { namespace: 'w', name: 'CostViolations', value: 0, unit: 'Count' },
    ]);
    expect(result).toEqual({ published: 2, violations: { Quality: 1, Cost: 0 }, violated: ['Quality'] });
  });

  test('leaves out values for which CloudWatch would refuse the whole call', async () => {
    const { puts } = await publish([
      { namespace: 'model', name: 'auc', value: null },
      { namespace: 'model', name: 'recall', value: 0.4 },
    ]);
    expect(puts.flatMap(([, data]) => data.map((one) => one.MetricName))).toEqual(['recall']);
  });

  test('refuses a file that is not a list, and names its key', async () => {
    await expect(publish({})).rejects.toThrow('monitoring/job/metrics.json must hold a list');
  });
});

describe('writing ground truth', () => {
  const settings = { idColumn: 'flight_id', labelColumn: 'disrupted' };
  const request = {
    key: 'curated/flights/airport=JFK/month=2013-08/2013-08-late.csv.gz',
    collectedAt: '2013-09-04T06:59:59Z',
  };
  const curated = (text: string) => new MemoryStore({ [request.key]: gzipSync(text) });

  test("is AWS's JSON lines below the hour of collection, one for each outcome", async () => {
    const target = new MemoryStore();
    const result = await writeGroundTruth(
      curated('flight_id,maker,disrupted\nJFK-1,"A, B",1\nJFK-2,C,0\nJFK-3,C,\n'),
      target,
      settings,
      request,
    );
    expect(result).toEqual({ labels: 2, unlabeled: 1 });
    const [[key, body] = []] = [...target.objects];
    expect(key).toBe('ground-truth/2013/09/04/06/airport-JFK-month-2013-08-2013-08-late-0.jsonl');
    expect(
      String(body)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { groundTruthData: { data: '1', encoding: 'CSV' }, eventMetadata: { eventId: 'JFK-1' }, eventVersion: '0' },
      { groundTruthData: { data: '0', encoding: 'CSV' }, eventMetadata: { eventId: 'JFK-2' }, eventVersion: '0' },
    ]);
  });

  test('is the same again for the same event, in objects that fit into memory', async () => {
    const rows = Array.from({ length: 20_001 }, (_, at) => `JFK-${at},${at % 2}`);
    const target = new MemoryStore();
    for (let delivery = 0; delivery < 2; delivery += 1) {
      expect(
        (await writeGroundTruth(curated(['flight_id,disrupted', ...rows].join('\n')), target, settings, request))
          .labels,
      ).toBe(20_001);
    }
    expect([...target.objects.values()].map((body) => String(body).trim().split('\n').length)).toEqual([20_000, 1]);
  });

  test('writes nothing while no outcome is known', async () => {
    const target = new MemoryStore();
    expect(await writeGroundTruth(curated('flight_id,disrupted\nJFK-1,\n'), target, settings, request)).toEqual({
      labels: 0,
      unlabeled: 1,
    });
    expect(target.objects.size).toBe(0);
  });

  test('refuses a file without a required column, and names the column', async () => {
    await expect(
      writeGroundTruth(curated('flight_id,late\nJFK-1,1\n'), new MemoryStore(), settings, request),
    ).rejects.toThrow('lacks the column disrupted');
  });

  test('fails on a truncated file instead of reading half of it', async () => {
    const whole = gzipSync(
      ['flight_id,disrupted', ...Array.from({ length: 500 }, (_, at) => `JFK-${at},1`)].join('\n'),
    );
    const cut = new MemoryStore({ [request.key]: whole.subarray(0, whole.length - 20) });
    await expect(writeGroundTruth(cut, new MemoryStore(), settings, request)).rejects.toThrow(/unexpected end of file/);
  });
});
