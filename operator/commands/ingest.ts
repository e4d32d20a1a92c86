import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { refuseUnknownAirports } from '../airports';
import { airport, month, monthsInOrder } from '../arguments';
import type { CommandDefinition } from '../command';
import { type OperatorContext, waitFor } from '../context';
import { CommandFailed, WrongUsage } from '../errors';
import { monthAfter, monthsOf } from '../flights';
import { type Output, table } from '../output';
import { metadataOf, putText, readText, versionOf } from '../storage';

export interface IngestOptions {
  readonly airport: string;
  readonly from?: string;
  /** Exclusive. */
  readonly until?: string;
  /** Your own files instead of the vendored flights. */
  readonly files?: readonly string[];
  readonly limitMinutes?: number;
}

export interface IngestedFile {
  readonly key: string;
  readonly sha256: string;
  readonly rowsSent: number;
  readonly rowsCurated: number;
  readonly rowsQuarantined: number;
  /** How often each reason code occurs. */
  readonly reasons: Readonly<Record<string, number>>;
  /** By reason code, the details of the first row, or of the file. */
  readonly details: Readonly<Record<string, string>>;
  readonly curatedKeys: readonly string[];
  /** Reason code when nothing of the file is curated. */
  readonly refused?: string;
}

export interface IngestResult {
  readonly files: readonly IngestedFile[];
}

interface Upload {
  readonly name: string;
  readonly body: Buffer;
}

/** Uploads raw files, one for each month, and waits until each is curated or refused. */
export async function ingest(context: OperatorContext, options: IngestOptions, output: Output): Promise<IngestResult> {
  await refuseUnknownAirports(context, [options.airport]);
  const raw = await context.output('DataLake', 'RawBucketName');
  const curated = await context.output('DataLake', 'CuratedBucketName');
  const files: IngestedFile[] = [];
  for await (const upload of uploadsOf(context, options)) {
    files.push(await ingestOne(context, { raw, curated }, options, upload, output));
  }
  if (files.length === 0)
    throw new WrongUsage(`There are no flights of ${options.airport} from ${options.from} until ${options.until}.`);
  output.line();
  const rows = files.map((file) => [
    file.key,
    String(file.rowsSent),
    String(file.rowsCurated),
    String(file.rowsQuarantined),
    file.refused === undefined ? '' : `refused: ${file.refused}`,
  ]);
  for (const line of table([['file', 'rows', 'curated', 'quarantined', ''], ...rows])) output.line(line);
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

async function ingestOne(
  context: OperatorContext,
  buckets: Buckets,
  options: IngestOptions,
  upload: Upload,
  output: Output,
): Promise<IngestedFile> {
  const key = `raw/flights/${options.airport}/${upload.name}`;
  const stem = upload.name.replace(/\.csv$/, '');
  const curatedKey = `curated/flights/airport=${options.airport}/month=${stem.slice(0, 7)}/${stem}.csv.gz`;
  const quarantineKey = `quarantine/flights/${options.airport}/${stem}.jsonl`;
  output.progress(`Uploading ${key} (${Math.ceil(upload.body.length / 1024)} KB)`);
  const version = (await putText(context, buckets.raw, key, upload.body, 'text/csv')) ?? 'null';

  // What curation writes names the version of the raw file. It writes the quarantine first, so when the curated file
  // exists, the quarantine is complete.
  const curation = await waitFor(
    context,
    `${key} to be curated`,
    options.limitMinutes ?? 10,
    async () => {
      const good = await curationOf(context, buckets.curated, curatedKey, version);
      const bad = await curationOf(context, buckets.curated, quarantineKey, version);
      if (good !== undefined || bad?.refused !== undefined) return { good, bad };
      const newest = await versionOf(context, buckets.raw, key);
      if (newest !== undefined && newest !== version) {
        throw new CommandFailed(
          `Somebody delivered ${key} again meanwhile, so this delivery is not curated.`,
          'Agree on who delivers, then run the command again.',
        );
      }
      return undefined;
    },
    output,
  );
  const entries = curation.bad === undefined ? [] : await quarantineEntries(context, buckets.curated, quarantineKey);
  const reasons: Record<string, number> = {};
  const details: Record<string, string> = {};
  for (const { reason, detail } of entries) {
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    details[reason] ??= detail;
  }
  if (entries.length > 0) {
    output.line(`${key}: what was refused is in s3://${buckets.curated}/${quarantineKey}`);
    for (const line of table([['reason', 'rows', 'first line', 'such as'], ...reasonRows(entries)]))
      output.line(`  ${line}`);
  }
  return {
    key,
    sha256: createHash('sha256').update(upload.body).digest('hex'),
    rowsSent: Math.max(0, recordsIn(upload.body.toString('latin1')) - 1),
    rowsCurated: Number(curation.good?.rows ?? 0),
    rowsQuarantined: entries.filter((entry) => entry.line > 0).length,
    reasons,
    details,
    curatedKeys: curation.good === undefined ? [] : [curatedKey],
    ...(curation.good === undefined ? { refused: curation.bad?.refused } : {}),
  };
}

/** Metadata of what curation wrote for this version of the raw file; undefined until it has. */
async function curationOf(
  context: OperatorContext,
  bucket: string,
  key: string,
  version: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const metadata = await metadataOf(context, bucket, key);
  return metadata?.['raw-version'] === version ? metadata : undefined;
}

interface QuarantineEntry {
  /** 0 is the file as a whole, and then nothing of it is curated. */
  readonly line: number;
  readonly reason: string;
  readonly detail: string;
}

async function quarantineEntries(context: OperatorContext, bucket: string, key: string): Promise<QuarantineEntry[]> {
  const text = (await readText(context, bucket, key)) ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as QuarantineEntry);
}

