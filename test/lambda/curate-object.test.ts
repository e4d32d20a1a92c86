import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';

import fc from 'fast-check';

import { type Contract, curatedHeader, rawHeader } from '../../lambda/curate-object/contract';
import { type Curation, curate, maximumBytes } from '../../lambda/curate-object/curate';
import { locate } from '../../lambda/curate-object/location';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { problemDocument } from '../../lib/problem/problem-document';

const contract = problemDocument(flightDisruption) as unknown as Contract;
const january = { source: 'JFK', month: '2013-01' };
const header = rawHeader(contract).join(',');

const flight: Readonly<Record<string, string>> = {
  flight_id: 'JFK-AA-1141-20130101-0540',
  origin: 'JFK',
  carrier: 'AA',
  dest: 'MIA',
  date: '2013-01-01',
  sched_dep_time: '540',
  sched_arr_time: '850',
  distance: '1089',
  temp: '39.02',
  dewp: '26.06',
  humid: '59.37',
  wind_dir: '270',
  wind_speed: '11.51',
  wind_gust: '',
  precip: '0.0',
  pressure: '1012.4',
  visib: '10.0',
  built: '1990',
  seats: '178',
  manufacturer: 'BOEING',
  flight: '1141',
  tailnum: 'N619AA',
  dep_time: '542',
  dep_delay: '2',
  arr_time: '923',
  arr_delay: '33',
  air_time: '160',
};

function row(change: Readonly<Record<string, string>> = {}): string {
  for (const column of Object.keys(change)) if (!(column in flight)) throw new Error(`no column ${column}`);
  return rawHeader(contract)
    .map((column) => change[column] ?? flight[column] ?? '')
    .join(',');
}

