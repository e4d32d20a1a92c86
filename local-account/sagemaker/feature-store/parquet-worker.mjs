// Writes Parquet files in a thread of its own: the account answers calls meanwhile. It is a module of Node's own kind,
// which the writer is, too.
import { parentPort } from 'node:worker_threads';
import { parquetWriteBuffer } from 'hyparquet-writer';

/**
 * @typedef {{ values: readonly (string | null)[], invokedAt: number, deleted: boolean }} Row
 * @typedef {{ id: number, definitions: { name: string, type: string }[], rows: Row[], writtenAt: number }} Request
 */

/** @type {Record<string, (text: string) => unknown>} */
const READ = { Integral: BigInt, Fractional: Number, String: (text) => text };
const TYPES = { Integral: 'INT64', Fractional: 'DOUBLE', String: 'STRING' };

/** @param {Request} request */
function write({ definitions, rows, writtenAt }) {
  const features = definitions.map(({ name, type }, at) => {
    const read = READ[type];
    const data = rows.map(({ values }) => {
      const value = values[at];
      return value === null || value === undefined ? null : read(value.startsWith('+') ? value.slice(1) : value);
    });
    return { name, type: TYPES[type], data };
  });
  return parquetWriteBuffer({
    codec: 'UNCOMPRESSED',
    rowGroupSize: 100_000,
    columnData: [
      ...features,
      { name: 'write_time', type: 'TIMESTAMP', data: rows.map(() => new Date(writtenAt)) },
      { name: 'api_invocation_time', type: 'TIMESTAMP', data: rows.map(({ invokedAt }) => new Date(invokedAt)) },
      { name: 'is_deleted', type: 'BOOLEAN', data: rows.map(({ deleted }) => deleted) },
    ],
  });
}

parentPort.on('message', (/** @type {Request} */ request) => {
  try {
    const bytes = write(request);
    parentPort.postMessage({ id: request.id, bytes }, [bytes]);
  } catch (error) {
    parentPort.postMessage({ id: request.id, error: String(error) });
  }
});
