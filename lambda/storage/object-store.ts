import { Readable } from 'node:stream';

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export interface StoredObject {
  readonly key: string;
  /** Changes with the content. */
  readonly etag: string;
}

/** What the functions need of one bucket; tests give a Map instead. */
export interface ObjectStore {
  /** Objects under the prefix, in S3's order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Names of the "folders" directly under the prefix, without slashes. */
  folders(prefix: string): Promise<string[]>;
  read(key: string): Promise<Readable>;
  write(key: string, body: string, contentType: string): Promise<void>;
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
      for (const object of page.Contents ?? []) if (object.Key) yield { key: object.Key, etag: object.ETag ?? '' };
      token = page.NextContinuationToken;
    } while (token);
  }

  async folders(prefix: string): Promise<string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, Delimiter: '/', ContinuationToken: token }),
      );
      for (const common of page.CommonPrefixes ?? []) {
        if (common.Prefix) names.push(common.Prefix.slice(prefix.length).replace(/\/$/, ''));
      }
      token = page.NextContinuationToken;
    } while (token);
    return names;
  }

  async read(key: string): Promise<Readable> {
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    if (!(Body instanceof Readable)) throw new Error(`s3://${this.bucket}/${key} came back without a readable body`);
    return Body;
  }

  async write(key: string, body: string, contentType: string): Promise<void> {
    await this.client.send(
      new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType }),
    );
  }
}

/** `s3://bucket/key` in its two parts. */
export function parseS3Uri(uri: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri);
  if (!match) throw new Error(`"${uri}" is no S3 URI (expected s3://bucket/key)`);
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
  // A multi-byte character may be cut by a chunk's end; the stream's own decoder keeps the half.
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const parts = (rest + String(chunk)).split(/\r?\n/);
    rest = parts.pop() ?? '';
    for (const line of parts) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
