import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { airport, month } from '../arguments';
import type { CommandDefinition } from '../command';
import { type OperatorContext, waitFor } from '../context';
import { WrongUsage } from '../errors';
import { monthAfter, monthsOf } from '../flights';
import { type Output, table } from '../output';
import { etagOf, putText, readText } from '../storage';

export interface IngestOptions {
  readonly airport: string;
  readonly from?: string;
  /** Exclusive. */
  readonly until?: string;
  /** Files of your own instead of the vendored flights. */
  readonly files?: readonly string[];
  readonly limitMinutes?: number;
}

export interface IngestedFile {
  readonly key: string;
  readonly sha256: string;
  readonly rowsSent: number;
  readonly rowsCurated: number;
  readonly rowsQuarantined: number;
  /** Reason codes with how often each. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly curatedKeys: readonly string[];
}

export interface IngestResult {
  readonly files: readonly IngestedFile[];
}

interface Upload {
  readonly name: string;
  readonly body: Buffer;
}

/** Puts raw files into the lake, one a month, and waits until each is judged. */
export async function ingest(context: OperatorContext, options: IngestOptions, output: Output): Promise<IngestResult> {
  const raw = await context.output('DataLake', 'RawBucketName');
  const curated = await context.output('DataLake', 'CuratedBucketName');
  const files: IngestedFile[] = [];
  for await (const upload of uploadsOf(context, options)) {
    files.push(await ingestOne(context, { raw, curated }, options, upload, output));
  }
  if (files.length === 0) throw new WrongUsage(`There are no flights of ${options.airport} from ${options.from} until ${options.until}.`);
  output.line();
  const rows = files.map((file) => [
    file.key,
    String(file.rowsSent),
    String(file.rowsCurated),
    String(file.rowsQuarantined),
    Object.entries(file.reasons).map(([reason, count]) => `${reason} ${count}`).join(', '),
  ]);
  for (const line of table([['file', 'rows', 'curated', 'quarantined', 'why'], ...rows])) output.line(line);
  return { files };
}

async function* uploadsOf(context: OperatorContext, options: IngestOptions): AsyncGenerator<Upload> {
  if (options.files !== undefined) {
    for (const file of options.files) yield { name: basename(file), body: readFileSync(file) };
    return;
  }
  const months = { from: options.from ?? '2013-01', until: options.until ?? '2014-01' };
  for await (const { month: name, header, lines } of monthsOf(context.dataFolder, options.airport, months)) {
    yield { name: `${name}.csv`, body: Buffer.from(`${[header, ...lines].join('\n')}\n`) };
  }
}

interface Buckets {
  readonly raw: string;
  readonly curated: string;
}

async function ingestOne(context: OperatorContext, buckets: Buckets, options: IngestOptions, upload: Upload, output: Output): Promise<IngestedFile> {
  const key = `raw/flights/${options.airport}/${upload.name}`;
  const before = await judgedSoFar(context, buckets.curated, options.airport, upload.name);
  output.progress(`Uploading ${key} (${Math.ceil(upload.body.length / 1024)} KB)`);
  await putText(context, buckets.raw, key, upload.body, 'text/csv');

  const rowsSent = Math.max(0, dataLines(upload.body.toString('latin1')));
  let looks = 0;
  const judged = await waitFor(context, `${key} to be curated`, options.limitMinutes ?? 10, async () => {
    const now = await judgedSoFar(context, buckets.curated, options.airport, upload.name);
    const entries = now.quarantineTag === before.quarantineTag ? [] : await quarantineEntries(context, buckets.curated, now.quarantineKey);
    // Line 0 is about the file as a whole: then nothing of it is curated.
    if (entries.some((entry) => entry.line === 0)) return { rows: 0, entries, curatedKeys: [] };
    if (now.curatedTag === undefined || now.curatedTag === before.curatedTag) return undefined;
    const rows = dataLines((await readText(context, buckets.curated, now.curatedKey)) ?? '');
    looks += 1;
    // Bad rows are written after the good ones. A count that never adds up (a line break within a row) must not wait for ever.
    return rows + entries.length >= rowsSent || looks > 20 ? { rows, entries, curatedKeys: [now.curatedKey] } : undefined;
  });
  const reasons: Record<string, number> = {};
  for (const { reason } of judged.entries) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return {
    key,
    sha256: createHash('sha256').update(upload.body).digest('hex'),
    rowsSent,
    rowsCurated: judged.rows,
    rowsQuarantined: judged.entries.filter((entry) => entry.line > 0).length,
    reasons,
    curatedKeys: judged.curatedKeys,
  };
}

/** Where the judgement on a file comes to stand, and what stands there now. */
async function judgedSoFar(context: OperatorContext, bucket: string, code: string, name: string) {
  const stem = name.replace(/\.csv$/, '');
  const curatedKey = `curated/flights/airport=${code}/month=${stem.slice(0, 7)}/${stem}.csv.gz`;
  const quarantineKey = `quarantine/flights/${code}/${stem}.jsonl`;
  return {
    curatedKey,
    quarantineKey,
    curatedTag: await etagOf(context, bucket, curatedKey),
    quarantineTag: await etagOf(context, bucket, quarantineKey),
  };
}

interface QuarantineEntry {
  readonly line: number;
  readonly reason: string;
}

async function quarantineEntries(context: OperatorContext, bucket: string, key: string): Promise<QuarantineEntry[]> {
  const text = (await readText(context, bucket, key)) ?? '';
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as QuarantineEntry);
}

function dataLines(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length - 1;
}

export const ingestCommand: CommandDefinition<IngestOptions, IngestResult> = {
  name: 'ingest',
  summary: 'bring flights into the lake and wait until they are curated',
  description:
    'Uploads raw files, one for each month, and waits until each was judged: good rows are curated, bad rows and bad files go to quarantine with a reason.',
  configure: (program) =>
    program
      .requiredOption('--airport <code>', 'JFK or LGA for the vendored data; with --file, the airport the file is from')
      .option('--from <month>', 'first month, such as 2013-01')
      .option('--until <month>', 'the month after the last, such as 2013-07')
      .option('--file <path...>', 'CSV files of your own, named by month (2013-07.csv), instead of the vendored data'),
  examples: [
    ['ingest --airport JFK --from 2013-01 --until 2013-07', 'six months of Kennedy'],
    ['ingest --airport LGA --from 2013-09 --until 2013-11 --json', 'two months of LaGuardia, result as JSON'],
    ['ingest --airport JFK --file 2013-07-late.csv', 'a file of your own'],
  ],
  parse: (_, options) => {
    const files = options.file as string[] | undefined;
    if (files !== undefined && (options.from !== undefined || options.until !== undefined)) {
      throw new WrongUsage('--file brings whole files: --from and --until do not go with it.');
    }
    const code = airport(options.airport);
    const misnamed = files?.find((file) => !/^\d{4}-(0[1-9]|1[0-2])[A-Za-z0-9._-]*\.csv$/.test(basename(file)));
    if (misnamed !== undefined) {
      throw new WrongUsage(`${misnamed}: the name must begin with its month and end in .csv, such as 2013-07.csv or 2013-07-late.csv.`);
    }
    if (files !== undefined) return { airport: code, files };
    const from = month(options.from ?? '2013-01', '--from');
    const until = options.until === undefined ? monthAfter(from) : month(options.until, '--until');
    if (until <= from) throw new WrongUsage(`--until (${until}) must be after --from (${from}); it names the month after the last.`);
    return { airport: code, from, until };
  },
  run: ingest,
  succeeded: (result) => result.files.every((file) => file.rowsCurated > 0),
};