const file = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`;

/** In pieces of an odd size, so that characters, quotes and lines are cut. */
function curateText(text: string | Buffer, partition = january, size = 61): Promise<Curation> {
  const bytes = Buffer.from(text as string);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(size * i, size * (i + 1)),
  );
  return curate(Readable.from(pieces, { objectMode: false }), contract, partition);
}

const linesOf = ({ curated }: Curation) =>
  gunzipSync(curated ?? Buffer.alloc(0))
    .toString()
    .trimEnd()
    .split('\n');
const reasonsOf = ({ quarantined }: Curation) => quarantined.map(({ line, reason }) => [line, reason]);

describe('curating a raw file', () => {
  test('keeps the contract columns, the observed delay and the label, and drops all else that is known only afterwards', async () => {
    const result = await curateText(file(row()));
    expect(result).toMatchObject({ rows: 1, quarantined: [] });
    const [first, second] = linesOf(result);
    expect(first).toBe(curatedHeader(contract).join(','));
    expect(second).toBe(
      'JFK-AA-1141-20130101-0540,JFK,AA,MIA,2013-01-01,540,850,1089,39.02,26.06,59.37,270,11.51,,0.0,1012.4,10.0,1990,178,BOEING,2,1',
    );
    for (const { name } of flightDisruption.excluded)
      expect([name, first?.split(',').includes(name)]).toEqual([name, name === 'dep_delay']);
  });

  test.each([
    ['14', '0'],
    ['15', '1'],
    ['-20', '0'],
    ['', '1'],
  ])('labels an arrival %p minutes late with %p', async (delay, label) => {
    expect(linesOf(await curateText(file(row({ arr_delay: delay }))))[1]).toMatch(new RegExp(`,${label}$`));
  });

  test('leaves the label empty while the outcome is unknown, if the contract says so', async () => {
    const later: Contract = { ...contract, target: { ...contract.target, missing_is_positive: false } };
    const result = await curate(Readable.from([Buffer.from(file(row({ arr_delay: '' })))]), later, january);
    expect(linesOf(result)[1]).toMatch(/,BOEING,2,$/);
  });

  test('names the content by its digest and writes the same bytes again', async () => {
    const text = file(row(), row({ flight_id: 'another' }));
    const [one, two] = [await curateText(text), await curateText(text, january, 7)];
    expect(one.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    expect(two.sha256).toBe(one.sha256);
    expect(two.curated?.equals(one.curated ?? Buffer.alloc(0))).toBe(true);
  });

  test('quotes values that need it', async () => {
    const result = await curateText(file(row({ manufacturer: '"BOEING, ""THE"" COMPANY"' })));
    expect(linesOf(result)[1]).toContain(',"BOEING, ""THE"" COMPANY",2,1');
  });

  test.each<[string, string | Buffer]>([
    ['a byte order mark', `\uFEFF${file(row())}`],
    ['Windows line ends', file(row()).replaceAll('\n', '\r\n')],
    ['no line end at the end', file(row()).trimEnd()],
  ])('accepts %s', async (_name, text) => {
    expect(await curateText(text)).toMatchObject({ rows: 1, quarantined: [] });
  });
});

describe('a row that is not curated', () => {
  test.each<[string, string, string, RegExp]>([
    ['has a value too few', row().replace(/,[^,]*$/, ''), 'RAGGED_ROW', /26 values, expected 27/],
    ['has a value too many', `${row()},`, 'RAGGED_ROW', /28 values/],
    ['holds a NUL byte', row({ manufacturer: 'BOE\0ING' }), 'NUL_BYTE', /manufacturer/],
    ['has no id', row({ flight_id: '' }), 'MISSING_VALUE', /flight_id/],
    ['lacks a value that must be there', row({ carrier: '' }), 'MISSING_VALUE', /carrier/],
    ['has a text for a number', row({ temp: 'mild' }), 'WRONG_TYPE', /temp: "mild"/],
    ['writes a number beyond all numbers', row({ pressure: '1e400' }), 'WRONG_TYPE', /pressure/],
    ['has a blank before a number', row({ temp: ' 39' }), 'WRONG_TYPE', /temp/],
    ['separates thousands', row({ distance: '"1,089"' }), 'WRONG_TYPE', /distance/],
    ['separates digits', row({ distance: '1_089' }), 'WRONG_TYPE', /distance/],
    ['says infinity', row({ temp: '-Infinity' }), 'WRONG_TYPE', /temp/],
    [
      'holds a tab within a text',
      row({ manufacturer: 'AIRBUS\tINDUSTRIE' }),
      'WRONG_TYPE',
      /manufacturer: "AIRBUS\\tINDUSTRIE"/,
    ],
    [
      'holds the character for what nobody could decode',
      row({ manufacturer: 'SOCI\uFFFDT\uFFFD' }),
      'WRONG_TYPE',
      /manufacturer/,
    ],
    [
      'has a text that is too long, by characters and not by bytes',
      row({ manufacturer: '\u2708'.repeat(41) }),
      'WRONG_TYPE',
      /manufacturer/,
    ],
    [
      'has an id that a batch job could not tell from the next value',
      row({ flight_id: '"a,b"' }),
      'WRONG_TYPE',
      /flight_id/,
    ],
    ['has an id that is no inference id', row({ flight_id: 'x'.repeat(65) }), 'WRONG_TYPE', /flight_id/],
    ['has a year that no calendar of ours has', row({ date: '0013-01-01' }), 'WRONG_TYPE', /date/],
    ['writes a number in hexadecimal', row({ seats: '0xB2' }), 'WRONG_TYPE', /seats/],
    ['says NaN', row({ humid: 'NaN' }), 'WRONG_TYPE', /humid/],
    ['has a fraction where whole numbers are', row({ seats: '178.5' }), 'WRONG_TYPE', /seats/],
    ['has digits of another script', row({ seats: '١٧٨' }), 'WRONG_TYPE', /seats/],
    ['has a code of another format', row({ dest: 'Miami' }), 'WRONG_TYPE', /dest/],
    ['has a code with a line end behind it', row({ dest: '"MIA\n"' }), 'WRONG_TYPE', /dest/],
    ['has a day that does not exist', row({ date: '2013-02-30' }), 'WRONG_TYPE', /date/],
    ['writes the date in another order', row({ date: '01/02/2013' }), 'WRONG_TYPE', /date/],
    ['has a minute that does not exist', row({ sched_dep_time: '575' }), 'WRONG_TYPE', /sched_dep_time/],
    ['has an hour that does not exist', row({ sched_arr_time: '2500' }), 'WRONG_TYPE', /sched_arr_time/],
    ['is out of range', row({ temp: '451' }), 'OUT_OF_RANGE', /451 is outside -20 to 120/],
    ['lies outside by a hair', row({ humid: '100.1' }), 'OUT_OF_RANGE', /humid/],
    [
      'belongs to another airport',
      row({ origin: 'LGA' }),
      'OUTSIDE_PARTITION',
      /LGA 2013-01 in the file of JFK 2013-01/,
    ],
    ['belongs to another month', row({ date: '2013-02-01' }), 'OUTSIDE_PARTITION', /2013-02/],
    ['has an observed delay that is no number', row({ dep_delay: 'late' }), 'WRONG_TYPE', /dep_delay/],
    ['has an outcome that is no number', row({ arr_delay: 'late' }), 'WRONG_TYPE', /arr_delay/],
  ])('because it %s', async (_name, bad, reason, detail) => {
    const result = await curateText(file(row({ flight_id: 'good' }), bad));
    expect(result.rows).toBe(1);
    expect(result.quarantined).toEqual([expect.objectContaining({ reason, detail: expect.stringMatching(detail) })]);
    expect(linesOf(result)).toHaveLength(2);
  });

  test('because its flight is in the file already: the first one stays', async () => {
    const result = await curateText(file(row(), row({ carrier: 'B6' })));
    expect(reasonsOf(result)).toEqual([[3, 'DUPLICATE_ROW']]);
    expect(linesOf(result)[1]).toContain(',AA,');
  });

  test('a refused row does not make a later good one a duplicate', async () => {
    expect(await curateText(file(row({ temp: 'mild' }), row()))).toMatchObject({ rows: 1 });
  });

  test('is reported with its line, also after empty lines and line ends inside a value', async () => {
    const text = file(
      row({ flight_id: 'a' }),
      '',
      row({ flight_id: 'b', tailnum: '"N6\n19AA"' }),
      row({ flight_id: 'c', temp: 'mild' }),
    );
    const result = await curateText(text);
    const line = text.split('\n').findIndex((one) => one.startsWith('c,')) + 1;
    expect(reasonsOf(result)).toEqual([[line, 'WRONG_TYPE']]);
  });

  test('keeps its text, shortened for the log', async () => {
    const bad = row({ manufacturer: 'x'.repeat(5000) });
    const [{ row: kept }] = (await curateText(file(bad))).quarantined as unknown as [{ row: string }];
    expect(kept).toBe(bad.slice(0, 2000));
  });
});

describe('a file that is refused as a whole', () => {
  const good = file(row());
  test.each<[string, string | Buffer, string, RegExp]>([
    ['is empty', '', 'EMPTY_FILE', /no content/],
    ['has a header and nothing else', `${header}\n`, 'EMPTY_FILE', /no rows/],
    ['lacks a column', good.replace('humid,', ''), 'WRONG_HEADER', /missing humid/],
    ['has a column that nobody knows', good.replace('flight_id', 'flight_id,gate'), 'WRONG_HEADER', /unknown gate/],
    ['has its columns in another order', good.replace('carrier,dest', 'dest,carrier'), 'WRONG_HEADER', /another order/],
    ['has no header', `${row()}\n`, 'WRONG_HEADER', /missing flight_id/],
    ['is separated by semicolons', good.replaceAll(',', ';'), 'WRONG_HEADER', /missing/],
    ['is UTF-16 with its mark', Buffer.from(`\uFEFF${good}`, 'utf16le'), 'BAD_ENCODING', /not UTF-8/],
    ['is UTF-16 without its mark', Buffer.from(good, 'utf16le'), 'WRONG_HEADER', /missing/],
    ['is Latin-1', Buffer.from(file(row({ manufacturer: 'SOCIÉTÉ' })), 'latin1'), 'BAD_ENCODING', /not UTF-8/],
    ['ends within a character', cutWithin(file(row({ manufacturer: 'É' }))), 'BAD_ENCODING', /not UTF-8/],
    ['opens a quote and never closes it', file(row({ manufacturer: '"BOEING' }), row()), 'MALFORMED_CSV', /[Qq]uot/],
    ['has a quote in the middle of a value', file(row({ manufacturer: 'BO"EING' })), 'MALFORMED_CSV', /[Qq]uot/],
    ['has a row without end', file(row({ manufacturer: 'x'.repeat(70_000) })), 'MALFORMED_CSV', /[Mm]ax/],
    ['is a gzip archive', gzipSync(good), 'BAD_ENCODING', /not UTF-8/],
  ])('because it %s', async (_name, text, reason, detail) => {
    const result = await curateText(text);
    expect(result).toMatchObject({
      sha256: '',
      rows: 0,
      quarantined: [{ line: 0, reason, row: '', detail: expect.stringMatching(detail) }],
    });
    expect(result.curated).toBeUndefined();
    expect(result.quarantined).toHaveLength(1);
  });

  test('because it is larger than one function should read', async () => {
    const body = () => Readable.from([Buffer.from(file(row()))], { objectMode: false });
    const size = file(row()).length;
    expect(reasonsOf(await curate(body(), contract, january, { limit: size - 1 }))).toEqual([[0, 'FILE_TOO_LARGE']]);
    expect(reasonsOf(await curate(body(), contract, january, { limit: size }))).toEqual([]);
    expect(maximumBytes).toBe(32 * 1024 * 1024);
  });

  test('no row before the error is curated', async () => {
    const result = await curateText(Buffer.concat([Buffer.from(file(row())), Buffer.from([0xff, 0xfe])]));
    expect(result.curated).toBeUndefined();
    expect(reasonsOf(result)).toEqual([[0, 'BAD_ENCODING']]);
  });

  test('a broken connection is an error to retry, not a short file', async () => {
    function* cut() {
      yield Buffer.from(file(row()));
      throw new Error('aborted');
    }
    await expect(curate(Readable.from(cut(), { objectMode: false }), contract, january)).rejects.toThrow('aborted');
  });

  test('a file without a good row is quarantined row by row, and nothing is curated', async () => {
    const result = await curateText(file(row({ temp: 'mild' }), row({ dest: 'Miami' })));
    expect(result.curated).toBeUndefined();
    expect(reasonsOf(result)).toEqual([
      [2, 'WRONG_TYPE'],
      [3, 'WRONG_TYPE'],
    ]);
  });
});

describe('any file', () => {
  test('is accounted for: each row is either curated or quarantined', async () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('', 'JFK', '12', '2013-01-01', '"', '\n', ',', '\0', 'NaN'));
    const change = fc.record(
      { flight_id: fc.uuid(), temp: cell, dest: cell, manufacturer: cell },
      { requiredKeys: ['flight_id'] },
    );
    const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        async (changes, size) => {
          const rows = changes.map((one) =>
            row(Object.fromEntries(Object.entries(one).map(([key, value]) => [key, quoted(value)]))),
          );
          const result = await curateText(file(...rows), january, size);
          expect(result.rows + result.quarantined.length).toBe(rows.length);
          expect(result.quarantined.every(({ line }) => line > 1)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('with any bytes is curated or refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const result = await curateText(Buffer.from(bytes));
        expect(result.rows).toBe(0);
        expect(result.quarantined).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the place of a raw file', () => {
  test('follows from its key', () => {
    expect(locate('raw/flights/JFK/2013-07.csv', ['JFK', 'LGA'])).toEqual({
      known: true,
      source: 'JFK',
      month: '2013-07',
      curatedKey: 'curated/flights/airport=JFK/month=2013-07/2013-07.csv.gz',
      quarantineKey: 'quarantine/flights/JFK/2013-07.jsonl',
    });
  });

  test('has a curated file for each part of a month', () => {
    expect(locate('raw/flights/LGA/2013-07-week2.csv', ['JFK', 'LGA'])).toMatchObject({
      curatedKey: 'curated/flights/airport=LGA/month=2013-07/2013-07-week2.csv.gz',
    });
  });

  test.each([
    'raw/flights/EWR/2013-07.csv',
    'raw/flights/JFK/2013-13.csv',
    'raw/flights/JFK/2013-07.csv.gz',
    'raw/flights/JFK/2013-07/../../x.csv',
    'raw/flights/JFK/sub/2013-07.csv',
    'raw/flights/jfk/2013-07.csv',
    'raw/other.csv',
  ])('%s is none: the object is quarantined under a name that is safe', (key) => {
    const location = locate(key, ['JFK', 'LGA']);
    expect(location).toMatchObject({ known: false, problem: 'expected raw/flights/<JFK|LGA>/<YYYY-MM>.csv' });
    expect(location.quarantineKey).toMatch(/^quarantine\/unrecognized\/[A-Za-z0-9._/-]+\.jsonl$/);
  });

  test('is quarantined under plain characters if its key has others', () => {
    expect(locate('raw/ü \n?.csv', ['JFK']).quarantineKey).toBe('quarantine/unrecognized/raw/____.csv.jsonl');
  });
});

/** The file up to the first half of its only two-byte character. */
function cutWithin(text: string): Buffer {
  const bytes = Buffer.from(text);
  return bytes.subarray(0, bytes.indexOf(0xc3) + 1);
}
