import { Chart } from '../components/chart.js';
import { Moment } from '../components/moment.js';
import { Card, Facts, Heading, Table } from '../components/parts.js';
import { Prediction } from '../components/prediction.js';
import { Releases } from '../components/releases.js';
import { State } from '../components/state.js';
import { endpoints, variantsOf } from '../core/account.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { lastPart } from '../core/names.js';
import { address, setQuery } from '../core/route.js';
import { metricSeries } from '../core/series.js';

/**
 * The endpoints: what serves, how traffic goes, the releases, and a prediction to try.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Endpoint({ route }) {
  const { value = [], error, loading } = useLoad(load);
  const [wanted] = route.parts;
  const endpoint = value.find((one) => one.EndpointName === wanted) ?? value[0];
  return html`<div class="page">
    <${Heading} title="Endpoint">${endpoint?.EndpointName}</${Heading}>
    ${value.length > 1 && html`<div class="filters">${value.map(({ EndpointName }) => html`<a href=${address('endpoint', [EndpointName])}>${EndpointName}</a>`)}</div>`}
    ${
      endpoint === undefined
        ? html`<${Card} title="Endpoint" error=${error} loading=${loading} empty="No endpoint serves. It is made when the first version is approved." />`
        : html`<${Card} title="What serves" error=${error}><${Variants} endpoint=${endpoint} /></${Card}>
        <${Traffic} endpoint=${endpoint} hours=${Number(route.query.hours ?? 3)} />`
    }
    <div class="columns">
      <${Releases} execution=${route.query.release} />
      ${endpoint && html`<${Prediction} endpoint=${endpoint.EndpointName} />`}
    </div>
  </div>`;
}

async function load() {
  const found = await endpoints();
  return Promise.all(
    found.map(async (one) => {
      const next = one.PendingDeploymentSummary?.EndpointConfigName;
      const [served, coming] = await Promise.all([
        variantsOf(one.EndpointName, one.EndpointConfigName),
        next === undefined ? [] : variantsOf(one.EndpointName, next),
      ]);
      return { ...one, served, coming };
    }),
  );
}

/** @param {{ endpoint: any }} props */
function Variants({ endpoint }) {
  const { rollback } = useContent();
  const { BlueGreenUpdatePolicy, AutoRollbackConfiguration } = endpoint.LastDeploymentConfig ?? {};
  const { Type, CanarySize, WaitIntervalInSeconds } = BlueGreenUpdatePolicy?.TrafficRoutingConfiguration ?? {};
  const pending = (endpoint.PendingDeploymentSummary?.ProductionVariants ?? []).map((/** @type {any} */ one) => ({
    ...one,
    ...endpoint.coming.find((/** @type {any} */ { variant }) => variant === one.VariantName),
    pending: true,
  }));
  const serving = (endpoint.ProductionVariants ?? []).map((/** @type {any} */ one) => ({
    ...one,
    ...endpoint.served.find((/** @type {any} */ { variant }) => variant === one.VariantName),
  }));
  const percent = CanarySize && `${CanarySize.Value}${CanarySize.Type === 'CAPACITY_PERCENT' ? ' %' : ' instances'}`;
  return html`<${Facts} of=${[
    ['Status', html`<${State} of=${endpoint.EndpointStatus} />`],
    ['Why it failed', endpoint.FailureReason && html`<pre>${endpoint.FailureReason}</pre>`],
    ['Updated', html`<${Moment} at=${endpoint.LastModifiedTime} />`],
    [
      'Deployment',
      Type &&
        `${Type.toLowerCase().replaceAll('_', ' ')}${percent ? ` of ${percent}` : ''}, bakes ${WaitIntervalInSeconds} s`,
    ],
    ['To roll back', rollback],
    [
      'Rolls back on',
      AutoRollbackConfiguration?.Alarms?.map(
        (/** @type {any} */ { AlarmName }) =>
          html`<div><a href=${address('monitoring', ['alarm', AlarmName])}>${AlarmName}</a></div>`,
      ),
    ],
  ]} />
    <${Table} caption="Variants" rows=${[...serving, ...pending]} columns=${[
      {
        title: 'Variant',
        cell: (/** @type {any} */ one) =>
          html`${one.VariantName}${one.pending ? html` <${State} of="new fleet" tone="busy" />` : ''}`,
      },
      {
        title: 'Version',
        cell: (/** @type {any} */ one) =>
          one.package &&
          html`<a href=${address('registry', [one.package.split('/').at(-2), lastPart(one.package)])}>Version ${lastPart(one.package)}</a>`,
      },
      { title: 'Weight', number: true, cell: (/** @type {any} */ one) => `${one.CurrentWeight ?? ''}` },
      {
        title: 'Instances',
        number: true,
        cell: (/** @type {any} */ one) =>
          `${one.CurrentInstanceCount ?? 0}${one.DesiredInstanceCount !== one.CurrentInstanceCount ? ` of ${one.DesiredInstanceCount ?? '?'}` : ''}`,
      },
      { title: 'Type', cell: (/** @type {any} */ one) => one.type ?? one.InstanceType ?? '' },
      {
        title: 'State',
        cell: (/** @type {any} */ one) =>
          (one.VariantStatus ?? []).map(
            (/** @type {any} */ { Status, StatusMessage }) => html`<${State} of=${Status} /> ${StatusMessage ?? ''} `,
          ),
      },
    ]} />`;
}

