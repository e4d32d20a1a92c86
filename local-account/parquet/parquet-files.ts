import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A column's place in the schema of the file: an optional value of a primitive type. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY';
  /** What the bytes or the number mean: UTF8, DATE, TIMESTAMP_MILLIS, DECIMAL, ... */
  readonly converted_type?: string;
  readonly precision?: number;
  readonly scale?: number;
}

export interface ParquetTable {
  readonly columns: readonly ParquetColumn[];
  /** One list for each column: null where there is no value, bigint for INT64. */
  readonly values: readonly (readonly unknown[])[];
  readonly codec: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP';
}

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

  write({ columns, values, codec }: ParquetTable): Promise<Buffer> {
    const id = this.next++;
    const schema = [
      { name: 'hive_schema', num_children: columns.length },
      ...columns.map((column) => ({ ...column, repetition_type: 'OPTIONAL' })),
    ];
    const columnData = columns.map(({ name }, at) => ({ name, data: values[at] }));
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed });
      this.started().postMessage({ id, schema, columnData, codec });
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
