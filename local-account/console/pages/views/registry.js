import { Moment } from '../components/moment.js';
import { Card, Heading, Table } from '../components/parts.js';
import { State } from '../components/state.js';
import { jsonAt, packages, served } from '../core/account.js';
import { call } from '../core/api.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { metricsOf } from '../core/metrics.js';
import { number } from '../core/names.js';
import { address } from '../core/route.js';
import ModelVersion from './model-version.js';

/** Versions whose metrics are shown in the table: each takes two calls more. */
const shownVersions = 30;

/**
 * All versions, or one of them.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Registry({ route }) {
  const [group, version] = route.parts;
  if (group !== undefined && version !== undefined)
    return html`<${ModelVersion} group=${group} version=${Number(version)} />`;
  return html`<div class="page">
    <${Heading} title="Registry">Versions of each model package group, newest first.</${Heading}>
    <${Versions} />
  </div>`;
}

function Versions() {
  const { value = [], error, loading } = useLoad(load);
  const names = [...new Set(value.flatMap(({ metrics }) => Object.keys(metrics)))].slice(0, 8);
  const groups = [...new Set(value.map(({ group }) => group))];
  if (groups.length === 0)
    return html`<${Card} title="Versions" error=${error} loading=${loading} empty="No model is registered yet." />`;
  return groups.map(
    (group) => html`<${Card} title=${group} key=${group} error=${error}>
      <${Table} caption="Versions of ${group}" rows=${value.filter((one) => one.group === group)} keyOf=${(/** @type {any} */ one) => one.arn} columns=${[
        {
          title: 'Version',
          cell: (/** @type {any} */ one) =>
            html`<a href=${address('registry', [group, String(one.version)])}>Version ${one.version}</a>`,
        },
        { title: 'Approval', cell: (/** @type {any} */ one) => html`<${State} of=${one.approval} />` },
        {
          title: 'Serves',
          cell: (/** @type {any} */ one) =>
            one.serves.map(
              (/** @type {any} */ { endpoint, variant }) =>
                html`<a href=${address('endpoint', [endpoint])}>${variant}</a> `,
            ),
        },
        ...names.map((name) => ({
          title: name,
          number: true,
          cell: (/** @type {any} */ one) => number(one.metrics[name]),
        })),
        { title: 'Registered', cell: (/** @type {any} */ one) => html`<${Moment} at=${one.created} />` },
        { title: 'Note', wide: true, cell: (/** @type {any} */ one) => one.note ?? '' },
      ]} />
    </${Card}>`,
  );
}

async function load() {
  const [found, live] = await Promise.all([packages(), served()]);
  return Promise.all(
    found.map(async (one, at) => {
      const described =
        at < shownVersions
          ? await call('sagemaker', 'DescribeModelPackage', { ModelPackageName: one.ModelPackageArn })
          : {};
      return {
        arn: one.ModelPackageArn,
        group: one.ModelPackageGroupName,
        version: one.ModelPackageVersion,
        approval: one.ModelApprovalStatus,
        created: one.CreationTime,
        note: described.ApprovalDescription,
        serves: live.filter((variant) => variant.package === one.ModelPackageArn),
        metrics: metricsOf(await jsonAt(described.ModelMetrics?.ModelQuality?.Statistics?.S3Uri)),
      };
    }),
  );
}
