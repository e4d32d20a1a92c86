import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { CommandFailed, WrongUsage } from './errors';

/** One calendar month of one airport's file, line by line. */
export interface MonthOfFlights {
  readonly month: string;
  readonly header: string;
  readonly lines: readonly string[];
}

/** From inclusive, until exclusive. */
export interface Months {
  readonly from: string;
  readonly until: string;
}

/** Reads an airport's vendored flights month by month, and holds one month in memory at most. */
export async function* monthsOf(dataFolder: string, airport: string, months: Months): AsyncGenerator<MonthOfFlights> {
  const file = join(dataFolder, `flights-${airport.toLowerCase()}.csv.gz`);
  if (!existsSync(file)) {
    const known = existsSync(dataFolder)
      ? readdirSync(dataFolder).map((name) => /^flights-(\w+)\.csv\.gz$/.exec(name)?.[1]?.toUpperCase())
      : [];
    throw new WrongUsage(
      `There are no flights of ${airport}: no file ${file}.`,
      `Airports with data: ${known.filter(Boolean).join(', ') || 'none'}.`,
    );
  }
  const source = createReadStream(file);
  const text = source.pipe(createGunzip());
  source.on('error', (error) => text.destroy(error));
  let header: string | undefined;
  let dateColumn = 0;
  let month = '';
  let lines: string[] = [];
  try {
    // No cell of these files contains a line break, so a line is a row.
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
      if (header === undefined) {
        header = line;
        dateColumn = line.split(',').indexOf('date');
        if (dateColumn < 0)
          throw new CommandFailed(`${file} has no column date.`, 'Build it again: python data/build.py');
        continue;
      }
      // No cell before the date is ever quoted.
      const own = (line.split(',', dateColumn + 1)[dateColumn] ?? '').slice(0, 7);
      if (own < months.from) continue;
      // The file is sorted by date: no later line belongs to the requested months.
      if (own >= months.until) break;
      if (own !== month) {
        if (lines.length > 0) yield { month, header, lines };
        if (own < month)
          throw new CommandFailed(
            `${file} is not sorted by date (${own} after ${month}).`,
            'Build it again: python data/build.py',
          );
        month = own;
        lines = [];
      }
      lines.push(line);
    }
    if (header !== undefined && lines.length > 0) yield { month, header, lines };
  } finally {
    source.destroy();
    text.destroy();
  }
}

export function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, number ?? 0, 1)).toISOString().slice(0, 7);
}

export function monthBefore(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, (number ?? 0) - 2, 1)).toISOString().slice(0, 7);
}

export type Row = Readonly<Record<string, string>>;

/** Cells of one line of CSV: RFC 4180 quotes, no line breaks inside. */
export function cells(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const found: string[] = [];
  const pattern = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;
  for (const match of line.matchAll(pattern)) found.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  return found;
}

export function rowsOf(month: MonthOfFlights): Row[] {
  const names = cells(month.header);
  return month.lines.map((line) => {
    const values = cells(line);
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
  });
}

export async function flightsOf(dataFolder: string, airport: string, month: string): Promise<Row[]> {
  for await (const found of monthsOf(dataFolder, airport, { from: month, until: monthAfter(month) }))
    return rowsOf(found);
  throw new WrongUsage(`There are no flights of ${airport} in ${month}.`, 'The data cover 2013-01 to 2013-12.');
}

/** `count` rows spread evenly over the month, whose first rows are all of its first day. */
export function spread<T>(rows: readonly T[], count: number): T[] {
  if (count >= rows.length) return [...rows];
  return Array.from({ length: count }, (_, at) => rows[Math.floor((at * rows.length) / count)] as T);
}

/** A record as a line of CSV, with quotes only where needed. */
export function csvLine(values: readonly string[]): string {
  return values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',');
}
