import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { PlatformHost } from '../../gateway/platform-host';
import { signatureOf } from '../../gateway/signature';
import { clientOf, testPlatform } from '../fixtures/test-platform';

const MEGABYTE = 1024 ** 2;

/** What the store's process, a child of this one, uses of the memory, in MB. */
function memoryOfStore(): number {
  const lines = execFileSync('ps', ['-A', '-o', 'ppid=,rss=,args='], { encoding: 'utf8' }).split('\n');
  const own = lines.filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes('moto_server.py'));
  return Math.max(...own.map((line) => Number(line.trim().split(/\s+/)[1]) / 1024));
}

async function sumOf(body: unknown): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** Says that it puts an object of this size, and sends nothing. */
function announce(host: PlatformHost, size: number): Promise<[number | undefined, string]> {
  const { administrator, endpoint } = host.platform;
  const { hostname, port } = new URL(endpoint);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = { host: `${hostname}:${port}`, 'x-amz-date': date, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const signedHeaders = Object.keys(headers).sort();
  const scope = { day: date.slice(0, 8), region: 'eu-west-1', signingName: 's3', signedHeaders, date };
  const head = { method: 'PUT', url: '/objects/large', headers };
  const signature = signatureOf(head, scope, administrator.secretAccessKey, 'UNSIGNED-PAYLOAD');
  const authorization = `AWS4-HMAC-SHA256 Credential=${administrator.accessKeyId}/${scope.day}/eu-west-1/s3/aws4_request, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method: 'PUT', path: head.url, headers: { ...headers, authorization, 'content-length': size } },
      async (response) => {
        const text = (await response.toArray()).join('');
        sent.destroy();
        resolve([response.statusCode, text]);
      },
    );
    sent.on('error', reject);
    sent.flushHeaders();
  });
}

/** What could leave a folder, become markup or a command, or be read as something else on its way. */
const hostile = [
  ...['../../escape', '..', '.', 'a/../b', '/leading', 'double//slash', 'folder/', '~/x', 'C:\\x', '.draft-1-x'],
  ...['line\nbreak', 'tab\there', 'return\r\nSet-Cookie: a=b', 'nul\\0', 'bell\u0007', '\u001b[31mred\u001b[0m'],
  ...[
    '<script>alert(1)</script>',
    '"quotes"\'`',
    '</Key><Key>other',
    '&amp;',
    '$(touch here)',
    '; rm -rf x',
    '{{7*7}}',
  ],
  ...[
    'ünï-日本-🙂',
    '\u202Egnp.txt',
    'e\u0301',
    '%2F',
    'a%2Fb',
    '%',
    '%zz',
    'a b+c',
    '?versionId=x#y',
    'k'.repeat(1024),
  ],
  '🙂'.repeat(256),
];