/** @param {{ endpoint: any, hours: number }} props */
function Traffic({ endpoint, hours }) {
  const variants = [
    ...endpoint.ProductionVariants,
    ...(endpoint.PendingDeploymentSummary?.ProductionVariants ?? []),
  ].map((/** @type {any} */ one) => one.VariantName);
  const names = [...new Set(variants)];
  const { value, error, loading } = useLoad(
    () => traffic(endpoint.EndpointName, names, hours),
    [endpoint.EndpointName, names, hours],
  );
  const { x = [], values = {} } = value ?? {};
  const each = periodOf(hours) === 60 ? 'a minute' : `in ${periodOf(hours) / 60} minutes`;
  // Counts belong to their minute; a line between them would show requests that nobody sent.
  const counts = (/** @type {string} */ id, suffix = '') =>
    names.map((name, at) => ({ label: `${name}${suffix}`, bars: true, values: values[`${id}${at}`] ?? [] }));
  const latencies = names.flatMap((name, at) =>
    ['p50', 'p95'].map((id) => ({
      label: `${name} ${id}`,
      points: true,
      // The metric is in microseconds.
      values: (values[`${id}_${at}`] ?? []).map((/** @type {any} */ one) => (one === null ? null : one / 1000)),
    })),
  );
  return html`<${Card} title="Traffic" error=${error} loading=${loading} empty=${x.length === 0 && `No request in the last ${hours} hours.`}
      note=${html`<label>Last <select value=${hours} onChange=${(/** @type {any} */ event) => setQuery({ hours: event.currentTarget.value })}>
        ${[1, 3, 12, 48, 168].map((one) => html`<option value=${one}>${one} h</option>`)}</select></label>`}>
    ${endpoint.PendingDeploymentSummary && html`<p class="muted">CloudWatch counts by the variant's name: while an update goes on, both fleets are in its numbers.</p>`}
    <div class="columns">
      <${Chart} label="Requests ${each}, by variant" time from0 x=${x} series=${counts('requests')} />
      <${Chart} label="Model latency by variant, milliseconds: median (p50) and 95th percentile (p95)" time from0 x=${x} series=${latencies} />
      <${Chart} label="Errors ${each}, by variant" time from0 x=${x} series=${[...counts('client', ' 4XX'), ...counts('server', ' 5XX')]} />
    </div>
  </${Card}>`;
}

/**
 * Seconds of one point: a chart has room for some two hundred.
 * @param {number} hours
 */
function periodOf(hours) {
  return [60, 300, 900].find((period) => (hours * 3600) / period <= 200) ?? 3600;
}

/**
 * @param {string} EndpointName
 * @param {readonly string[]} variants
 * @param {number} hours
 */
function traffic(EndpointName, variants, hours) {
  const metrics = [
    ['requests', 'Invocations', 'Sum'],
    ['p50_', 'ModelLatency', 'p50'],
    ['p95_', 'ModelLatency', 'p95'],
    ['client', 'Invocation4XXErrors', 'Sum'],
    ['server', 'Invocation5XXErrors', 'Sum'],
  ];
  return metricSeries(
    variants.flatMap((VariantName, at) =>
      metrics.map(([id = '', name = '', statistic = '']) => ({
        id: `${id}${at}`,
        namespace: 'AWS/SageMaker',
        name,
        statistic,
        period: periodOf(hours),
        dimensions: { EndpointName, VariantName },
      })),
    ),
    hours,
  );
}
