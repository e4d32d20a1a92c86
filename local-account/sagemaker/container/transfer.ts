import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const PARALLEL = 8;
/** Above this size, a file is uploaded in parts and never held in memory as a whole. */
const LARGE = 64 * 1024 * 1024;

export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

export function parseS3Uri(uri: string): S3Location {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri);
  if (!match) {
    throw new Error(`ClientError: ${uri} is not an S3 URI (s3://bucket/key)`);
  }
  return { bucket: match[1], key: match[2] ?? '' };
}

/** An object to fetch, and its path below the target folder. */
export interface Fetch extends S3Location {
  readonly relative: string;
  /** In bytes, where it is known without asking for the object. */
  readonly size?: number;
}

export interface Source {
  readonly uri: string;
  readonly type: 'S3Prefix' | 'ManifestFile';
  /** ShardedByS3Key: each host gets its share. */
  readonly shard?: { readonly index: number; readonly count: number };
}

/** What a source names. Nothing at all is an error, as on AWS. */
export async function findObjects(s3: S3Client, source: Source, roleArn: string): Promise<Fetch[]> {
  const all =
    source.type === 'ManifestFile' ? await manifestObjects(s3, source.uri) : await prefixObjects(s3, source.uri);
  if (all.length === 0) {
    const { bucket } = parseS3Uri(source.uri);
    throw new Error(
      `ClientError: Data download failed:No S3 objects found under S3 URL "${source.uri}" given in input data source. Please ensure that ` +
        `the bucket exists in the selected region, that objects exist under that S3 prefix, and that the role "${roleArn}" has "s3:ListBucket" ` +
        `permissions on bucket "${bucket}".`,
    );
  }
  const { shard } = source;
  return shard ? all.filter((_, index) => index % shard.count === shard.index) : all;
}

// AWS: sagemaker-jobs/s3-prefix-takes-every-key
async function prefixObjects(s3: S3Client, uri: string): Promise<Fetch[]> {
  const { bucket, key: prefix } = parseS3Uri(uri);
  const found: Fetch[] = [];
  let token: string | undefined;
  do {
    const listed = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    );
    for (const { Key: key, Size: size } of listed.Contents ?? []) {
      if (key !== undefined && !key.endsWith('/')) {
        found.push({ bucket, key, relative: relativeTo(prefix, key), size });
      }
    }
    token = listed.IsTruncated ? listed.NextContinuationToken : undefined;
  } while (token);
  return found;
}

/** A prefix that ends within a name (a/b for a/bc.csv) keeps the whole name. */
function relativeTo(prefix: string, key: string): string {
  if (prefix === '' || prefix.endsWith('/')) {
    return key.slice(prefix.length);
  }
  return key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : key.slice(prefix.lastIndexOf('/') + 1);
}

/** [{"prefix": "s3://bucket/some/"}, "relative/one", ...] (API reference, S3DataSource). */
// AWS: sagemaker-jobs/manifests
async function manifestObjects(s3: S3Client, uri: string): Promise<Fetch[]> {
  const { bucket, key } = parseS3Uri(uri);
  const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const manifest = JSON.parse((await answer.Body?.transformToString()) ?? '') as [{ prefix: string }, ...string[]];
  const prefix = parseS3Uri(manifest[0].prefix);
  return manifest.slice(1).map((relative) => ({
    bucket: prefix.bucket,
    key: `${prefix.key}${String(relative)}`,
    relative: String(relative),
  }));
}

export async function download(s3: S3Client, fetches: readonly Fetch[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await inParallel(fetches, async (fetch) => {
    const target = join(folder, posix.normalize(`/${fetch.relative}`));
    await mkdir(dirname(target), { recursive: true });
    const answer = await s3.send(new GetObjectCommand({ Bucket: fetch.bucket, Key: fetch.key }));
    await pipeline(answer.Body as Readable, createWriteStream(target));
  });
}

export interface Destination {
  readonly uri: string;
  /** Undefined: AWS's own key of the account. 'bucket': no header, so the bucket decides. */
  readonly kmsKeyId: string | 'bucket' | undefined;
}

/** Uploads every file below a folder; returns how many. */
export async function uploadFolder(s3: S3Client, folder: string, destination: Destination): Promise<number> {
  const files = await filesBelow(folder);
  const { bucket, key } = parseS3Uri(destination.uri);
  await inParallel(files, (file) =>
    upload(
      s3,
      join(folder, file),
      { bucket, key: [key.replace(/\/$/, ''), file].filter(Boolean).join('/') },
      destination.kmsKeyId,
    ),
  );
  return files.length;
}

export async function uploadFile(s3: S3Client, file: string, destination: Destination): Promise<void> {
  await upload(s3, file, parseS3Uri(destination.uri), destination.kmsKeyId);
}

export async function putObject(
  s3: S3Client,
  destination: Destination,
  body: string | Buffer,
  contentType: string,
): Promise<void> {
  const { bucket, key } = parseS3Uri(destination.uri);
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      ...encryption(destination.kmsKeyId),
    }),
  );
}

async function upload(
  s3: S3Client,
  file: string,
  { bucket, key }: S3Location,
  kmsKeyId: Destination['kmsKeyId'],
): Promise<void> {
  const target = { Bucket: bucket, Key: key, ...encryption(kmsKeyId) };
  const { size } = await stat(file);
  if (size < LARGE) {
    await s3.send(new PutObjectCommand({ ...target, Body: await readFile(file) }));
  } else {
    await new Upload({
      client: s3,
      params: { ...target, Body: createReadStream(file) },
      partSize: 16 * 1024 * 1024,
      queueSize: 4,
    }).done();
  }
}

/**
 * "If you don't provide a KMS key ID, SageMaker uses the default KMS key for Amazon S3 for your role's account" (API
 * reference, OutputDataConfig).
 */
// AWS: s3/sagemaker-names-the-default-key
function encryption(kmsKeyId: Destination['kmsKeyId']) {
  if (kmsKeyId === 'bucket') return {};
  return { ServerSideEncryption: 'aws:kms', ...(kmsKeyId ? { SSEKMSKeyId: kmsKeyId } : {}) } as const;
}

/** Regular files below a folder, in order, with / between names. An absent folder has none. */
export async function filesBelow(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return [];
    }
    throw error;
  });
  const nested = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => {
        const path = posix.join(prefix, entry.name);
        return entry.isDirectory() ? filesBelow(folder, path) : entry.isFile() ? [path] : [];
      }),
  );
  return nested.flat();
}

export function fileName(uri: string): string {
  return basename(parseS3Uri(uri).key);
}

export async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  width = PARALLEL,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      await work(items[next++]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
