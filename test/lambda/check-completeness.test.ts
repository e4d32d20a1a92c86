import { checkCompleteness } from '../../lambda/check-completeness/completeness';
import { MemoryStore } from '../fixtures/memory-store';

const request = { job: 'job', outputPrefix: 'batch/output/job/', reportKey: 'batch/report/job.json' };
const input = 'JFK-1,B6,LAX\nJFK-2,DL,Zürich\nJFK-3,AA,MIA\n';
const manifest = {
  'batch/manifest/job.json': JSON.stringify({
    files: [{ key: 'batch/input/a.csv', version: 'v1', name: 'a.csv', records: 3 }],
    refused: [],
  }),
};
const check = (objects: Record<string, string>, more = {}) =>
  checkCompleteness(new MemoryStore({ ...manifest, ...objects }), { ...request, ...more });

describe('the completeness check', () => {
  test('is complete when every row has a valid prediction, in whatever order', async () => {
    const report = await check({
      'batch/input/a.csv': input,
      'batch/output/job/a.csv.out':
        'JFK-3,AA,MIA,0.5,disrupted,4\nJFK-1,B6,LAX,0.1,on_time,4\nJFK-2,DL,Zürich,0.2,on_time,4\n',
    });
    expect(report).toMatchObject({ complete: true, rows: 3, scored: 3, byModelVersion: { 4: 3 }, failures: [] });
  });

  test('lists rows without a prediction and rows whose prediction is no probability', async () => {
    const report = await check({
      'batch/input/a.csv': input,
      'batch/output/job/a.csv.out': 'JFK-1,B6,LAX,0.1,on_time,4\nJFK-2,DL,Zürich,NaN,on_time,4\n',
    });
    expect(report).toMatchObject({ complete: false, scored: 1, missing: 1, invalid: 1 });
    expect(report.failures).toEqual([
      { file: 'batch/input/a.csv', recordId: 'JFK-2', reason: 'INVALID_PREDICTION' },
      { file: 'batch/input/a.csv', recordId: 'JFK-3', reason: 'MISSING' },
    ]);
  });

  test('lists a row that the model refused, with the reason', async () => {
    const report = await check({
      'batch/input/a.csv': input,
      'batch/output/job/a.csv.out':
        "JFK-1,B6,LAX,0.1,on_time,4\nJFK-2,DL,Zürich,,column distance: 'far' is not a number,4\nJFK-3,AA,MIA,0.5,disrupted,4\n",
    });
    expect(report).toMatchObject({ complete: false, rows: 3, scored: 2, rejected: 1, missing: 0, invalid: 0 });
    expect(report.failures).toEqual([
      {
        file: 'batch/input/a.csv',
        recordId: 'JFK-2',
        reason: 'REJECTED',
        detail: "column distance: 'far' is not a number",
      },
    ]);
  });

  test('lists every row when there is no output at all', async () => {
    const report = await check({ 'batch/input/a.csv': input });
    expect(report).toMatchObject({ complete: false, missing: 3 });
  });

  test('lists predictions without an input row, and ids that appear twice', async () => {
    const report = await check({
      'batch/input/a.csv': 'JFK-1,B6\nJFK-1,B6\n',
      'batch/output/job/a.csv.out': 'JFK-1,B6,0.1,on_time,4\nJFK-9,B6,0.1,on_time,4\n',
    });
    expect(report).toMatchObject({ complete: false, duplicated: 1, unexpected: 1 });
  });

  test('is not complete when there was nothing to score', async () => {
    expect((await check({ 'batch/input/a.csv': '\n' })).complete).toBe(false);
    await expect(checkCompleteness(new MemoryStore(), request)).rejects.toThrow('nothing was staged');
  });

  test('is not complete when the job failed, and writes the report all the same', async () => {
    const store = new MemoryStore({
      ...manifest,
      'batch/input/a.csv': 'JFK-1,B6\n',
      'batch/output/job/a.csv.out': 'JFK-1,B6,0.1,on_time,4\n',
    });
    const report = await checkCompleteness(store, { ...request, jobError: 'AlgorithmError' });
    expect(report).toMatchObject({ complete: false, scored: 1, jobError: 'AlgorithmError' });
    expect(JSON.parse(String(store.objects.get('batch/report/job.json')))).toEqual(report);
  });

  test.each(['', ' ', '\t', '-0.1', '1.1', 'Infinity', 'high'])('counts %j as no probability', async (probability) => {
    const report = await check({
      'batch/input/a.csv': 'JFK-1,B6\n',
      'batch/output/job/a.csv.out': `JFK-1,B6,${probability},${probability === '' ? '' : 'on_time'},4\n`,
    });
    expect(report).toMatchObject({ complete: false, scored: 0, invalid: 1, byModelVersion: {} });
  });

  test.each(['0', '1'])('counts %s as a probability', async (probability) => {
    const report = await check({
      'batch/input/a.csv': 'JFK-1,B6\n',
      'batch/output/job/a.csv.out': `JFK-1,B6,${probability},on_time,4\n`,
    });
    expect(report).toMatchObject({ complete: true, scored: 1 });
  });

  test('is not complete when a file was refused as a whole, and gives the reason', async () => {
    const report = await check({
      'batch/manifest/job.json': JSON.stringify({
        files: [{ key: 'batch/input/a.csv', version: 'v1', name: 'a.csv', records: 1 }],
        refused: [{ key: 'batch/input/b.csv', reason: 'not CSV' }],
      }),
      'batch/input/a.csv': 'JFK-1,B6\n',
      'batch/output/job/a.csv.out': 'JFK-1,B6,0.1,on_time,4\n',
    });
    expect(report).toMatchObject({ complete: false, scored: 1, refusedFiles: 1, truncated: false });
    expect(report.failures).toEqual([
      { file: 'batch/input/b.csv', recordId: '', reason: 'FILE_REFUSED', detail: 'not CSV' },
    ]);
  });

  test('reads as predictions only what ends in .out', async () => {
    const report = await check({
      'batch/input/a.csv': 'JFK-1,B6\n',
      'batch/output/job/a.csv.tmp': 'JFK-1,B6,0.1,on_time,4\n',
    });
    expect(report).toMatchObject({ complete: false, missing: 1 });
  });

  test('takes a quoted id for the same as one without quotes', async () => {
    const report = await check({
      'batch/input/a.csv': '"JFK-1",B6\nJFK-2,B6\n',
      'batch/output/job/a.csv.out': 'JFK-1,B6,0.1,on_time,4\n"JFK-2",B6,0.1,on_time,4\n',
    });
    expect(report).toMatchObject({ complete: true, scored: 2 });
  });

  test('lists ten thousand failures, and says that there are more', async () => {
    const rows = (count: number) => Array.from({ length: count }, (_, at) => `JFK-${at},B6\n`).join('');
    const all = await check({ 'batch/input/a.csv': rows(10_000) });
    expect([all.failures.length, all.missing, all.truncated]).toEqual([10_000, 10_000, false]);
    const more = await check({ 'batch/input/a.csv': rows(10_001) });
    expect([more.failures.length, more.missing, more.truncated]).toEqual([10_000, 10_001, true]);
  });

  test.each([{}, [], 'text', { files: [] }, { refused: [] }, { files: {}, refused: [] }])(
    'fails on the manifest %j, and writes no report',
    async (nonsense) => {
      const store = new MemoryStore({ 'batch/manifest/job.json': JSON.stringify(nonsense) });
      await expect(checkCompleteness(store, request)).rejects.toThrow();
      expect(store.objects.has(request.reportKey)).toBe(false);
    },
  );
});
