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
});
