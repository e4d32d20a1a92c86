import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { CsvError, parse } from 'csv-parse';

import type { ObjectStore } from '../storage/object-store';

export interface GroundTruthSettings {
  /** Column with the record's id, which callers send as inference id. */
  readonly idColumn: string;
  readonly labelColumn: string;
}

export interface GroundTruthRequest {
  readonly key: string;
  /**
   * When the labels were collected, ISO 8601. It is the event's time, so that a second delivery writes the same objects.
   */
  readonly collectedAt: string;
}

/** Lines of one object, which are in memory at a time. */
const linesPerObject = 20_000;

/**
 * Writes the outcomes in a curated file as ground truth, in the format and below the path that SageMaker's monitors read.
 * Every labeled record is written, because it is not known here which records have a prediction.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-merge.html
 */
export async function writeGroundTruth(
  curated: ObjectStore,
  target: ObjectStore,
  settings: GroundTruthSettings,
  request: GroundTruthRequest,
): Promise<{ labels: number; unlabeled: number }> {
  const name = request.key
    .replace(/^curated\/flights\//, '')
    .replace(/\.csv\.gz$/, '')
    .replaceAll('/', '-')
    .replaceAll('=', '-');
  const hour = `${request.collectedAt.slice(0, 10).replaceAll('-', '/')}/${request.collectedAt.slice(11, 13)}`;
  let lines: string[] = [];
  let parts = 0;
  const result = { labels: 0, unlabeled: 0 };
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    await target.write(`ground-truth/${hour}/${name}-${parts}.jsonl`, lines.join(''), 'application/jsonlines');
    lines = [];
    parts += 1;
  };
  for await (const row of rowsOf(await curated.read(request.key), request.key)) {
    const [id, label] = [row[settings.idColumn], row[settings.labelColumn]];
    if (id === undefined || label === undefined) {
      throw new Error(`${request.key} lacks the column ${id === undefined ? settings.idColumn : settings.labelColumn}`);
    }
    if (id === '') throw new Error(`${request.key} has a row without a value of ${settings.idColumn}`);
    if (label === '') {
      result.unlabeled += 1;
      continue;
    }
    lines.push(
      `${JSON.stringify({ groundTruthData: { data: label, encoding: 'CSV' }, eventMetadata: { eventId: id }, eventVersion: '0' })}\n`,
    );
    result.labels += 1;
    if (lines.length >= linesPerObject) await flush();
  }
  await flush();
  return result;
}

async function* rowsOf(body: Readable, key: string): AsyncIterable<Record<string, string>> {
  // An error anywhere in the pipeline fails the parser, and so the loop over its rows.
  const parser = parse({ columns: true });
  pipeline(body, createGunzip(), parser, () => undefined);
  try {
    yield* parser;
  } catch (error) {
    // The parser's error carries the row, and Lambda logs an error with all that it carries.
    if (!(error instanceof CsvError)) throw error;
    throw new Error(`${key} is not CSV with the same columns in each row (${error.code})`);
  }
}
