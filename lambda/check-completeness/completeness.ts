import { findManifest } from '../batch-input/manifest';
import { recordsOf, textOf } from '../batch-input/records';
import type { ObjectStore } from '../storage/object-store';
import { IdSet } from './id-set';

/**
 * Is every row of a batch job's input in its output? SageMaker calls a transform job Completed when the container
 * answered every request; that an answer held a line for every row is for us to check (SYMPTOM-06).
 */
export interface CompletenessRequest {
  /**
   * Name of the transform job: its manifest says which files, in which versions, it was to score. CSV without a header,
   * the record id first.
   */
  readonly job: string;
  /** Where the job wrote: one `<name>.out` for each staged file, each line the input line and the answer joined. */
  readonly outputPrefix: string;
  readonly reportKey: string;
  /** Set when the job itself failed; the report then still says which rows have an answer. */
  readonly jobError?: string;
}

export interface CompletenessReport {
  readonly complete: boolean;
  readonly rows: number;
  readonly scored: number;
  readonly missing: number;
  readonly invalid: number;
  /** Rows that the model refused, each with its reason below. */
  readonly rejected: number;
  readonly unexpected: number;
  readonly duplicated: number;
  /** Files of which no row was given to the model. */
  readonly refusedFiles: number;
  readonly byModelVersion: Readonly<Record<string, number>>;
  readonly jobError?: string;
  readonly failures: readonly RowFailure[];
  /** True when there are more failures than the report lists. */
  readonly truncated: boolean;
}

export interface RowFailure {
  /** Key of the input file. */
  readonly file: string;
  readonly recordId: string;
  readonly reason: 'MISSING' | 'REJECTED' | 'INVALID_ANSWER' | 'UNEXPECTED' | 'DUPLICATE_ID' | 'FILE_REFUSED';
  /** Why the model refused the row, in its words; or why the file was refused. */
  readonly detail?: string;
}

/** More than a person reads, and well below what a function's memory or a report can bear. */
export const listedFailures = 10_000;

export async function checkCompleteness(store: ObjectStore, request: CompletenessRequest): Promise<CompletenessReport> {
  const outputs = new Map<string, string>();
  for await (const { key } of store.list(request.outputPrefix)) {
    if (key.endsWith('.out')) outputs.set(fileName(key).slice(0, -'.out'.length), key);
  }

  const manifest = await findManifest(store, request.job);
  if (manifest === undefined) throw new Error(`nothing was staged for ${request.job}`);
  const counts = {
    rows: 0,
    scored: 0,
    missing: 0,
    invalid: 0,
    rejected: 0,
    unexpected: 0,
    duplicated: 0,
    refusedFiles: manifest.refused.length,
  };
  const byModelVersion: Record<string, number> = {};
  const failures: RowFailure[] = [];
  const fail = (file: string, recordId: string, reason: RowFailure['reason'], detail?: string) => {
    if (failures.length >= listedFailures) return;
    failures.push({ file, recordId: textOf(recordId), reason, ...(detail === undefined ? {} : { detail }) });
  };
  for (const { key, reason } of manifest.refused) fail(key, '', 'FILE_REFUSED', reason);

  // The files as they were sent, not the copies that were scored: a row that staging lost is missing, too. File by
  // file: the ids of one fit in memory.
  for (const { key: file, version, name } of manifest.files) {
    const answers = new Answers(store, outputs.get(name));
    const seen = new IdSet();
    for await (const line of recordsOf(await store.read(file, version))) {
      counts.rows += 1;
      const id = recordIdOf(line);
      if (!seen.add(id)) {
        counts.duplicated += 1;
        fail(file, id, 'DUPLICATE_ID');
        continue;
      }
      const answer = await answers.take(id);
      if (answer === undefined) {
        counts.missing += 1;
        fail(file, id, 'MISSING');
      } else if (answer.rejection !== undefined) {
        counts.rejected += 1;
        fail(file, id, 'REJECTED', answer.rejection);
      } else if (!answer.valid) {
        counts.invalid += 1;
        fail(file, id, 'INVALID_ANSWER');
      } else {
        counts.scored += 1;
        byModelVersion[answer.modelVersion] = (byModelVersion[answer.modelVersion] ?? 0) + 1;
      }
    }
    for await (const id of answers.left()) {
      if (seen.has(id)) continue;
      counts.unexpected += 1;
      fail(file, id, 'UNEXPECTED');
    }
  }

  const failed =
    counts.missing + counts.invalid + counts.rejected + counts.unexpected + counts.duplicated + counts.refusedFiles;
  const report: CompletenessReport = {
    // No rows at all is no success: it means that the job was pointed at nothing.
    complete: counts.rows > 0 && failed === 0 && request.jobError === undefined,
    ...counts,
    byModelVersion,
    ...(request.jobError === undefined ? {} : { jobError: request.jobError }),
    failures,
    truncated: failed > failures.length,
  };
  await store.write(request.reportKey, JSON.stringify(report, undefined, 2), 'application/json');
  return report;
}

interface Answer {
  readonly valid: boolean;
  readonly rejection?: string;
  readonly modelVersion: string;
}

/**
 * The answers of one file. They come in the order of the rows, so reading along keeps none of them; only what is out of
 * order waits.
 */
class Answers {
  private readonly waiting = new Map<string, Answer>();
  private readonly lines: AsyncIterator<string>;

  constructor(store: ObjectStore, key: string | undefined) {
    this.lines = key === undefined ? nothing() : read(store, key);
  }

  async take(id: string): Promise<Answer | undefined> {
    const known = this.waiting.get(id);
    if (known) {
      this.waiting.delete(id);
      return known;
    }
    for (let next = await this.lines.next(); !next.done; next = await this.lines.next()) {
      const found = recordIdOf(next.value);
      if (found === id) return answerOf(next.value);
      this.waiting.set(found, answerOf(next.value));
    }
    return undefined;
  }

  /** Ids of the answers that nobody took. */
  async *left(): AsyncIterable<string> {
    yield* this.waiting.keys();
    for (let next = await this.lines.next(); !next.done; next = await this.lines.next()) yield recordIdOf(next.value);
  }
}

async function* read(store: ObjectStore, key: string): AsyncGenerator<string> {
  yield* recordsOf(await store.read(key));
}

async function* nothing(): AsyncGenerator<string> {}

/**
 * The answer is what the join put behind the input's columns: probability, decision, model version; of a refused row
 * nothing, why, model version.
 */
function answerOf(line: string): Answer {
  const [probability, decision = '', modelVersion] = line.split(',').slice(-3);
  if (probability === '' && decision !== '')
    return { valid: false, rejection: textOf(decision), modelVersion: modelVersion ?? '' };
  const value = Number(probability);
  const valid = probability !== undefined && probability !== '' && value >= 0 && value <= 1;
  return { valid, modelVersion: modelVersion ?? '' };
}

/**
 * Record ids hold no comma and no quote (docs/reference/reading.md), so the first comma ends them. A writer may have put them
 * into quotes.
 */
function recordIdOf(line: string): string {
  const end = line.indexOf(',');
  const id = end < 0 ? line : line.slice(0, end);
  return id.length > 1 && id.startsWith('"') && id.endsWith('"') ? id.slice(1, -1) : id;
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
