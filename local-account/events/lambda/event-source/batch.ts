import type { Answer } from '../worker';
import type { SourceRecord } from './kinesis-event';
import type { Settings } from './settings';

/** Records that go to the function together, and how they fared so far. */
export interface Batch {
  readonly records: readonly SourceRecord[];
  /** Errors of the function that count as retries. */
  readonly failures: number;
  readonly invocations: number;
}

/** What follows from an invocation: how many records are done with, and the batches that come next, in order. */
export interface Outcome {
  readonly done: number;
  readonly next: readonly Batch[];
  /** Records that are given up. */
  readonly discarded?: Batch;
  /** Whether the function is given time before the next attempt. */
  readonly failed: boolean;
}

/**
 * "If the function receives the records but returns an error, Lambda retries until the records in the batch expire,
 * exceed the maximum age, or reach the configured retry quota. ... Splitting a batch does not count towards the retry
 * quota" (Using AWS Lambda with Amazon Kinesis: Error handling).
 */
export function outcomeOf(batch: Batch, answer: Answer, settings: Settings): Outcome {
  const { records } = batch;
  const invocations = batch.invocations + 1;
  const done = answer.failure ? 0 : doneOf(records, answer.result, settings);
  if (done === records.length) return { done, next: [], failed: false };
  const left = records.slice(done);
  // A function that got further has split its batch itself.
  if (done === 0 && settings.BisectBatchOnFunctionError && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    const half = (part: readonly SourceRecord[]): Batch => ({ records: part, failures: batch.failures, invocations });
    return { done, next: [half(left.slice(0, middle)), half(left.slice(middle))], failed: true };
  }
  const again: Batch = { records: left, failures: batch.failures + 1, invocations };
  const { MaximumRetryAttempts: most } = settings;
  return most >= 0 && again.failures > most
    ? { done: records.length, next: [], discarded: again, failed: true }
    : { done, next: [again], failed: true };
}

/** How many records at the beginning are done with, by the function's own report. */
function doneOf(records: readonly SourceRecord[], result: unknown, settings: Settings): number {
  if (!settings.FunctionResponseTypes.includes('ReportBatchItemFailures')) return records.length;
  const failures = (result as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (failures === undefined || failures === null) return records.length;
  if (!Array.isArray(failures)) return 0;
  if (failures.length === 0) return records.length;
  // "Lambda uses the record with the lowest sequence number as the checkpoint"; a name that is none fails the batch.
  const places = failures.map((failure: { itemIdentifier?: unknown } | null) =>
    records.findIndex(({ SequenceNumber }) => SequenceNumber === failure?.itemIdentifier),
  );
  return Math.max(0, Math.min(...places));
}

/** Records that are too old, which come first, and the others. */
export function splitByAge(batch: Batch, before: number): { readonly old?: Batch; readonly young?: Batch } {
  const first = batch.records.findIndex((record) => record.ApproximateArrivalTimestamp.getTime() >= before);
  if (first === 0) return { young: batch };
  if (first < 0) return { old: batch };
  return {
    old: { ...batch, records: batch.records.slice(0, first) },
    young: { ...batch, records: batch.records.slice(first) },
  };
}
