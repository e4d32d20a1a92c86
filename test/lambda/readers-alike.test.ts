import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { testContainerPython } from 'local-account/test/fixtures/test-platform';
import { type Contract, curatedHeader, rawHeader } from '../../lambda/curate-object/contract';
import { curate, grammar } from '../../lambda/curate-object/curate';
import { writeGroundTruth } from '../../lambda/write-ground-truth/ground-truth';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { problemDocument } from '../../lib/problem/problem-document';
import { MemoryStore } from '../fixtures/memory-store';

const root = resolve(__dirname, '..', '..');
// Curation reads no derived feature, and every other reader does: here each column stands in the file.
const filed = { ...flightDisruption, features: flightDisruption.features.map((one) => ({ ...one, derived: false })) };
const contract = problemDocument(filed) as unknown as Contract;
const columns = contract.features.map(({ name }) => name);

const good: Readonly<Record<string, string>> = {
  carrier: 'UA',
  dest: 'SFO',
  date: '2013-05-14',
  sched_dep_time: '1725',
  sched_arr_time: '2050',
  distance: '2586',
  temp: '61.0',
  dewp: '48.9',
  humid: '64.1',
  wind_dir: '300',
  wind_speed: '12.7',
  wind_gust: '',
  precip: '0.01',
  pressure: '1009.8',
  visib: '10',
  built: '1998',
  seats: '182',
  manufacturer: 'BOEING',
};

