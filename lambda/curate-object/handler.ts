import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

import { requiredText } from '../environment/required';
import { S3ObjectStore } from '../storage/object-store';
import type { Contract } from './contract';
import { type CuratedFiles, type Delivery, deliver, type RawFiles } from './deliver';

const s3 = new S3Client({});
const cloudwatch = new CloudWatchClient({});
const curatedBucket = requiredText('CURATED_BUCKET');
const metricNamespace = requiredText('METRIC_NAMESPACE');
const contract = JSON.parse(readFileSync(join(__dirname, 'problem.json'), 'utf8')) as Contract;

interface ObjectCreated {
  // EventBridge passes the key unchanged, unlike S3's own notifications, which URL-encode it.
  readonly detail: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
}

export async function handler(
  event: ObjectCreated,
): Promise<Delivery | { readonly key: string; readonly ignored: string }> {
  const { bucket, object } = event.detail;
  // AWS: s3/folders-are-empty-objects
  if (object.key.endsWith('/')) return { key: object.key, ignored: 'a folder' };
  const delivery = await deliver(object.key, contract, rawFiles(bucket.name), curatedFiles(curatedBucket));
  const { rowsCurated, rowsQuarantined, refused } = delivery;
  await count({ RowsCurated: rowsCurated, RowsQuarantined: rowsQuarantined, ObjectsQuarantined: refused ? 1 : 0 });
  console.info(delivery);
  return delivery;
}

function rawFiles(bucket: string): RawFiles {
  return {
    bucket,
    read: async (key) => {
      const { Body, VersionId = 'null' } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return { body: Body as Readable, version: VersionId };
    },
    version: async (key) => (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).VersionId ?? 'null',
  };
}

function curatedFiles(bucket: string): CuratedFiles {
  const store = new S3ObjectStore(bucket, s3);
  return {
    list: (prefix) => store.list(prefix),
    metadata: (key) => store.metadata(key),
    read: (key) => store.read(key),
    put: async (key, body, contentType, metadata) => {
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, Metadata: metadata }),
      );
    },
  };
}

async function count(metrics: Readonly<Record<string, number>>): Promise<void> {
  await cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: metricNamespace,
      MetricData: Object.entries(metrics).map(([MetricName, Value]) => ({
        MetricName,
        Value,
        Unit: 'Count' as const,
        Dimensions: [{ Name: 'Problem', Value: contract.name }],
      })),
    }),
  );
}
