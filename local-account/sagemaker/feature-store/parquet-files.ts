import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FeatureDefinition } from '@aws-sdk/client-sagemaker';
import type { OfflineRow } from './offline-file';

interface Answer {
  readonly id: number;
  readonly bytes?: ArrayBuffer;
  readonly error?: string;
}

/** Makes Parquet files in a thread that starts with the first of them. */
export class ParquetFiles {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, { done(bytes: Buffer): void; failed(error: Error): void }>();
  private next = 0;

  /** Feature columns by the definitions, then write_time, api_invocation_time and is_deleted. */
  // AWS: sagemaker-feature-store/offline-store-columns
  write(definitions: readonly FeatureDefinition[], rows: readonly OfflineRow[], writtenAt: number): Promise<Buffer> {
    const id = this.next++;
    const columns = definitions.map(({ FeatureName: name, FeatureType: type }) => ({ name, type }));
    const slim = rows.map(({ values, invokedAt, deleted }) => ({ values, invokedAt, deleted }));
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed });
      this.started().postMessage({ id, definitions: columns, rows: slim, writtenAt });
    });
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private started(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(join(__dirname, 'parquet-worker.mjs'));
    // It keeps nothing alive: who waits for a file does.
    worker.unref();
    worker.on('message', ({ id, bytes, error }: Answer) => {
      const waiter = this.waiting.get(id);
      this.waiting.delete(id);
      if (bytes) waiter?.done(Buffer.from(bytes));
      else waiter?.failed(new Error(error));
    });
    const ended = (error: Error): void => {
      this.worker = undefined;
      for (const { failed } of this.waiting.values()) failed(error);
      this.waiting.clear();
    };
    worker.on('error', ended);
    worker.on('exit', () => ended(new Error('the Parquet writer has ended')));
    this.worker = worker;
    return worker;
  }
}
