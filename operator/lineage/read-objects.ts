import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { OperatorContext } from '../context';
import type { Manifest, ReadObject } from '../data-snapshot';
import { isNotFound } from '../errors';
import { readJson } from '../storage';

export interface RawObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sha256: string;
  /** False when a lifecycle rule or a person has removed this version. */
  readonly there: boolean;
}

/** A curated file in the version that a training read, and the raw file that it was made from. */
export interface TracedObject extends ReadObject {
  readonly bucket: string;
  readonly there: boolean;
  readonly rows?: number;
  /** Of the bytes that PrepareData read. */
  readonly sha256?: string;
  readonly raw?: RawObject;
}

/** The metadata of each curated file name the raw file and the version that it was made from. */
export async function traceObjects(
  context: OperatorContext,
  manifest: Manifest,
  read: Readonly<Record<string, string>>,
): Promise<TracedObject[]> {
  return Promise.all(
    manifest.objects.map(async (object): Promise<TracedObject> => {
      const { bucket } = manifest;
      const sha256 = read[object.key.slice(object.key.indexOf('airport='))];
      const head = await headVersion(context, bucket, object.key, object.versionId);
      const common = { ...object, bucket, ...(sha256 === undefined ? {} : { sha256 }) };
      if (head === undefined) return { ...common, there: false };
      const { 'raw-bucket': from, 'raw-key': key, 'raw-version': versionId, 'raw-sha256': digest = '', rows } = head;
      const traced = { ...common, there: true, ...(rows === undefined ? {} : { rows: Number(rows) }) };
      if (from === undefined || key === undefined || versionId === undefined) return traced;
      const there = (await headVersion(context, from, key, versionId)) !== undefined;
      return { ...traced, raw: { bucket: from, key, versionId, sha256: digest, there } };
    }),
  );
}

/** The user metadata of the version; undefined when the version no longer exists. */
export async function headVersion(
  context: OperatorContext,
  bucket: string,
  key: string,
  versionId: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { Metadata } = await context.clients.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
    );
    return Metadata ?? {};
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export interface DataVersion {
  readonly data_version: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly files?: Readonly<Record<string, string>>;
}

export function dataVersionAt(context: OperatorContext, bucket: string, key: string): Promise<DataVersion | undefined> {
  return readJson<DataVersion>(context, bucket, key);
}
