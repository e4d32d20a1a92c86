import { findManifest } from '../batch-input/manifest';
import { recordsOf, textOf } from '../batch-input/records';
import type { ObjectStore } from '../storage/object-store';
import { IdSet } from './id-set';

/**
 * Checks that the output of a batch job has every row of its input (SYMPTOM-06: incomplete batch output). SageMaker
 * reports a transform job as Completed when the container responded to every request. It does not check that a response has
 * a line for every row.
 */
export interface CompletenessRequest {
  /**
   * Name of the transform job. Its manifest lists the input files with their versions: CSV without a header, with the
   * record id in the first column.
   */
  readonly job: string;
  /** Prefix of the output: one `<name>.out` per staged file, each line an input line joined with its prediction. */
  readonly outputPrefix: string;
  readonly reportKey: string;
  /** Set when the job failed. The report still lists the rows without a prediction. */
  readonly jobError?: string;
}

export interface CompletenessReport {
  readonly complete: boolean;
  readonly rows: number;
  readonly scored: number;
  readonly missing: number;
  readonly invalid: number;
  /** Rows that the model refused; `failures` has each reason. */
  readonly rejected: number;
  readonly unexpected: number;
  readonly duplicated: number;
  /** Files that were refused as a whole. */
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
  readonly reason: 'MISSING' | 'REJECTED' | 'INVALID_PREDICTION' | 'UNEXPECTED' | 'DUPLICATE_ID' | 'FILE_REFUSED';
  /** The model's reason to refuse the row, or the reason to refuse the file. */
  readonly detail?: string;
}

/** More than a person reads, and few enough for the function's memory. */
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

  // Read the uploaded files, not the staged copies, so that a row lost in staging counts as missing. Go file by file,
  // so that the ids fit in memory.
  for (const { key: file, version, name } of manifest.files) {
    const predictions = new Predictions(store, outputs.get(name));
    const seen = new IdSet();
    for await (const line of recordsOf(await store.read(file, version))) {
      counts.rows += 1;
      const id = recordIdOf(line);
      if (!seen.add(id)) {
        counts.duplicated += 1;
        fail(file, id, 'DUPLICATE_ID');
        continue;
      }
      const prediction = await predictions.take(id);
      if (prediction === undefined) {
        counts.missing += 1;
        fail(file, id, 'MISSING');
      } else if (prediction.rejection !== undefined) {
        counts.rejected += 1;
        fail(file, id, 'REJECTED', prediction.rejection);
      } else if (!prediction.valid) {
        counts.invalid += 1;
        fail(file, id, 'INVALID_PREDICTION');
      } else {
        counts.scored += 1;
        byModelVersion[prediction.modelVersion] = (byModelVersion[prediction.modelVersion] ?? 0) + 1;
      }
    }
    for await (const id of predictions.left()) {
      if (seen.has(id)) continue;
      counts.unexpected += 1;
      fail(file, id, 'UNEXPECTED');
    }
  }

  const failed =
    counts.missing + counts.invalid + counts.rejected + counts.unexpected + counts.duplicated + counts.refusedFiles;
  const report: CompletenessReport = {
    // Zero rows are no success: the job had no input.
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

interface Prediction {
  readonly valid: boolean;
  readonly rejection?: string;
  readonly modelVersion: string;
}

/**
 * The predictions of one file. They normally have the order of the rows, so they are read along with the rows, and only
 * those out of order are kept in memory.
 */
class Predictions {
  private readonly waiting = new Map<string, Prediction>();
  private readonly lines: AsyncIterator<string>;

  constructor(store: ObjectStore, key: string | undefined) {
    this.lines = key === undefined ? nothing() : read(store, key);
  }

  async take(id: string): Promise<Prediction | undefined> {
    const known = this.waiting.get(id);
    if (known) {
      this.waiting.delete(id);
      return known;
    }
    for (let next = await this.lines.next(); !next.done; next = await this.lines.next()) {
      const found = recordIdOf(next.value);
      if (found === id) return predictionOf(next.value);
      this.waiting.set(found, predictionOf(next.value));
    }
    return undefined;
  }

  /** Ids of the predictions without a row. */
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
 * The join appends three columns to the input: probability, decision, model version. For a refused row these are an
 * empty value, the reason, and the model version.
 */
function predictionOf(line: string): Prediction {
  const [probability = '', decision = '', modelVersion = ''] = line.split(',').slice(-3);
  if (probability === '' && decision !== '') return { valid: false, rejection: textOf(decision), modelVersion };
  // Number() reads an empty or blank text as 0.
  const value = probability.trim() === '' ? Number.NaN : Number(probability);
  return { valid: value >= 0 && value <= 1, modelVersion };
}

/**
 * Record ids contain no comma and no quote (docs/reference/reading.md), so the first comma ends them. The whole id may be quoted.
 */
function recordIdOf(line: string): string {
  const end = line.indexOf(',');
  const id = end < 0 ? line : line.slice(0, end);
  return id.length > 1 && id.startsWith('"') && id.endsWith('"') ? id.slice(1, -1) : id;
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
