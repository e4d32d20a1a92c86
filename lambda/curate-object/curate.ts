import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { CsvError, parse } from 'csv-parse';

import { type Contract, curatedHeader, rawHeader } from './contract';
import { type HeldIds, type RowReason, RowValidator } from './validate-row';

/** Why nothing of a file is curated. */
export type FileReason =
  | 'EMPTY_FILE'
  | 'WRONG_HEADER'
  | 'BAD_ENCODING'
  | 'MALFORMED_CSV'
  | 'FILE_TOO_LARGE'
  | 'DUPLICATE_FILE'
  | 'UNKNOWN_KEY';

export interface QuarantinedRow {
  /** Line on which the row ends; the header is line 1. 0 for the file as a whole. */
  readonly line: number;
  readonly reason: RowReason | FileReason;
  readonly detail: string;
  readonly row: string;
}

export interface Curation {
  readonly sha256: string;
  /** gzip-compressed CSV. @default the whole file was refused */
  readonly curated?: Buffer;
  readonly rows: number;
  /** Rows with a known outcome. */
  readonly labeled: number;
  readonly quarantined: readonly QuarantinedRow[];
}

// A quarter of a million rows, which the function validates in one or two of its five minutes.
export const maximumBytes = 32 * 1024 * 1024;
// An unclosed quote turns the rest of the file into one row. This limit finds it before memory is full.
const maximumRecord = 64 * 1024;
const blockLength = 64 * 1024;

/**
 * CSV as in docs/reference/reading.md. Every kind of line end ends a line, even mixed in one file; by default the
 * parser accepts only the kind that it finds first.
 */
export const grammar = {
  recordDelimiter: ['\r\n', '\n', '\r'],
  relaxColumnCount: true,
  skipEmptyLines: true,
  maxRecordSize: maximumRecord,
};

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

class FileRefused extends Error {
  constructor(
    readonly reason: FileReason,
    detail: string,
  ) {
    super(detail);
  }
}

/**
 * Reads one raw file as a stream and validates every row. A refused row keeps its line and its reason. The result is
 * complete or missing: an error while reading, such as a broken connection, is thrown.
 */
export async function curate(
  body: Readable,
  contract: Contract,
  partition: { readonly source: string; readonly month: string },
  { limit = maximumBytes, held }: { readonly limit?: number; readonly held?: HeldIds } = {},
): Promise<Curation> {
  const hash = createHash('sha256');
  const quarantined: QuarantinedRow[] = [];
  const validator = new RowValidator(contract, partition, held);
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
  const zipped = new Promise<void>((resolve, reject) => gzip.once('end', resolve).once('error', reject));
  // One write per row would cost more time than all the rest.
  let pending = `${curatedHeader(contract).join(',')}\n`;
  const keep = (line: string): void => {
    pending += line;
    if (pending.length < blockLength) return;
    gzip.write(pending);
    pending = '';
  };

  let rows = 0;
  let labeled = 0;
  let read = 0;
  // The failure of one stream aborts the others, and an abort may be reported first. The first failure is the cause.
  let first: unknown;
  const remember = <E>(error: E): E => {
    first ??= error;
    return error;
  };
  const parser = parse({ ...grammar, info: true }).on('error', remember);
  try {
    await pipeline(
      body.on('error', remember),
      measure(hash, limit, remember),
      decode(remember),
      parser,
      async (records: AsyncIterable<Parsed>) => {
        for await (const { record: row, info } of records) {
          read += 1;
          if (read === 1) {
            const problem = headerProblem(row, contract);
            if (problem) throw remember(problem);
            continue;
          }
          const line = info.lines;
          const outcome = validator.validate(row);
          if (outcome.ok) {
            rows += 1;
            if (outcome.values.at(-1) !== '') labeled += 1;
            keep(`${outcome.values.map(quote).join(',')}\n`);
          } else {
            quarantined.push({
              line,
              reason: outcome.reason,
              detail: outcome.detail,
              row: row.join(',').slice(0, 2000),
            });
          }
        }
      },
    );
    if (read < 2)
      throw new FileRefused('EMPTY_FILE', read === 0 ? 'the file has no content' : 'the file has a header and no rows');
  } catch (error) {
    const refusal = refusalOf(first ?? error);
    if (!refusal) throw first ?? error;
    // No digest, because the file was not read to its end. The refusal can be found by its key.
    return { sha256: '', rows: 0, labeled: 0, quarantined: [{ line: 0, row: '', ...refusal }] };
  }
  gzip.end(pending);
  await zipped;
  // A file without a good row is only quarantined, so that it does not block a corrected delivery.
  return {
    sha256: hash.digest('hex'),
    curated: rows > 0 ? Buffer.concat(chunks) : undefined,
    rows,
    labeled,
    quarantined,
  };
}

function refusalOf(error: unknown): { reason: FileReason; detail: string } | undefined {
  if (error instanceof FileRefused) return { reason: error.reason, detail: error.message };
  const { code } = error as { code?: string };
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { reason: 'BAD_ENCODING', detail: 'the file is not UTF-8' };
  // By class, because not all of the parser's codes begin with "CSV_".
  if (error instanceof CsvError) return { reason: 'MALFORMED_CSV', detail: error.message };
  return undefined;
}

function headerProblem(header: readonly string[], contract: Contract): FileRefused | undefined {
  const expected = rawHeader(contract);
  if (header.join(',') === expected.join(',')) return undefined;
  const missing = expected.filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !expected.includes(name));
  const detail = [
    missing.length > 0 ? `missing ${missing.join(', ')}` : '',
    unknown.length > 0 ? `unknown ${unknown.join(', ').slice(0, 300)}` : '',
    missing.length + unknown.length === 0 ? 'columns in another order' : '',
  ];
  return new FileRefused('WRONG_HEADER', detail.filter(Boolean).join('; '));
}

type Remember = <E>(error: E) => E;

function measure(hash: ReturnType<typeof createHash>, limit: number, remember: Remember): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > limit)
        done(
          remember(
            new FileRefused('FILE_TOO_LARGE', `more than ${limit} bytes: split the file, as <YYYY-MM>-1.csv and so on`),
          ),
        );
      else done(null, chunk);
    },
  });
}

/** Strict UTF-8, without a byte order mark. */
function decode(remember: Remember): Transform {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return new Transform({
    readableObjectMode: false,
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, decoder.decode(chunk, { stream: true }));
      } catch (error) {
        done(remember(error as Error));
      }
    },
    flush(done) {
      try {
        done(null, decoder.decode());
      } catch (error) {
        done(remember(error as Error));
      }
    },
  });
}

function quote(value: string): string {
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
