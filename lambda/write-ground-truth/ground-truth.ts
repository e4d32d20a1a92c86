import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { parse } from 'csv-parse';

import type { ObjectStore } from '../storage/object-store';

export interface GroundTruthSettings {
  /** Column that identifies a record: the inference id of whoever asked about it. */
  readonly idColumn: string;
  readonly labelColumn: string;
}

export interface GroundTruthRequest {
  readonly key: string;
  /**
   * When the labels were collected, ISO 8601: the time of the event, so that a second delivery writes the same objects.
   */
  readonly collectedAt: string;
}

/** Lines in one object: what is held at a time. */
const linesPerObject = 20_000;

/**
 * The outcomes in a curated file as ground truth, in the format and under the path that SageMaker's monitors read
 * ("Ingest Ground Truth labels and merge them with predictions"). Every labelled record is written, asked about or not:
 * who asks is not known here.
 */
export async function writeGroundTruth(
  curated: ObjectStore,
  target: ObjectStore,
  settings: GroundTruthSettings,
  request: GroundTruthRequest,
): Promise<{ labels: number; unlabelled: number }> {
  const name = request.key
    .replace(/^curated\/flights\//, '')
    .replace(/\.csv\.gz$/, '')
    .replaceAll('/', '-')
    .replaceAll('=', '-');
  const hour = `${request.collectedAt.slice(0, 10).replaceAll('-', '/')}/${request.collectedAt.slice(11, 13)}`;
  let lines: string[] = [];
  let parts = 0;
  const result = { labels: 0, unlabelled: 0 };
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    await target.write(`ground-truth/${hour}/${name}-${parts}.jsonl`, lines.join(''), 'application/jsonlines');
    lines = [];
    parts += 1;
  };
  for await (const row of rowsOf(await curated.read(request.key))) {
    const [id, label] = [row[settings.idColumn], row[settings.labelColumn]];
    if (id === undefined || label === undefined) {
      throw new Error(`${request.key} lacks the column ${id === undefined ? settings.idColumn : settings.labelColumn}`);
    }
    if (label === '') {
      result.unlabelled += 1;
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

function rowsOf(body: Readable): AsyncIterable<Record<string, string>> {
  // Whatever fails on the way fails the parser, and so the loop over its rows.
  const parser = parse({ columns: true });
  pipeline(body, createGunzip(), parser, () => undefined);
  return parser;
}
