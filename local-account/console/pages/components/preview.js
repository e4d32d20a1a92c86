import { call, listAll } from '../core/api.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { size } from '../core/names.js';
import { rowsOf } from '../core/rows.js';
import { Problem, Table } from './parts.js';

/**
 * The beginning of an object: as rows, as JSON, or as text.
 * @param {{ bucket: string, name: string, size: number }} props
 */
export function Preview({ bucket, name, size: bytes }) {
  const { value, error, loading } = useLoad(() => load(bucket, name, bytes), [bucket, name, bytes]);
  if (error) return html`<${Problem} error=${error} />`;
  if (loading || value === undefined) return html`<p class="muted">Loading …</p>`;
  const { text, columns, whole } = value;
  if (text === undefined) return html`<p class="muted">${size(bytes)} that are no text.</p>`;
  const rows = rowsOf(text, name, columns);
  if (rows !== undefined)
    return html`<${Table} caption="Rows of ${name}" rows=${rows.rows} columns=${rows.columns.map((title, at) => ({ title, cell: (/** @type {string[]} */ row) => row[at] ?? '' }))} />
      ${(rows.more || !whole) && html`<p class="muted">The first ${rows.rows.length} rows.</p>`}`;
  return html`<pre class="log" tabindex="0">${formatted(text)}</pre>${!whole && html`<p class="muted">The first ${size(text.length)}.</p>`}`;
}

/**
 * @param {string} Bucket
 * @param {string} Key
 * @param {number} bytes
 */
async function load(Bucket, Key, bytes) {
  if (bytes === 0) return { text: '', columns: [], whole: true };
  const [{ Body }, columns] = await Promise.all([
    call('s3', 'GetObject', { Bucket, Key }),
    columnsOf(`s3://${Bucket}/${Key}`),
  ]);
  return { text: Body.text, columns, whole: Body.bytes === bytes && !Body.gzip };
}

/**
 * Names of a table's columns, where the object lies in a table of the catalog: its files may have no header.
 * @param {string} uri
 */
async function columnsOf(uri) {
  if (!/\.csv(\.gz)?$/.test(uri)) return [];
  try {
    const databases = await listAll('glue', 'GetDatabases', {}, 'DatabaseList');
    const tables = await Promise.all(
      databases.map(({ Name }) => listAll('glue', 'GetTables', { DatabaseName: Name }, 'TableList')),
    );
    const table = tables
      .flat()
      .find(({ StorageDescriptor }) => StorageDescriptor?.Location && uri.startsWith(StorageDescriptor.Location));
    return (table?.StorageDescriptor.Columns ?? []).map((/** @type {any} */ { Name }) => Name);
  } catch {
    // Whoever may read the object need not be allowed to read the catalog.
    return [];
  }
}

/** @param {string} text */
function formatted(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
