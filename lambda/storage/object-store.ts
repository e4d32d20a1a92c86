import { Readable } from 'node:stream';

import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

export interface StoredObject {
  readonly key: string;
  /** Changes with the content. */
  readonly etag: string;
  readonly size: number;
  readonly modified: Date;
}

/** The version of an object that readers get now. */
export interface CurrentVersion {
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  readonly size: number;
}

/** Operations on one bucket; tests use a Map instead. */
export interface ObjectStore {
  /** Objects under the prefix, in S3's order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** The current versions under the prefix, in S3's order, without deleted objects. */
  versions(prefix: string): AsyncIterable<CurrentVersion>;
  /** The object's own metadata, names in lower case. */
  metadata(key: string): Promise<Readonly<Record<string, string>>>;
  /** @default the newest version */
  read(key: string, version?: string): Promise<Readable>;
  write(key: string, body: string | Buffer, contentType: string): Promise<void>;
  /** Writes only if the key does not exist; returns false if it exists. */
  writeOnce(key: string, body: string, contentType: string): Promise<boolean>;
}

export class S3ObjectStore implements ObjectStore {
  constructor(
    private readonly bucket: string,
    private readonly client: S3Client = new S3Client({}),
  ) {}

  async *list(prefix: string): AsyncIterable<StoredObject> {
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: token }),
      );
      for (const object of page.Contents ?? [])
        if (object.Key)
          yield {
            key: object.Key,
            etag: object.ETag ?? '',
            size: object.Size ?? 0,
            modified: object.LastModified ?? new Date(0),
          };
      token = page.NextContinuationToken;
    } while (token);
  }

  async *versions(prefix: string): AsyncIterable<CurrentVersion> {
    let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (marker) {
      const page: ListObjectVersionsCommandOutput = await this.client.send(
        new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: prefix, ...marker }),
      );
      for (const one of page.Versions ?? []) {
        if (one.IsLatest && one.Key)
          yield { key: one.Key, versionId: one.VersionId ?? 'null', etag: one.ETag ?? '', size: one.Size ?? 0 };
      }
      marker = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
  }

  async metadata(key: string): Promise<Readonly<Record<string, string>>> {
    return (await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }))).Metadata ?? {};
  }

  async read(key: string, version?: string): Promise<Readable> {
    const { Body } = await this.client.send(
      new GetObjectCommand({ Bucket: this.bucket, Key: key, VersionId: version }),
    );
    if (!(Body instanceof Readable)) throw new Error(`s3://${this.bucket}/${key} came back without a readable body`);
    return Body;
  }

  async write(key: string, body: string | Buffer, contentType: string): Promise<void> {
    await this.client.send(
      new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType }),
    );
  }

  async writeOnce(key: string, body: string, contentType: string): Promise<boolean> {
    try {
      await this.client.send(
        new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: '*' }),
      );
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return false;
      throw error;
    }
  }
}

/** `s3://bucket/key` in its two parts. */
export function parseS3Uri(uri: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri);
  if (!match) throw new Error(`"${uri}" is not an S3 URI (expected s3://bucket/key)`);
  return { bucket: match[1] ?? '', key: match[2] ?? '' };
}

export async function readText(store: ObjectStore, key: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.read(key)) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

/** The lines of a stream, one at a time, without the line ends and without empty lines. */
export async function* linesOf(stream: Readable): AsyncIterable<string> {
  let rest = '';
  // A chunk may end in the middle of a multi-byte character; the stream's decoder handles that.
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const parts = (rest + String(chunk)).split(/\r?\n/);
    rest = parts.pop() ?? '';
    for (const line of parts) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
