import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '../errors';
import type { Processes } from './process';
import { download, type Fetch } from './transfer';

/** Holds back a program that opens a file until its content is there. */
const PROGRAM = join(__dirname, '..', '..', 'python', 'fetch_on_open.py');

export interface FastFileOptions {
  readonly folder: string;
  readonly objects: readonly Fetch[];
  /** For contents on their way into a file. */
  readonly scratch: string;
  readonly python: string;
}

/**
 * A channel in FastFile mode: the objects are files of the folder from the start, and an object is fetched when a
 * program first opens its file. Where the system gives no leases on files (only Linux does), all are fetched first.
 */
export class FastFileChannel {
  /** Rejects with what kept an object from being fetched. */
  readonly done: Promise<void>;
  private readonly fetches = new Set<Promise<void>>();
  private fail: (error: Error) => void = () => undefined;
  private finish: () => void = () => undefined;
  private holder: ChildProcess | undefined;

  private constructor(
    private readonly s3: S3Client,
    private readonly options: FastFileOptions,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    this.done.catch(() => undefined);
  }

  /** Resolves when every file can be opened. */
  static async open(s3: S3Client, processes: Processes, options: FastFileOptions): Promise<FastFileChannel> {
    await mkdir(options.folder, { recursive: true });
    await mkdir(options.scratch, { recursive: true });
    const channel = new FastFileChannel(s3, options);
    const held = process.platform === 'linux' ? await channel.hold(processes) : 0;
    await download(s3, options.objects.slice(held), options.folder);
    return channel;
  }

  async close(): Promise<void> {
    this.holder?.stdin?.end();
    await Promise.all(this.fetches);
    this.finish();
  }

  /** Resolves with how many files get their content later. */
  private hold(processes: Processes): Promise<number> {
    const { python, folder, objects } = this.options;
    return new Promise((resolve, reject) => {
      const holder = processes.start(
        { command: python, args: ['-I', '-S', PROGRAM], env: {}, cwd: folder },
        (line) => {
          const [word, count] = line.split(' ');
          if (word === 'ready') resolve(Number(count));
          else if (word === 'late') this.fail(tooLate(objects[Number(count)]));
          else if (/^\d+$/.test(line)) this.deliver(Number(line));
          else this.fail(new Error(`InternalServerError: ${line}`));
        },
        true,
      );
      this.holder = holder;
      holder.once('error', reject);
      holder.once('close', () => resolve(0));
      holder.stdin?.on('error', () => undefined);
      const files = objects.map(({ relative, size }) => [posix.normalize(`/${relative}`).slice(1), size ?? 0]);
      holder.stdin?.write(`${JSON.stringify({ folder, files })}\n`);
    });
  }

  private deliver(index: number): void {
    const object = this.options.objects[index];
    const relative = String(index);
    const fetch = download(this.s3, [{ ...object, relative }], this.options.scratch)
      .then(() => this.answer({ index, content: join(this.options.scratch, relative) }))
      .catch((error: unknown) => {
        this.answer({ index });
        this.fail(new Error(`ClientError: Data download failed:${messageOf(error)}`));
      });
    this.fetches.add(fetch);
    void fetch.then(() => this.fetches.delete(fetch));
  }

  private answer(text: { readonly index: number; readonly content?: string }): void {
    this.holder?.stdin?.write(`${JSON.stringify(text)}\n`);
  }
}

function tooLate({ bucket, key }: Fetch): Error {
  return new Error(
    `InternalServerError: s3://${bucket}/${key} took longer to fetch than Linux lets a program wait for a file (/proc/sys/fs/lease-break-time)`,
  );
}
