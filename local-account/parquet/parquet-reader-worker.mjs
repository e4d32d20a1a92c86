// Reads Parquet files in a thread of its own, one group of rows after the other.
import { parentPort } from 'node:worker_threads';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';

parentPort.on('message', async ({ id, bytes, columns }) => {
  try {
    const { row_groups: groups } = parquetMetadata(bytes);
    let rowStart = 0;
    for (const { num_rows: rows } of groups) {
      const rowEnd = rowStart + Number(rows);
      const read =
        columns.length === 0 ? [] : await parquetReadObjects({ file: bytes, columns, rowStart, rowEnd, utf8: true });
      const values = Object.fromEntries(columns.map((name) => [name, read.map((row) => row[name] ?? null)]));
      parentPort.postMessage({ id, batch: { rows: Number(rows), columns: values } });
      rowStart = rowEnd;
    }
    parentPort.postMessage({ id, done: true });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
