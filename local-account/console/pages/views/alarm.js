import { Chart } from '../components/chart.js';
import { Moment } from '../components/moment.js';
import { Card, Facts, Heading, Table } from '../components/parts.js';
import { State } from '../components/state.js';
import { call, listAll } from '../core/api.js';
import { useContent } from '../core/content.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { readableName } from '../core/names.js';
import { address } from '../core/route.js';
import { metricSeries } from '../core/series.js';

/**
 * One alarm: its cause, its metric with the threshold, what it did before, and its runbook.
 * @param {{ name: string }} props
 */
export default function Alarm({ name }) {
  const { value, error, loading } = useLoad(() => load(name), [name]);
  const { runbooks = [] } = useContent();
  const { alarm, history = [] } = value ?? {};
  const runbook = runbooks.find((/** @type {any} */ one) => alarm?.AlarmDescription?.includes(one.name));
  return html`<div class="page">
    <${Heading} title=${readableName(name)}><a href=${address('monitoring')}>All alarms</a></${Heading}>
    <div class="columns">
      <${Card} title="Cause" error=${error} loading=${loading} empty=${!loading && alarm === undefined && 'There is no such alarm.'}>
        ${
          alarm &&
          html`<${Facts} of=${[
            ['State', html`<${State} of=${alarm.StateValue} />`],
            ['Since', html`<${Moment} at=${alarm.StateUpdatedTimestamp} />`],
            ['Cause', alarm.StateReason],
            ['Condition', conditionOf(alarm)],
            ['No data', alarm.TreatMissingData ?? 'missing'],
            ['Actions', alarm.AlarmActions?.map((/** @type {string} */ one) => html`<div class="mono">${one}</div>`)],
          ]} /><p class="lines">${alarm.AlarmDescription}</p>`
        }
      </${Card}>
      ${alarm && html`<${Metric} alarm=${alarm} />`}
    </div>
    ${
      history.length > 0 &&
      html`<${Card} title="History"><${Table} caption="History of the alarm" rows=${history} columns=${[
        { title: 'When', cell: (/** @type {any} */ { Timestamp }) => html`<${Moment} at=${Timestamp} />` },
        { title: 'What', cell: (/** @type {any} */ { HistoryItemType }) => HistoryItemType },
        { title: 'Summary', wide: true, cell: (/** @type {any} */ { HistorySummary }) => HistorySummary },
      ]} /></${Card}>`
    }
    ${runbook && html`<${Card} title="Runbook: ${runbook.title}" note=${runbook.name}><${Runbook} text=${runbook.text} /></${Card}>`}
  </div>`;
}

/** @param {string} AlarmName */
async function load(AlarmName) {
  const [{ MetricAlarms = [] }, history] = await Promise.all([
    call('cloudwatch', 'DescribeAlarms', { AlarmNames: [AlarmName] }),
    listAll('cloudwatch', 'DescribeAlarmHistory', { AlarmName }, 'AlarmHistoryItems', 50),
  ]);
  return { alarm: MetricAlarms[0], history: history.slice(0, 30) };
}

const comparisons = /** @type {Record<string, string>} */ ({
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '≥',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '≤',
});

/** @param {any} alarm */
function conditionOf({
  MetricName,
  Statistic,
  ExtendedStatistic,
  ComparisonOperator,
  Threshold,
  Period,
  EvaluationPeriods,
  DatapointsToAlarm,
}) {
  const metric = MetricName === undefined ? 'expression' : `${MetricName} (${Statistic ?? ExtendedStatistic})`;
  return `${metric} ${comparisons[ComparisonOperator] ?? ComparisonOperator} ${Threshold}, ${DatapointsToAlarm ?? EvaluationPeriods} of ${EvaluationPeriods} periods${Period ? ` of ${Period} s` : ''}`;
}

/** @param {{ alarm: any }} props */
function Metric({ alarm }) {
  const { value, error, loading } = useLoad(() => series(alarm), [alarm.AlarmName]);
  const { x = [], values = {} } = value ?? {};
  const names = Object.keys(values);
  const days = daysOf(alarm);
  return html`<${Card} title="Metric" note="Last ${days === 1 ? '24 hours' : `${days} days`}" error=${error} loading=${loading} empty=${x.length === 0 && 'No data in this time.'}>
    <${Chart} label="Metric and threshold" time from0 x=${x} series=${[
      ...names.map((name) => ({ label: name, points: true, values: values[name] ?? [] })),
      ...(names.length === 1 ? [{ label: 'threshold', dashed: true, values: x.map(() => alarm.Threshold) }] : []),
    ]} />
    ${names.length > 1 && html`<p class="muted">The alarm compares an expression of these metrics with ${alarm.Threshold}.</p>`}
  </${Card}>`;
}

/**
 * Days to draw: of a metric of days, one day would be one point.
 * @param {any} alarm
 */
function daysOf({ Period, Metrics = [] }) {
  const period = Math.max(
    Period ?? 60,
    ...Metrics.map((/** @type {any} */ { MetricStat, Period: own }) => MetricStat?.Period ?? own ?? 60),
  );
  return period >= 86_400 ? 30 : period >= 3600 ? 7 : 1;
}

/** @param {any} alarm */
async function series({ MetricName, Namespace, Dimensions = [], Statistic, ExtendedStatistic, Period, Metrics = [] }) {
  const dimensionsOf = (/** @type {any[]} */ list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
  const wanted =
    MetricName === undefined
      ? Metrics.filter((/** @type {any} */ one) => one.MetricStat).map(
          (/** @type {any} */ { MetricStat: { Metric, Stat, Period: period } }) => ({
            label: Metric.MetricName,
            namespace: Metric.Namespace,
            name: Metric.MetricName,
            dimensions: dimensionsOf(Metric.Dimensions ?? []),
            statistic: Stat,
            period,
          }),
        )
      : [
          {
            label: `${MetricName} (${Statistic ?? ExtendedStatistic})`,
            namespace: Namespace,
            name: MetricName,
            dimensions: dimensionsOf(Dimensions),
            statistic: Statistic ?? ExtendedStatistic,
            period: Period,
          },
        ];
  const { x, values } = await metricSeries(
    wanted.map((/** @type {any} */ one, /** @type {number} */ at) => ({ ...one, id: `m${at}` })),
    24 * daysOf({ Period, Metrics }),
  );
  return {
    x,
    values: Object.fromEntries(
      wanted.map((/** @type {any} */ { label }, /** @type {number} */ at) => [label, values[`m${at}`] ?? []]),
    ),
  };
}

/**
 * The runbook's text: headings, lists and code as such, everything as text.
 * @param {{ text: string }} props
 */
function Runbook({ text }) {
  return html`<div class="runbook">${text.split(/\n{2,}/).map((block) => {
    const heading = /^#+ (.*)$/.exec(block);
    if (heading) return html`<h3>${heading[1]}</h3>`;
    const items = block.split('\n');
    if (items.every((line) => /^\s*([-*]|\d+\.) |^\s{2,}/.test(line)))
      return html`<ul>${items.map((line) => html`<li><${Inline} text=${line.replace(/^\s*([-*]|\d+\.) /, '')} /></li>`)}</ul>`;
    return html`<p><${Inline} text=${block} /></p>`;
  })}</div>`;
}

/** @param {{ text: string }} props */
function Inline({ text }) {
  return html`${text.split(/(`[^`]+`)/).map((part) => (part.startsWith('`') ? html`<code>${part.slice(1, -1)}</code>` : part))}`;
}
