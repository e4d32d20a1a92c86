import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Values of some rows, by column: null where there is no value, bigint for INT64. */
export interface ParquetRows {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

interface Answer {
  readonly batch?: ParquetRows;
  readonly done?: true;
  readonly error?: string;
}

/** Reads Parquet files in a thread, so that the account answers calls meanwhile. Stop it when it is not needed. */
export class ParquetReader {
  private readonly worker = new Worker(join(__dirname, 'parquet-reader-worker.mjs'));
  private next = 0;

  /** The rows of one file, group by group. One file at a time. */
  async *read(bytes: Uint8Array, columns: readonly string[]): AsyncIterable<ParquetRows> {
    const id = this.next++;
    const answers: Answer[] = [];
    let wake: () => void = () => undefined;
    const push = (answer: Answer): void => {
      answers.push(answer);
      wake();
    };
    const failed = (error: Error): void => push({ error: error.message });
    this.worker.on('message', push).on('error', failed);
    try {
      const copy = new Uint8Array(bytes).buffer;
      this.worker.postMessage({ id, bytes: copy, columns }, [copy]);
      for (;;) {
        const answer = answers.shift();
        if (answer === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else if (answer.batch) yield answer.batch;
        else if (answer.error !== undefined) throw new Error(answer.error);
        else return;
      }
    } finally {
      this.worker.off('message', push).off('error', failed);
    }
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
