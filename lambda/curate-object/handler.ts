import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';

import type { Contract } from './contract';
import { curate, type Curation } from './curate';
import { locate } from './location';

const s3 = new S3Client({});
const cloudwatch = new CloudWatchClient({});
const contract = JSON.parse(readFileSync(join(__dirname, 'problem.json'), 'utf8')) as Contract;

interface ObjectCreated {
  // EventBridge gives the key as it is, unlike S3's own notifications, which encode it.
  readonly detail: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
}

export async function handler(event: ObjectCreated): Promise<Record<string, unknown>> {
  const { bucket, object } = event.detail;
  // AWS: s3/folders-are-empty-objects
  if (object.key.endsWith('/')) return { key: object.key, ignored: 'a folder' };
  const location = locate(object.key, contract.source.values);
  let curation: Curation;
  if (location.known) {
    const { Body, VersionId = 'null' } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: object.key }));
    curation = await curate(Body as Readable, contract, location);
    const owner = curation.curated ? await claim(curation.sha256, object.key) : object.key;
    if (owner !== object.key) {
      curation = { ...curation, curated: undefined, rows: 0, labelled: 0, quarantined: [refused('DUPLICATE_FILE', `same content as ${owner}`)] };
    }
    if (curation.curated) {
      // Where the rows come from, and whether they can teach: whoever asks needs a HEAD, not the file (MLOPS-04).
      await write(location.curatedKey, curation.curated, 'application/gzip', {
        'raw-bucket': bucket.name,
        'raw-key': object.key,
        'raw-version': VersionId,
        'raw-sha256': curation.sha256,
        rows: String(curation.rows),
        labelled: String(curation.labelled),
      });
    }
  } else {
    curation = { sha256: '', rows: 0, labelled: 0, quarantined: [refused('UNKNOWN_KEY', location.problem)] };
  }
  const { curated, rows, quarantined } = curation;
  if (quarantined.length > 0) {
    await write(location.quarantineKey, Buffer.from(quarantined.map((line) => `${JSON.stringify(line)}\n`).join('')), 'application/x-ndjson');
  }
  const quarantinedRows = quarantined.filter(({ line }) => line > 0).length;
  await count({ RowsCurated: rows, RowsQuarantined: quarantinedRows, ObjectsQuarantined: curated ? 0 : 1 });
  const result = { key: object.key, rowsCurated: rows, rowsQuarantined: quarantinedRows, refused: curated ? undefined : quarantined[0]?.reason };
  console.info(result);
  return result;
}

function refused(reason: 'DUPLICATE_FILE' | 'UNKNOWN_KEY', detail: string): Curation['quarantined'][number] {
  return { line: 0, reason, detail, row: '' };
}

/**
 * The first file with some content owns it; returns the owner's key. The put is conditional, so that of two deliveries at once one wins, and a
 * second delivery of the owner goes on where the first may have died.
 */
async function claim(sha256: string, key: string): Promise<string> {
  const manifest = { Bucket: process.env.CURATED_BUCKET, Key: `manifest/${sha256}.json` };
  try {
    await s3.send(new PutObjectCommand({ ...manifest, Body: JSON.stringify({ key }), ContentType: 'application/json', IfNoneMatch: '*' }));
    return key;
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
    const { Body } = await s3.send(new GetObjectCommand(manifest));
    return (JSON.parse((await Body?.transformToString()) ?? '{}') as { key: string }).key;
  }
}

async function write(key: string, body: Buffer, contentType: string, metadata?: Record<string, string>): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: process.env.CURATED_BUCKET, Key: key, Body: body, ContentType: contentType, Metadata: metadata }));
}

async function count(metrics: Readonly<Record<string, number>>): Promise<void> {
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: process.env.METRIC_NAMESPACE,
      MetricData: Object.entries(metrics).map(([MetricName, Value]) => ({
        MetricName,
        Value,
        Unit: 'Count' as const,
        Dimensions: [{ Name: 'Problem', Value: contract.name }],
      })),
    }),
  );
}

