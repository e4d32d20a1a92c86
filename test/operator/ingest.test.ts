import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingest, ingestCommand } from '../../operator/commands/ingest';
import { awsError, fakeContext, objectBody, recordedOutput, type Sent } from './fake-clients';

const notThere = () => {
  throw awsError('NotFound', 'NotFound');
};

describe('ingest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, '2013-07.csv');
  // Four records: one holds a line end, and there is an empty line.
  beforeAll(() => writeFileSync(file, 'flight_id,tailnum\r\n1,a\r\n2,"b\nb"\r\n\r\n3,c\r\n4,d\r\n'));

  /** An account whose curation writes what is given, from the sixth HeadObject on. */
  const account = (written: { good?: object; bad?: object; lines?: object[]; newest?: string }, sent: Sent[] = []) => {
    let heads = 0;
    return fakeContext(
      {
        PutObjectCommand: { VersionId: 'v2' },
        HeadObjectCommand: ({ Key }: { Key: string }) => {
          heads += 1;
          if (Key.startsWith('raw')) return { VersionId: written.newest ?? 'v2' };
          const metadata = Key.startsWith('curated') ? written.good : written.bad;
          // Until then, the metadata are those of the previous version.
          if (heads < 6) return { Metadata: { 'raw-version': 'v1', rows: '9', refused: 'WRONG_HEADER' } };
          return metadata === undefined ? notThere() : { Metadata: { 'raw-version': 'v2', ...metadata } };
        },
        GetObjectCommand: objectBody((written.lines ?? []).map((line) => `${JSON.stringify(line)}\n`).join('')),
      },
      sent,
    );
  };

  it('waits for the curation of the version that it uploaded', async () => {
    const context = account({
      good: { rows: '3' },
      bad: {},
      lines: [{ line: 3, reason: 'RAGGED_ROW', detail: '1 values, expected 2', row: '2' }],
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, recordedOutput());
    expect(files).toEqual([
      expect.objectContaining({ rowsSent: 4, rowsCurated: 3, rowsQuarantined: 1, reasons: { RAGGED_ROW: 1 } }),
    ]);
    expect(files[0]).not.toHaveProperty('refused');
  });

  it('shows a table of reasons at once when no row is good', async () => {
    const output = recordedOutput();
    const wrong = (line: number) => ({
      line,
      reason: 'OUTSIDE_PARTITION',
      detail: 'JFK 2013-02 in the file of JFK 2013-07',
      row: '',
    });
    const context = account({
      bad: { refused: 'NO_GOOD_ROW' },
      lines: [
        { line: 2, reason: 'WRONG_TYPE', detail: 'column dest: "Miami" is not a category', row: '' },
        wrong(3),
        wrong(4),
        wrong(5),
      ],
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, output);
    expect(files).toMatchObject([
      {
        rowsCurated: 0,
        rowsQuarantined: 4,
        refused: 'NO_GOOD_ROW',
        reasons: { OUTSIDE_PARTITION: 3, WRONG_TYPE: 1 },
        curatedKeys: [],
      },
    ]);
    const at = output.lines.findIndex((line) => line.includes('s3://curated/quarantine/flights/JFK/2013-07.jsonl'));
    expect(output.lines.slice(at + 1, at + 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['reason', 'rows', 'first line', 'such as'],
      ['OUTSIDE_PARTITION', '3', '3', 'JFK 2013-02 in the file of JFK 2013-07'],
      ['WRONG_TYPE', '1', '2', 'column dest: "Miami" is not a category'],
    ]);
  });

  it('shows why a file is refused as a whole', async () => {
    const output = recordedOutput();
    const context = account({
      bad: { refused: 'WRONG_HEADER' },
      lines: [{ line: 0, reason: 'WRONG_HEADER', detail: 'missing carrier', row: '' }],
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, output);
    expect(files).toMatchObject([{ rowsCurated: 0, rowsQuarantined: 0, refused: 'WRONG_HEADER', curatedKeys: [] }]);
    expect(output.lines.join('\n')).toMatch(/WRONG_HEADER +all +missing carrier/);
  });

  it('ends with 1 when nothing of a file is curated', () => {
    const result = (rowsCurated: number) => ({
      files: [
        {
          key: 'k',
          sha256: '',
          rowsSent: 9,
          rowsCurated: 9,
          rowsQuarantined: 0,
          reasons: {},
          details: {},
          curatedKeys: ['c'],
        },
        {
          key: 'k',
          sha256: '',
          rowsSent: 9,
          rowsCurated,
          rowsQuarantined: 9,
          reasons: {},
          details: {},
          curatedKeys: [],
        },
      ],
    });
    expect(ingestCommand.succeeded?.(result(0))).toBe(false);
    expect(ingestCommand.succeeded?.(result(1))).toBe(true);
  });

  it('does not wait for a version that somebody overwrote before it was curated', async () => {
    await expect(
      ingest(account({ newest: 'v3' }), { airport: 'JFK', files: [file] }, recordedOutput()),
    ).rejects.toThrow(/Somebody delivered raw\/flights\/JFK\/2013-07.csv again/);
  });

  it('refuses an airport that the workflow does not know before anything is sent', async () => {
    const sent: Sent[] = [];
    await expect(ingest(account({}, sent), { airport: 'EWR', files: [file] }, recordedOutput())).rejects.toThrow(
      /does not know EWR: its airports are JFK, LGA/,
    );
    expect(sent.map(({ name }) => name)).not.toContain('PutObjectCommand');
  });

  it('prints that it still waits', async () => {
    const output = recordedOutput();
    let now = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => (now += 10_000));
    await ingest(account({ good: { rows: '4' } }), { airport: 'JFK', files: [file] }, output).finally(() =>
      jest.restoreAllMocks(),
    );
    expect(output.lines).toContain('Still waiting for raw/flights/JFK/2013-07.csv to be curated (20 s)');
  });
});
