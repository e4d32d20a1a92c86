import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { checkCompleteness } from '../../lambda/check-completeness/completeness';
import { limits, stageInput } from '../../lambda/stage-batch-input/stage';
import { MemoryStore } from '../fixtures/memory-store';

const job = 'p-batch-1';
const staged = (store: MemoryStore): Record<string, string> =>
  Object.fromEntries(
    [...store.objects]
      .filter(([key]) => key.startsWith('batch/staged/'))
      .map(([key, body]) => [key.slice(`batch/staged/${job}/`.length), String(body)]),
  );

async function stage(objects: Record<string, string | Buffer>, input: string, allowed = limits) {
  const store = new MemoryStore(objects);
  const result = await stageInput(store, { input, version: '', job }, allowed);
  return { store, result, copies: staged(store) };
}

describe('what a batch job is given', () => {
  const two = 'LGA-1,AA,BOS\nLGA-2,DL,ATL\n';

  test('is the file that arrived, and none beside it whose name begins alike', async () => {
    const { copies, result } = await stage(
      {
        'batch/input/plan.csv': two,
        'batch/input/plan.csv.bak': 'LGA-3,UA,ORD\n',
        'batch/input/plan.csv.gz': gzipSync(two),
        'batch/input/plan.csv2': 'x\n',
      },
      'batch/input/plan.csv',
    );
    expect(copies).toEqual({ 'plan.csv': two });
    expect(result).toEqual({ files: 1, records: 2, refused: 0, reason: '' });
  });

  test.each<[string, string]>([
    ['blank lines in its middle and at its end', 'LGA-1,AA,BOS\n\n  \nLGA-2,DL,ATL\n\n\n'],
    ['line ends of Windows', 'LGA-1,AA,BOS\r\nLGA-2,DL,ATL\r\n'],
    ['line ends of old Macs', 'LGA-1,AA,BOS\rLGA-2,DL,ATL\r'],
    ['line ends of every kind, and blanks after the last', 'LGA-1,AA,BOS\r\n\rLGA-2,DL,ATL\n \t '],
    ['no line end after the last row', 'LGA-1,AA,BOS\nLGA-2,DL,ATL'],
    ['a byte order mark', '\ufeffLGA-1,AA,BOS\nLGA-2,DL,ATL\n'],
    ['a blank line in front, and a mark', '\ufeff\r\nLGA-1,AA,BOS\nLGA-2,DL,ATL\n'],
  ])('has a record a line, of a file with %s; and the check finds every row', async (_, text) => {
    const { store, copies, result } = await stage({ 'batch/input/plan.csv': text }, 'batch/input/plan.csv');
    expect([copies, result.records]).toEqual([{ 'plan.csv': two }, 2]);
    const predictions = two.replaceAll('\n', ',0.250000,on_time,7\n');
    store.objects.set('batch/output/1/plan.csv.out', Buffer.from(predictions));
    const report = await checkCompleteness(store, {
      job,
      outputPrefix: 'batch/output/1/',
      reportKey: 'batch/report/1.json',
    });
    expect(report).toMatchObject({ complete: true, rows: 2, scored: 2, failures: [], byModelVersion: { 7: 2 } });
  });

  test('keeps every byte of a row: what is no UTF-8 is for the model to refuse', async () => {
    const row = Buffer.from([...Buffer.from('LGA-1,AA,'), 0xff, 0xc3, 0x28, ...Buffer.from(',Köln 東京,"a, b"')]);
    const { store } = await stage(
      { 'batch/input/plan.csv': Buffer.concat([row, Buffer.from('\n')]) },
      'batch/input/plan.csv',
    );
    expect(store.objects.get(`batch/staged/${job}/plan.csv`)).toEqual(Buffer.concat([row, Buffer.from('\n')]));
  });

  test.each(['a plan (2).csv', 'a+plan.csv', 'a%20plan.csv', 'plän-東京.csv', "it's.csv"])(
    'has a name that is written in one way, of a file called %s',
    async (name) => {
      const { copies } = await stage({ [`batch/input/${name}`]: two }, `batch/input/${name}`);
      expect(Object.keys(copies)).toEqual([expect.stringMatching(/^[0-9a-f]{8}-[A-Za-z0-9._-]+\.csv$/)]);
    },
  );

  test('is every file of a day, also of its folders, each under a name of its own; folders made by hand and empty files are none', async () => {
    const day = 'batch/scheduled/2031-05-06/';
    const { copies, result } = await stage(
      {
        [day]: '',
        [`${day}a.csv`]: two,
        [`${day}b/`]: '',
        [`${day}b/a.csv`]: 'LGA-9,UA,ORD\n',
        [`${day}b a.csv`]: 'LGA-8,UA,ORD\n',
        [`${day}empty.csv`]: '',
        'batch/scheduled/2031-05-061/a.csv': 'x\n',
      },
      day,
    );
    expect(Object.values(copies).sort()).toEqual(['LGA-1,AA,BOS\nLGA-2,DL,ATL\n', 'LGA-8,UA,ORD\n', 'LGA-9,UA,ORD\n']);
    expect(result).toMatchObject({ files: 3, records: 4, refused: 0 });
  });

  test.each([['batch/scheduled/2031-05-06/'], ['batch/input/blank.csv']])(
    'is nothing when there is nothing: %s',
    async (input) => {
      const { result, copies } = await stage(
        { 'batch/scheduled/2031-05-06/': '', 'batch/input/blank.csv': '\n \n' },
        input,
      );
      expect([result.files, result.refused, copies]).toEqual([0, 0, {}]);
    },
  );

  test('leaves out what it refuses, says why, and the check names it', async () => {
    const day = 'batch/scheduled/2031-05-06/';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('LGA-1,AA\n', 'utf16le')]);
    const { store, copies, result } = await stage(
      {
        [`${day}1.csv`]: two,
        [`${day}2.csv.gz`]: gzipSync(two),
        [`${day}3.csv`]: utf16,
        [`${day}4.csv`]: 'x'.repeat(101),
      },
      day,
      { fileBytes: 100, totalBytes: 1_000 },
    );
    expect(Object.keys(copies)).toEqual(['1.csv']);
    expect([result.refused, result.reason]).toEqual([
      3,
      `${day}2.csv.gz: gzip: send the file uncompressed; ${day}3.csv: UTF-16: send UTF-8; ${day}4.csv: too large: a file may have 100 bytes at most; split the file`,
    ]);
    store.objects.set('batch/output/1/1.csv.out', Buffer.from(two.replaceAll('\n', ',0.25,on_time,7\n')));
    const report = await checkCompleteness(store, { job, outputPrefix: 'batch/output/1/', reportKey: 'r.json' });
    expect(report).toMatchObject({ complete: false, scored: 2, missing: 0, refusedFiles: 3 });
    expect(report.failures[0]).toEqual({
      file: `${day}2.csv.gz`,
      recordId: '',
      reason: 'FILE_REFUSED',
      detail: 'gzip: send the file uncompressed',
    });
  });

  test('is bounded over all files, before a job is paid whose output nobody could check', async () => {
    const { result } = await stage(
      { 'batch/input/d/1.csv': 'x'.repeat(60), 'batch/input/d/2.csv': 'x'.repeat(60) },
      'batch/input/d/',
      { fileBytes: 100, totalBytes: 100 },
    );
    expect([result.files, result.reason]).toEqual([
      1,
      'batch/input/d/2.csv: too large: all files of a job may have 100 bytes at most; split the file',
    ]);
  });

  test('stays what it is: the same event again copies nothing anew', async () => {
    const store = new MemoryStore({ 'batch/scheduled/d/1.csv': two });
    const request = { input: 'batch/scheduled/d/', version: '', job };
    const first = await stageInput(store, request);
    store.objects.set('batch/scheduled/d/2.csv', Buffer.from('LGA-7,UA,ORD\n'));
    expect(await stageInput(store, request)).toEqual(first);
    expect(Object.keys(staged(store))).toEqual(['1.csv']);
  });

  test('is the version that arrived, not what is there by now', async () => {
    const read: (string | undefined)[] = [];
    const store = new MemoryStore({ 'batch/input/plan.csv': two });
    const spied = Object.assign(Object.create(store) as MemoryStore, {
      read: (key: string, version?: string) => {
        if (key.startsWith('batch/input/')) read.push(version);
        return store.read(key);
      },
    });
    await stageInput(spied, { input: 'batch/input/plan.csv', version: 'v7', job });
    await checkCompleteness(spied, { job, outputPrefix: 'batch/output/1/', reportKey: 'r.json' });
    expect(read).toEqual(['v7', 'v7']);
  });

  test('has limits that the page of batch scoring states', () => {
    const page = readFileSync(join(__dirname, '../../docs/learn/batch.md'), 'utf8');
    for (const bytes of Object.values(limits)) expect(page).toContain(`${bytes / 1024 / 1024} MB`);
  });
});
