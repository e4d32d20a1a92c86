import { gunzipSync } from 'node:zlib';
import {
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { OperatorContext } from './context';
import { isNotFound } from './errors';

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly modified: number;
  readonly etag: string;
}

export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly size: number;
  readonly current: boolean;
}

/** All versions that still exist, newest first for each key. */
export async function* versionsUnder(
  context: OperatorContext,
  bucket: string,
  prefix: string,
): AsyncGenerator<StoredVersion> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marker) {
    const page: ListObjectVersionsCommandOutput = await context.clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker }),
    );
    for (const { Key, VersionId, ETag, Size, IsLatest } of page.Versions ?? []) {
      yield {
        key: Key ?? '',
        versionId: VersionId ?? 'null',
        etag: ETag ?? '',
        size: Size ?? 0,
        current: IsLatest === true,
      };
    }
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
}

export async function* objectsUnder(
  context: OperatorContext,
  bucket: string,
  prefix: string,
): AsyncGenerator<StoredObject> {
  let token: string | undefined;
  do {
    const page = await context.clients.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    );
    for (const { Key, Size, LastModified, ETag } of page.Contents ?? []) {
      yield { key: Key ?? '', size: Size ?? 0, modified: LastModified?.getTime() ?? 0, etag: ETag ?? '' };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

export async function listUnder(context: OperatorContext, bucket: string, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of objectsUnder(context, bucket, prefix)) found.push(object);
  return found;
}

/** Returns the id of the new object version, if the bucket is versioned. */
export async function putText(
  context: OperatorContext,
  bucket: string,
  key: string,
  body: string | Uint8Array,
  contentType: string,
): Promise<string | undefined> {
  const { VersionId } = await context.clients.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
  );
  return VersionId;
}

/** Undefined when the object does not exist. */
export async function readObject(context: OperatorContext, bucket: string, key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await context.clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body === undefined ? Buffer.alloc(0) : Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Text of an object, decompressed if its name ends in .gz. */
export async function readText(context: OperatorContext, bucket: string, key: string): Promise<string | undefined> {
  const bytes = await readObject(context, bucket, key);
  if (bytes === undefined) return undefined;
  return (key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

export async function readJson<T>(context: OperatorContext, bucket: string, key: string): Promise<T | undefined> {
  const text = await readText(context, bucket, key);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

async function head(
  context: OperatorContext,
  bucket: string,
  key: string,
): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await context.clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The object's user metadata, names in lower case; undefined when the object does not exist. */
export async function metadataOf(
  context: OperatorContext,
  bucket: string,
  key: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  return (await head(context, bucket, key))?.Metadata;
}

/** Undefined when the object does not exist. */
export async function versionOf(context: OperatorContext, bucket: string, key: string): Promise<string | undefined> {
  const found = await head(context, bucket, key);
  return found === undefined ? undefined : (found.VersionId ?? 'null');
}

export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const match = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri);
  if (!match) throw new Error(`not an S3 URI: ${uri}`);
  return { bucket: match[1] ?? '', key: match[2] ?? '' };
}
