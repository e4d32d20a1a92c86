import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flightsOf, monthsOf } from '../../operator/flights';

/** A bad file as a source might send it, and the expected result. */
export interface BadFile {
  readonly path: string;
  readonly airport: string;
  /** Expected reason for the file as a whole, when nothing of it may be curated. */
  readonly refusal?: string;
  /** Expected reasons of single rows; the other rows are good. */
  readonly rowReasons: readonly string[];
}

/**
 * LaGuardia's August with every kind of error that curation detects. The story uses this month nowhere else, so the
 * good rows are not counted twice.
 */
export async function writeBadFiles(folder: string, dataFolder: string): Promise<BadFile[]> {
  mkdirSync(folder, { recursive: true });
  const airport = 'LGA';
  let header = '';
  let good: readonly string[] = [];
  for await (const month of monthsOf(dataFolder, airport, { from: '2013-08', until: '2013-09' })) {
    header = month.header;
    good = month.lines.slice(0, 30);
  }
  const names = header.split(',');
  const [flight] = await flightsOf(dataFolder, airport, '2013-08');
  const changed = (id: string, changes: Readonly<Record<string, string>>) =>
    names.map((name) => (name === 'flight_id' ? id : (changes[name] ?? flight?.[name] ?? ''))).join(',');
  const write = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const rows = [
    ...good,
    `${changed('LGA-RAGGED', {})},and,more`,
    changed('LGA-NUL', { tailnum: 'N1\0' }),
    changed('LGA-TYPE', { distance: 'far' }),
    changed('LGA-RANGE', { temp: '999' }),
    changed('LGA-MISSING', { carrier: '' }),
    changed('LGA-MONTH', { date: '2013-02-01' }),
    good[0] ?? '',
  ];
  return [
    {
      airport,
      path: write('2013-08-header.csv', `${header.replace('carrier', 'airline')}\n${good.join('\n')}\n`),
      refusal: 'WRONG_HEADER',
      rowReasons: [],
    },
    {
      airport,
      path: write(
        '2013-08-encoding.csv',
        Buffer.from(`${header}\n${changed('LGA-LATIN', { manufacturer: 'ÉTIENNE' })}\n`, 'latin1'),
      ),
      refusal: 'BAD_ENCODING',
      rowReasons: [],
    },
    { airport, path: write('2013-08-empty.csv', ''), refusal: 'EMPTY_FILE', rowReasons: [] },
    {
      airport,
      path: write('2013-08-rows.csv', `${[header, ...rows].join('\n')}\n`),
      rowReasons: [
        'RAGGED_ROW',
        'NUL_BYTE',
        'WRONG_TYPE',
        'OUT_OF_RANGE',
        'MISSING_VALUE',
        'OUTSIDE_PARTITION',
        'DUPLICATE_ROW',
      ],
    },
    // The same bytes under another name, as from a source that sends a file twice.
    {
      airport,
      path: write('2013-08-again.csv', `${[header, ...rows].join('\n')}\n`),
      refusal: 'DUPLICATE_FILE',
      rowReasons: [],
    },
  ];
}