/** Reasons, the most frequent first, each with its first row. */
function reasonRows(entries: readonly QuarantineEntry[]): string[][] {
  const byReason = new Map<string, QuarantineEntry[]>();
  for (const entry of entries) byReason.set(entry.reason, [...(byReason.get(entry.reason) ?? []), entry]);
  return [...byReason]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, [first, ...more]]) => [
      reason,
      first?.line === 0 ? 'all' : String(more.length + 1),
      first?.line === 0 ? '' : String(first?.line),
      (first?.detail ?? '').slice(0, 120),
    ]);
}

/**
 * Number of records in a CSV text, including the header. Line breaks within quotes end no record; empty lines are none.
 */
export function recordsIn(text: string): number {
  let quoted = false;
  let records = 0;
  let empty = true;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && (character === '\n' || character === '\r')) {
      if (!empty) records += 1;
      empty = true;
    } else empty = false;
  }
  return records + (empty ? 0 : 1);
}

export const ingestCommand: CommandDefinition<IngestOptions, IngestResult> = {
  name: 'ingest',
  summary: 'upload flights to the data lake and wait until they are curated',
  description:
    'Uploads raw files, one for each month, and waits until each is curated or refused. Good rows are curated; bad rows and bad files go to quarantine with a reason.',
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
    const misnamed = files?.find((file) => !/^\d{4}-(0[1-9]|1[0-2])[A-Za-z0-9._-]{0,80}\.csv$/.test(basename(file)));
    if (misnamed !== undefined) {
      throw new WrongUsage(
        `${misnamed}: the name must begin with its month and end in .csv, such as 2013-07.csv or 2013-07-late.csv.`,
      );
    }
    if (files !== undefined) return { airport: code, files };
    const from = month(options.from ?? '2013-01', '--from');
    const until = options.until === undefined ? monthAfter(from) : month(options.until, '--until');
    monthsInOrder(from, until);
    return { airport: code, from, until };
  },
  run: ingest,
  succeeded: (result) => result.files.every((file) => file.rowsCurated > 0),
};