describe('objects of S3', () => {
  let host: PlatformHost;
  let s3: S3Client;
  const Bucket = 'objects';

  beforeAll(async () => {
    host = await testPlatform();
    s3 = new S3Client({ ...clientOf(host), forcePathStyle: true });
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  });
  afterAll(async () => {
    s3.destroy();
    await host.stop();
  });

  const failure = async (work: Promise<unknown>): Promise<Record<string, unknown>> =>
    work.then(
      () => ({ name: 'no error' }),
      (error: object) => ({ ...error, name: (error as Error).name, message: (error as Error).message }),
    );
  const begin = async (Key: string) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const target = { Bucket, Key, UploadId };
    return {
      part: async (PartNumber: number, Body: Buffer) => {
        const { ETag } = await s3.send(new UploadPartCommand({ ...target, PartNumber, Body }));
        return { PartNumber, ETag };
      },
      complete: (...Parts: { PartNumber: number; ETag?: string }[]) =>
        s3.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } })),
    };
  };

  test('refuses what is too long, too large, or no part, by name and code', async () => {
    expect(await failure(s3.send(new PutObjectCommand({ Bucket, Key: 'k'.repeat(1025), Body: 'x' })))).toMatchObject({
      name: 'KeyTooLongError',
      message: 'Your key is too long',
      Size: '1025',
      MaxSizeAllowed: '1024',
    });
    const upload = await begin('parts');
    for (const number of [0, 10_001])
      expect(await failure(upload.part(number, Buffer.from('x')))).toMatchObject({
        name: 'InvalidArgument',
        message: 'Part number must be an integer between 1 and 10000, inclusive',
      });
    const [first, second] = [
      await upload.part(1, Buffer.from('small')),
      await upload.part(10_000, Buffer.from('last')),
    ];
    expect(await failure(upload.complete(first, second))).toMatchObject({
      name: 'EntityTooSmall',
      message: 'Your proposed upload is smaller than the minimum allowed size',
    });
    expect(await failure(upload.complete(second, first))).toMatchObject({ name: 'InvalidPartOrder' });
    expect(await failure(upload.complete({ ...first, ETag: 'other' }))).toMatchObject({ name: 'InvalidPart' });
    const size = 5 * 1024 ** 3 + 1;
    const answer = await announce(host, size);
    expect(answer).toEqual([400, expect.stringContaining('<Code>EntityTooLarge</Code>')]);
    expect(answer[1]).toContain(`<ProposedSize>${size}</ProposedSize><MaxSizeAllowed>5368709120</MaxSizeAllowed>`);
  });

  test('keeps hostile keys as they are, and makes no file of them', async () => {
    const wrong: unknown[] = [];
    const long = (key: string): boolean => Buffer.byteLength(key) > 1022;
    const keys = hostile.flatMap((key) => (long(key) ? [key] : [key, `h/${key}`]));
    // Where a store would put them that takes keys for paths. Some, such as `..`, are there in any case.
    const files = (): string[] =>
      ['.', 'store', 'h'].flatMap((folder) =>
        keys.map((key) => resolve(host.platform.folder, folder, key)).filter((file) => existsSync(file)),
      );
    const before = files();
    for (const Key of keys) {
      try {
        await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        if ((await Body?.transformToString()) !== Key) wrong.push(Key);
      } catch (error) {
        wrong.push([Key, String(error)]);
      }
    }
    expect(wrong).toEqual([]);
    expect(files()).toEqual(before);
    const list = async (input: object): Promise<string[]> => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, ...input }));
      return Contents.map(({ Key = '' }) => Key);
    };
    const listed = (await list({ Prefix: 'h/', EncodingType: 'url' })).map((key) =>
      decodeURIComponent(key.replaceAll('+', '%20')).slice(2),
    );
    expect(listed.sort()).toEqual(hostile.filter((key) => !long(key)).sort());
    for (const Key of keys) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await list({})).toEqual([]);
  });

  test('takes an upload in parts without holding it in memory, and gives it back', async () => {
    const part = randomBytes(8 * MEGABYTE);
    const parts = 25;
    const whole = createHash('sha256');
    for (let number = 0; number < parts; number++) whole.update(part);
    const upload = await begin('long');
    const sent = [await upload.part(1, part)];
    const before = memoryOfStore();
    for (let number = 2; number <= parts; number++) sent.push(await upload.part(number, part));
    await upload.complete(...sent);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'long' }));
    expect(head).toMatchObject({
      ContentLength: parts * part.length,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}-25"$/),
    });

    const read = async (client: S3Client, Range?: string) =>
      client.send(new GetObjectCommand({ Bucket, Key: 'long', Range }));
    const sum = whole.digest('hex');
    expect(await sumOf((await read(s3)).Body)).toBe(sum);

    // Across the end of a part, and up to the end.
    const some = async (range: string): Promise<Buffer> =>
      Buffer.from((await (await read(s3, `bytes=${range}`)).Body?.transformToByteArray()) ?? []);
    const edge = Buffer.concat([part.subarray(-5), part.subarray(0, 5)]);
    expect(await some(`${part.length - 5}-${part.length + 4}`)).toEqual(edge);
    expect(await some('-10')).toEqual(part.subarray(-10));
    const most = await some(`${part.length}-${3 * part.length - 1}`);
    expect(most.equals(Buffer.concat([part, part]))).toBe(true);

    // A snapshot, and another store that takes it back.
    const folder = mkdtempSync(join(tmpdir(), 'local-account-objects-'));
    const store = host.snapshots.find(({ name }) => name === 'store');
    await store?.save(join(folder, 'store'));
    // Some parts of the upload, whatever its length.
    expect(memoryOfStore() - before).toBeLessThan(160);
    const other = await testPlatform();
    try {
      await other.snapshots.find(({ name }) => name === 'store')?.restore(join(folder, 'store'));
      const client = new S3Client({ ...clientOf(other), forcePathStyle: true });
      const again = await read(client);
      expect(await sumOf(again.Body)).toBe(sum);
      expect(again.ETag).toBe(head.ETag);
      client.destroy();
    } finally {
      await other.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
