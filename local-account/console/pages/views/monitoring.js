import { Chart } from '../components/chart.js';
import { Distributions } from '../components/distributions.js';
import { Moment } from '../components/moment.js';
import { Card, Heading, Problem, Table } from '../components/parts.js';
import { SliceCards } from '../components/slices.js';
import { State } from '../components/state.js';
import { alarms, jsonAt, served } from '../core/account.js';
import { call } from '../core/api.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { distancesOf, monitoringRuns } from '../core/monitoring.js';
import { number, readableName } from '../core/names.js';
import { address, setQuery } from '../core/route.js';
import Alarm from './alarm.js';

/**
 * Drift by feature, model quality over time, and the alarms; or one alarm.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Monitoring({ route }) {
  const [kind, name] = route.parts;
  if (kind === 'alarm' && name !== undefined) return html`<${Alarm} name=${name} />`;
  return html`<div class="page">
    <${Heading} title="Monitoring" />
    <${Runs} query=${route.query} />
    <${Alarms} state=${route.query.state ?? ''} />
  </div>`;
}

/** @param {{ query: Record<string, string> }} props */
function Runs({ query }) {
  const { monitoring } = useContent();
  const { value, error, loading } = useLoad(() => monitoringRuns(monitoring));
  if (monitoring === undefined) return null;
  const { bucket = '', drift = [], quality = [] } = value ?? {};
  return html`<${Card} title="Drift" note="Distance of an hour's requests from the baseline; 0 is equal" error=${error} loading=${loading}
      empty=${drift.length === 0 && 'No hour was analyzed yet. The analysis runs each hour: send requests, and let time pass.'}>
      ${drift.length > 0 && html`<${Drift} bucket=${bucket} runs=${drift} feature=${query.feature} />`}
    </${Card}>
    <${Card} title="Model quality and cost" note="Predictions whose outcome is known, by run" loading=${loading}
      empty=${quality.length === 0 && 'No run yet. Quality is measured each day, when outcomes have arrived.'}>
      ${quality.length > 0 && html`<${Quality} runs=${quality} of=${(/** @type {string} */ name) => !isBias(name)} asked="metric" chosen=${query.metric} />`}
    </${Card}>
    <${LiveVersion} />
    <${Card} title="Bias" note="Between groups of the same predictions, by run" loading=${loading}
      empty=${!quality.some(({ metrics }) => Object.keys(metrics).some(isBias)) && 'No run has measured bias yet.'}>
      <${Quality} runs=${quality} of=${isBias} asked="bias" chosen=${query.bias} />
    </${Card}>`;
}

/**
 * Whether a metric has one of the names that SageMaker's bias monitor gives.
 * @param {string} name
 */
function isBias(name) {
  return name.startsWith('bias_metric_');
}

/** What the version that serves measured before it was registered, month by month. */
function LiveVersion() {
  const { value, error } = useLoad(async () => {
    const arn = (await served()).find((one) => one.package !== undefined)?.package;
    if (arn === undefined) return undefined;
    const { ModelMetrics, ModelPackageVersion } = await call('sagemaker', 'DescribeModelPackage', {
      ModelPackageName: arn,
    });
    return { version: ModelPackageVersion, quality: await jsonAt(ModelMetrics?.ModelQuality?.Statistics?.S3Uri) };
  });
  return html`<${Problem} error=${error} />
    ${value && html`<${SliceCards} quality=${value.quality} note="Version ${value.version}, which serves, on the rows of its test" />`}`;
}

