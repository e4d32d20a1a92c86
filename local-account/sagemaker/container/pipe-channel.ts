import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { recordIo } from './record-io';
import type { Fetch } from './transfer';

/** How often a pipe is asked whether somebody has opened it: no system call waits for a reader without a thread. */
const POLL_MILLISECONDS = 10;

export interface PipeOptions {
  /** Path of the pipes without their epoch: /opt/ml/input/data/train, so that the first is train_0. */
  readonly path: string;
  /** The objects of an epoch, in order. */
  readonly objects: (epoch: number) => readonly Fetch[];
  readonly gunzip: boolean;
  /** Each object becomes a RecordIO record. */
  readonly records: boolean;
}

/** A channel in Pipe mode: one named pipe for each epoch, with the content of all objects one after the other. */
// AWS: sagemaker-jobs/one-pipe-per-epoch
export class PipeChannel {
  private readonly closing = new AbortController();

  /** Rejects with what kept the data from being read. */
  done: Promise<void> = Promise.resolve();

  private constructor(
    private readonly s3: S3Client,
    private readonly options: PipeOptions,
  ) {}

  /** Resolves when the first epoch's pipe exists. */
  static async open(s3: S3Client, options: PipeOptions): Promise<PipeChannel> {
    await mkdir(dirname(options.path), { recursive: true });
    await makePipe(`${options.path}_0`);
    const channel = new PipeChannel(s3, options);
    channel.done = channel.run();
    channel.done.catch(() => undefined);
    return channel;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.done.catch(() => undefined);
  }

  private async run(): Promise<void> {
    for (let epoch = 0; ; epoch++) {
      const path = `${this.options.path}_${epoch}`;
      if (epoch > 0) await makePipe(path);
      const pipe = await this.whenRead(path);
      if (!pipe) return;
      await this.stream(pipe, this.options.objects(epoch));
      await rm(path);
    }
  }

  /** The pipe's writing end, once a process has opened it for reading. */
  private async whenRead(path: string): Promise<Socket | undefined> {
    while (!this.closing.signal.aborted) {
      try {
        // Without waiting: ENXIO as long as nobody reads.
        const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
        const pipe = new Socket({ fd, readable: false, writable: true });
        // A reader may close the pipe whenever it has read enough; the write in progress sees it.
        pipe.on('error', () => undefined);
        return pipe;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
        await delay(POLL_MILLISECONDS);
      }
    }
    return undefined;
  }

  private async stream(pipe: Socket, objects: readonly Fetch[]): Promise<void> {
    const stop = (): unknown => pipe.destroy();
    this.closing.signal.addEventListener('abort', stop);
    try {
      for (const { bucket, key } of objects) {
        const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const content = this.options.gunzip ? unzipped(Body as Readable) : (Body as Readable);
        const chunks = this.options.records ? [recordIo(await buffer(content))] : content;
        for await (const chunk of chunks) {
          if (!(await written(pipe, chunk as Buffer))) {
            content.destroy();
            return;
          }
        }
      }
    } finally {
      this.closing.signal.removeEventListener('abort', stop);
      await ended(pipe);
    }
  }
}

async function makePipe(path: string): Promise<void> {
  await promisify(execFile)('mkfifo', ['-m', '644', path]);
}

function unzipped(body: Readable): Readable {
  const gunzip = createGunzip();
  body.on('error', (error) => gunzip.destroy(error));
  return body.pipe(gunzip);
}

/** Waits until there is room for more. False when nobody reads any longer. */
function written(pipe: Socket, chunk: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    if (pipe.destroyed) return resolve(false);
    const closed = (): void => resolve(false);
    pipe.once('close', closed);
    pipe.write(chunk, (error) => {
      pipe.off('close', closed);
      resolve(!error);
    });
  });
}

function ended(pipe: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (pipe.closed) return resolve();
    pipe.once('close', () => resolve());
    pipe.end(() => pipe.destroy());
  });
}
