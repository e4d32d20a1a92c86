// Writes Parquet files in a thread of its own: the account answers calls meanwhile. It is a module of Node's own kind,
// which the writer is, too.
import { parentPort } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';

const compressors = { GZIP: (/** @type {Uint8Array} */ bytes) => new Uint8Array(gzipSync(bytes)) };

parentPort.on('message', ({ id, schema, columnData, codec }) => {
  try {
    const bytes = parquetWriteBuffer({ schema, columnData, codec, compressors });
    parentPort.postMessage({ id, bytes }, [bytes]);
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