/** @param {{ bucket: string, runs: import('../core/monitoring.js').Run[], feature?: string }} props */
function Drift({ bucket, runs, feature }) {
  const last = /** @type {import('../core/monitoring.js').Run} */ (runs.at(-1));
  const distances = distancesOf(last);
  const violated = new Map(last.violations.map((one) => [one.feature_name, one.description]));
  const share = (/** @type {string} */ name) =>
    (distances[name] ?? 0) / (last.limits[name] ?? Number.POSITIVE_INFINITY);
  const features = Object.keys(distances).sort(
    (a, b) => share(b) - share(a) || (distances[b] ?? 0) - (distances[a] ?? 0),
  );
  const chosen = feature !== undefined && feature in distances ? feature : (features[0] ?? '');
  const limit = last.limits[chosen];
  return html`<div class="split even">
    <div class="tall"><${Table} caption="Distance by feature, newest run" rows=${features} chosen=${(/** @type {string} */ name) => name === chosen} columns=${[
      {
        title: 'Feature',
        cell: (/** @type {string} */ name) =>
          html`<a href="#" aria-current=${name === chosen ? 'true' : undefined} onClick=${(
            /** @type {Event} */ event,
          ) => {
            event.preventDefault();
            setQuery({ feature: name });
          }}>${name}</a>`,
      },
      { title: 'Distance', number: true, cell: (/** @type {string} */ name) => number(distances[name]) },
      {
        title: 'Limit',
        number: true,
        cell: (/** @type {string} */ name) =>
          last.limits[name] === undefined ? 'not compared' : number(last.limits[name]),
      },
      {
        title: 'Result',
        cell: (/** @type {string} */ name) =>
          violated.has(name)
            ? html`<${State} of="violation" tone="bad" /> ${violated.get(name)}`
            : share(name) > 1
              ? 'above the limit, but not evaluated: too few rows'
              : '',
      },
    ]} /></div>
    <div class="charts">
      <${Chart} label="${chosen}: distance over time" time from0 points x=${runs.map(({ at }) => at / 1000)} series=${[
        { label: 'distance', points: true, values: runs.map((run) => distancesOf(run)[chosen] ?? null) },
        ...(limit === undefined
          ? []
          : [{ label: 'limit', dashed: true, values: runs.map(({ limits }) => limits[chosen] ?? null) }]),
      ]} />
      <${Distributions} bucket=${bucket} run=${last} feature=${chosen} />
    </div>
  </div>`;
}

/** @param {{ runs: import('../core/monitoring.js').Run[], of: (name: string) => boolean, asked: string, chosen?: string }} props */
function Quality({ runs, of, asked, chosen: wanted }) {
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))].filter(of);
  const chosen = wanted !== undefined && names.includes(wanted) ? wanted : (names[0] ?? '');
  return html`<label>Metric <select value=${chosen} onChange=${(/** @type {any} */ event) => setQuery({ [asked]: event.currentTarget.value })}>${names.map((one) => html`<option>${one}</option>`)}</select></label>
    <${Chart} label="${chosen} by run" time x=${runs.map(({ at }) => at / 1000)} series=${[{ label: chosen, points: true, values: runs.map(({ metrics }) => metrics[chosen] ?? null) }]} />
    <${Table} caption="Metrics of the newest runs (${asked})" rows=${runs.slice(-6).reverse()} columns=${[
      { title: 'Run', cell: (/** @type {any} */ { at }) => html`<${Moment} at=${at} />` },
      ...names.map((name) => ({
        title: name,
        number: true,
        cell: (/** @type {any} */ { metrics }) => number(metrics[name]),
      })),
      { title: 'Violations', number: true, cell: (/** @type {any} */ { violations }) => violations.length },
    ]} />`;
}

/** @param {{ state: string }} props */
function Alarms({ state }) {
  const { value = [], error, loading } = useLoad(alarms);
  const shown = value.filter(({ StateValue }) => (state === '' ? StateValue !== 'OK' : StateValue === state));
  const fine = state === '' ? value.filter(({ StateValue }) => StateValue === 'OK') : [];
  return html`<${Card} title="Alarms" error=${error} loading=${loading} empty=${value.length === 0 && 'There are no alarms.'}
      note=${html`<label>State <select value=${state} onChange=${(/** @type {any} */ event) => setQuery({ state: event.currentTarget.value })}>
        <option value="">all ${value.length}</option>${['ALARM', 'INSUFFICIENT_DATA', 'OK'].map((one) => html`<option value=${one}>${one} ${value.filter(({ StateValue }) => StateValue === one).length}</option>`)}</select></label>`}>
    ${shown.length === 0 ? html`<p class="muted">None.</p>` : html`<${AlarmTable} caption="Alarms, worst first" rows=${shown} />`}
    ${fine.length > 0 && html`<details><summary>${fine.length} OK</summary><${AlarmTable} caption="Alarms that are OK" rows=${fine} /></details>`}
  </${Card}>`;
}

/** @param {{ caption: string, rows: any[] }} props */
function AlarmTable({ caption, rows }) {
  return html`<${Table} caption=${caption} rows=${rows} keyOf=${(/** @type {any} */ { AlarmName }) => AlarmName} columns=${[
    { title: 'State', cell: (/** @type {any} */ { StateValue }) => html`<${State} of=${StateValue} />` },
    {
      title: 'Alarm',
      wide: true,
      cell: (/** @type {any} */ { AlarmName }) =>
        html`<a href=${address('monitoring', ['alarm', AlarmName])}>${readableName(AlarmName)}</a>`,
    },
    { title: 'Cause', wide: true, cell: (/** @type {any} */ { StateReason }) => StateReason },
    {
      title: 'Since',
      cell: (/** @type {any} */ { StateUpdatedTimestamp }) => html`<${Moment} at=${StateUpdatedTimestamp} />`,
    },
  ]} />`;
}
