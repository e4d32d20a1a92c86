import { Moment } from '../components/moment.js';
import { Card, Facts, Heading, Problem, Table } from '../components/parts.js';
import { Preview } from '../components/preview.js';
import { outputOf } from '../core/account.js';
import { call, listAll } from '../core/api.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { placeOf, size } from '../core/names.js';
import { address } from '../core/route.js';

/**
 * Buckets, tables and what was refused; or one bucket's objects.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Data({ route }) {
  const [bucket] = route.parts;
  if (bucket !== undefined) return html`<${Bucket} bucket=${bucket} at=${route.query.key ?? ''} />`;
  return html`<div class="page">
    <${Heading} title="Data" />
    <div class="columns"><${Buckets} /><${Tables} /></div>
    <${Quarantine} />
  </div>`;
}

function Buckets() {
  const { value, error, loading } = useLoad(() => call('s3', 'ListBuckets'));
  const buckets = value?.Buckets ?? [];
  return html`<${Card} title="Buckets" error=${error} loading=${loading} empty=${buckets.length === 0 && 'There are no buckets.'}>
    <${Table} caption="Buckets" rows=${buckets} columns=${[
      {
        title: 'Name',
        wide: true,
        cell: (/** @type {any} */ { Name }) => html`<a href=${address('data', [Name])}>${Name}</a>`,
      },
      { title: 'Created', cell: (/** @type {any} */ { CreationDate }) => html`<${Moment} at=${CreationDate} />` },
    ]} />
  </${Card}>`;
}

/** Tables of all databases of the Glue catalog. */
async function tables() {
  const databases = await listAll('glue', 'GetDatabases', {}, 'DatabaseList');
  const found = await Promise.all(
    databases.map(({ Name }) => listAll('glue', 'GetTables', { DatabaseName: Name }, 'TableList')),
  );
  return found.flat();
}

function Tables() {
  const { value = [], error, loading } = useLoad(tables);
  return html`<${Card} title="Tables" note="Glue catalog" error=${error} loading=${loading} empty=${value.length === 0 && 'The catalog has no tables.'}>
    <ul class="plain">${value.map(({ Name, DatabaseName, StorageDescriptor = {}, PartitionKeys = [] }) => {
      const { bucket, key } = placeOf(StorageDescriptor.Location ?? '');
      return html`<li key=${Name}><strong>${Name}</strong> <span class="muted">${DatabaseName}</span><br />
        <a class="mono" href=${address('data', [bucket], { key })}>${StorageDescriptor.Location}</a>
        <details><summary>${(StorageDescriptor.Columns ?? []).length} columns, ${PartitionKeys.length} partition keys</summary>
          <${Table} caption="Columns of ${Name}" rows=${[...(StorageDescriptor.Columns ?? []), ...PartitionKeys.map((/** @type {any} */ one) => ({ ...one, partition: true }))]} columns=${[
            { title: 'Column', cell: (/** @type {any} */ one) => one.Name },
            { title: 'Type', cell: (/** @type {any} */ one) => `${one.Type}${one.partition ? ', partition key' : ''}` },
          ]} /></details></li>`;
    })}</ul>
  </${Card}>`;
}

/** What was refused, with the reasons. */
function Quarantine() {
  const { quarantine } = useContent();
  const { value, error, loading } = useLoad(async () => {
    const bucket = await outputOf(quarantine?.bucket);
    if (bucket === undefined) return undefined;
    return {
      bucket,
      objects: await listAll('s3', 'ListObjectsV2', { Bucket: bucket, Prefix: quarantine.prefix }, 'Contents', 200),
    };
  });
  if (quarantine === undefined) return null;
  const objects = value?.objects ?? [];
  return html`<${Card} title="Quarantine" error=${error} loading=${loading} empty=${objects.length === 0 && 'Nothing was refused.'}>
    ${objects.map(
      ({ Key, Size, LastModified }, at) => html`<details key=${Key} open=${at === 0}>
      <summary><span class="mono">${Key}</span> <span class="muted">${size(Size)}, <${Moment} at=${LastModified} /></span></summary>
      <${Preview} bucket=${value?.bucket ?? ''} name=${Key} size=${Size} /></details>`,
    )}
  </${Card}>`;
}

/** @param {{ bucket: string, at: string }} props */
function Bucket({ bucket, at }) {
  const { value, error, loading } = useLoad(() => list(bucket, at), [bucket, at]);
  const folder = at.slice(0, at.lastIndexOf('/') + 1);
  const steps = folder.split('/').filter(Boolean);
  const object = value?.object;
  return html`<div class="page">
    <${Heading} title=${object ? at.slice(folder.length) : bucket}><a href=${address('data')}>Data</a> / <a href=${address('data', [bucket])}>${bucket}</a>${steps.map(
      (step, index) =>
        html` / <a href=${address('data', [bucket], { key: `${steps.slice(0, index + 1).join('/')}/` })}>${step}</a>`,
    )}</${Heading}>
    <${Problem} error=${error} />
    ${loading && html`<p class="muted">Loading …</p>`}
    ${
      object &&
      html`<${Card} title="Object">
      <${Facts} of=${[
        ['Size', size(object.Size)],
        ['Changed', html`<${Moment} at=${object.LastModified} />`],
        ['ETag', object.ETag],
      ]} />
      <${Preview} bucket=${bucket} name=${at} size=${object.Size} />
    </${Card}>`
    }
    ${
      value &&
      !object &&
      html`<${Card} title="Objects" note=${value.more ? 'The first 1,000' : `${value.objects.length + value.folders.length}`} empty=${value.objects.length + value.folders.length === 0 && 'There is nothing here.'}>
      <${Table} caption="Objects" rows=${[...value.folders.map((/** @type {string} */ Key) => ({ Key })), ...value.objects]} columns=${[
        {
          title: 'Name',
          wide: true,
          cell: (/** @type {any} */ { Key }) =>
            html`<a class="mono" href=${address('data', [bucket], { key: Key })}>${Key.slice(value.prefix.length)}</a>`,
        },
        { title: 'Size', number: true, cell: (/** @type {any} */ { Size }) => (Size === undefined ? '' : size(Size)) },
        { title: 'Changed', cell: (/** @type {any} */ { LastModified }) => html`<${Moment} at=${LastModified} />` },
      ]} />
    </${Card}>`
    }
  </div>`;
}

/**
 * An object, or what is below a prefix.
 * @param {string} Bucket
 * @param {string} key
 */
async function list(Bucket, key) {
  if (key !== '' && !key.endsWith('/')) {
    const { Contents = [] } = await call('s3', 'ListObjectsV2', { Bucket, Prefix: key, MaxKeys: 1 });
    if (Contents[0]?.Key === key) return { object: Contents[0], objects: [], folders: [], more: false, prefix: '' };
  }
  const Prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  const {
    Contents = [],
    CommonPrefixes = [],
    IsTruncated,
  } = await call('s3', 'ListObjectsV2', { Bucket, Prefix, Delimiter: '/' });
  return {
    object: undefined,
    objects: Contents,
    folders: CommonPrefixes.map((/** @type {any} */ one) => one.Prefix),
    more: IsTruncated === true,
    prefix: Prefix,
  };
}