/** What reports say that readers differ on, for any column. */
const known = [
  '',
  ' ',
  'NA',
  'N/A',
  '#N/A',
  'None',
  'null',
  'NULL',
  'nan',
  'NaN',
  '-nan',
  '<NA>',
  'n/a',
  'inf',
  '-Infinity',
  '1e400',
  '1e-400',
  '1e5',
  '1E+02',
  '-0',
  '+5',
  '.5',
  '5.',
  '5.0',
  '5.50',
  '007',
  '1_000',
  '1,000',
  '0x1F',
  ' 12',
  '12 ',
  '１２',
  '٣',
  '12\t',
  '1e',
  '--1',
  '12345678901',
  '0.1234567890123456789',
  '3.0000000000000004',
  '2013-02-30',
  '2013-13-01',
  '2013-5-1',
  '20130514',
  '2013-05-14T00:00',
  '0001-01-01',
  '2400',
  '2401',
  '2360',
  '0059',
  '60',
  'AA',
  'aa',
  'A1',
  'ABC',
  'a\tb',
  'a\nb',
  'a\r\nb',
  'a\rb',
  'a\0b',
  '"',
  '""',
  'a"b',
  'a,b',
  '\uFEFFAA',
  'AA\uFFFD',
  '\u2028',
  '\u0085',
  '\u00a0',
  'é',
  'e\u0301',
  '✈️',
  '👩‍✈️',
  '🛫'.repeat(21),
  '🛫'.repeat(41),
  'x'.repeat(40),
  'x'.repeat(41),
  'x'.repeat(101),
  'true',
  '[]',
  '{}',
  '=1+1',
  "'",
  ';',
  '\\N',
  '\\',
  '#',
  '-',
];

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const asCsv = (cells: readonly string[], everywhere: boolean) =>
  cells.map((cell) => (everywhere || /[",\r\n]/.test(cell) ? quoted(cell) : cell)).join(',');

interface Case {
  readonly cells: readonly string[];
  readonly line: string;
}

const cell = fc.oneof(
  fc.constantFrom(...known),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  fc.double().map(String),
  fc.integer().map(String),
  fc.integer({ min: 0, max: 2500 }).map(String),
);
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    changes: fc.array(fc.tuple(fc.constantFrom(...columns), cell), { minLength: 1, maxLength: 2 }),
    everywhere: fc.boolean(),
    end: fc.constantFrom('', '\n', '\r\n', '\r', '\n\n'),
  })
  .map(({ changes, everywhere, end }) => {
    const row = { ...good, ...Object.fromEntries(changes) };
    const cells = columns.map((name) => row[name] ?? '');
    return { cells, line: asCsv(cells, everywhere) + end };
  });

/**
 * Every known text in every column, and as many generated rows. The seed is fixed: a failure is the same in each run.
 */
const cases: Case[] = [
  ...columns
    .flatMap((name) => known.map((text) => ({ ...good, [name]: text })))
    .map((row: Record<string, string>) => columns.map((name) => row[name] ?? ''))
    .map((cells) => ({ cells, line: asCsv(cells, false) })),
  ...fc.sample(anyCase, { numRuns: 1500, seed: 2013 }),
];
const texts = fc.sample(
  fc
    .array(fc.constantFrom('a', ',', '"', '""', '\n', '\r', '\r\n', ' ', '"b"', '\t'), { maxLength: 12 })
    .map((parts) => parts.join('')),
  { numRuns: 2000, seed: 2013 },
);

interface Found {
  /** By reader and case: the value of each column as Python shows it; null where the reader refuses. */
  readonly readers: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>> | null>>>>;
  readonly joined: readonly number[];
  readonly grammar: readonly (readonly (readonly string[])[] | null)[];
}

describe('all readers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'readers-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let found: Found;
  /** Curated cells by case. */
  const curated = new Map<number, readonly string[]>();
  /** A byte order mark that begins a request is the body's, and not part of its first value. */
  const marked = new Set(cases.flatMap(({ line }, number) => (line.startsWith('\uFEFF') ? [number] : [])));
  /** Well written, but of another month than the file's. */
  const elsewhere = new Set<number>();

  beforeAll(async () => {
    const rows = cases.map(({ cells }, number) => {
      const row: Record<string, string> = {
        flight_id: `case-${number}`,
        origin: 'JFK',
        arr_delay: '3',
        ...Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? ''])),
      };
      return asCsv(
        rawHeader(contract).map((name) => row[name] ?? ''),
        number % 2 === 0,
      );
    });
    const file = [rawHeader(contract).join(','), ...rows].join('\r\n');
    const result = await curate(Readable.from([Buffer.from(file)], { objectMode: false }), contract, {
      source: 'JFK',
      month: '2013-05',
    });
    if (!result.curated) throw new Error(JSON.stringify(result.quarantined.slice(0, 3)));
    for (const { reason, row } of result.quarantined)
      if (reason === 'OUTSIDE_PARTITION') elsewhere.add(Number(/^case-(\d+),/.exec(row)?.[1]));
    const records = parseCsv(gunzipSync(result.curated).toString(), { fromLine: 2 });
    for (const record of records as string[][])
      curated.set(Number(record[0]?.slice('case-'.length)), record.slice(2, -2));

    const key = 'curated/flights/airport=JFK/month=2013-05/2013-05.csv.gz';
    const target = new MemoryStore();
    await writeGroundTruth(
      new MemoryStore({ [key]: result.curated }),
      target,
      { idColumn: 'flight_id', labelColumn: curatedHeader(contract).at(-1) ?? '' },
      { key, collectedAt: '2013-06-01T00:00:00Z' },
    );
    for (const [path, body] of target.objects) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), body);
    }
    writeFileSync(join(folder, 'curated.csv.gz'), result.curated);
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
    writeFileSync(join(folder, 'grammar.json'), JSON.stringify(texts));
    writeFileSync(join(folder, 'problem.json'), JSON.stringify(contract));
    writeFileSync(
      join(root, 'pipelines/steps/workflow/problem.json'),
      `${JSON.stringify(problemDocument(flightDisruption), null, 2)}\n`,
    );
    found = JSON.parse(
      execFileSync(await testContainerPython(), [join(root, 'test/fixtures/read_cases.py'), folder], {
        encoding: 'utf8',
        maxBuffer: 1 << 30,
      }),
    ) as Found;
  }, 300_000);

  test('have something to agree on, and something to refuse', () => {
    expect(curated.size).toBeGreaterThan(300);
    expect(cases.length - curated.size).toBeGreaterThan(1000);
    expect(Object.keys(found.readers)).toEqual([
      'csv request',
      'json request',
      'captured request',
      'preparation',
      'training',
      'baseline',
    ]);
  });

  test.each(['csv request', 'json request'])('refuse the same values: curation and a %s', (reader) => {
    const wrong = cases.flatMap(({ cells }, number) => {
      const taken = found.readers[reader]?.[number] !== null;
      return elsewhere.has(number) || marked.has(number) || taken === curated.has(number)
        ? []
        : [
            `${taken ? 'served' : 'curated'} only: ${JSON.stringify(cells.filter((text, at) => text !== good[columns[at] ?? '']))}`,
          ];
    });
    expect(wrong).toEqual([]);
  });

  test.each(['json request', 'captured request', 'preparation', 'training', 'baseline'])(
    'find the same values: a CSV request and the %s',
    (reader) => {
      const served = found.readers['csv request'] ?? {};
      const wrong = Object.entries(found.readers[reader] ?? {}).flatMap(([number, values]) => {
        const request = served[number];
        return values && request
          ? columns.flatMap((name) =>
              values[name] === request[name]
                ? []
                : [`${name}: ${values[name] ?? ''}, served as ${request[name] ?? ''}`],
            )
          : [];
      });
      expect(wrong).toEqual([]);
    },
  );

  test('join every curated record with its outcome', () => {
    expect(found.joined).toEqual([...curated.keys()].sort((a, b) => a - b));
  });

  test('find the same rows and cells in any CSV text', () => {
    const wrong = texts.flatMap((text, at) => {
      const rows = rowsOf(text);
      return JSON.stringify(rows) === JSON.stringify(found.grammar[at])
        ? []
        : [`${JSON.stringify(text)}: ${JSON.stringify(rows)}, in Python ${JSON.stringify(found.grammar[at])}`];
    });
    expect(wrong).toEqual([]);
  });
});

function rowsOf(text: string): readonly (readonly string[])[] | null {
  try {
    return parseCsv(text, grammar);
  } catch {
    return null;
  }
}
