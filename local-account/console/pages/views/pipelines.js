import { Moment } from '../components/moment.js';
import { Card, Heading, Table } from '../components/parts.js';
import { State } from '../components/state.js';
import { call, listAll } from '../core/api.js';
import { html } from '../core/html.js';
import { useLoad } from '../core/load.js';
import { number } from '../core/names.js';
import { address, setQuery } from '../core/route.js';
import { between } from '../core/time.js';
import PipelineRun from './pipeline-run.js';

/** Runs described at a time: each takes two calls more. */
const shownRuns = 40;

/**
 * Runs of all pipelines, or one run.
 * @param {{ route: import('../core/route.js').Route }} props
 */
export default function Pipelines({ route }) {
  const [pipeline, run] = route.parts;
  if (pipeline !== undefined && run !== undefined)
    return html`<${PipelineRun} pipeline=${pipeline} run=${run} route=${route} />`;
  return html`<div class="page">
    <${Heading} title="Pipelines">Each run with its parameters and what it measured.</${Heading}>
    <${Runs} query=${route.query} />
  </div>`;
}

/** @param {{ query: Record<string, string> }} props */
function Runs({ query }) {
  const { value = [], error, loading } = useLoad(runs);
  const { status = '', q = '', compare = '' } = query;
  const chosen = compare.split(',').filter(Boolean);
  const rows = value.filter(
    (one) => (status === '' || one.status === status) && JSON.stringify(one).toLowerCase().includes(q.toLowerCase()),
  );
  const compared = value.filter(({ id }) => chosen.includes(id));
  const choose = (/** @type {string} */ id) =>
    setQuery({ compare: (chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]).join(',') });
  const parameters = namesOf(value, 'parameters');
  const metrics = namesOf(value, 'metrics');
  return html`<div class="filters">
      <label><span class="unseen">Search</span><input type="search" placeholder="Search in runs" value=${q} onInput=${(/** @type {any} */ event) => setQuery({ q: event.currentTarget.value })} /></label>
      <label>Status <select value=${status} onChange=${(/** @type {any} */ event) => setQuery({ status: event.currentTarget.value })}>
        <option value="">all</option>
        ${[...new Set(value.map((one) => one.status))].map((one) => html`<option>${one}</option>`)}
      </select></label>
    </div>
    <${Card} title="Runs" note="${rows.length} of ${value.length}" error=${error} loading=${loading}
      empty=${value.length === 0 && 'No pipeline has run yet. Start one: npm run mlops -- train'}>
      <${Table} caption="Pipeline runs" rows=${rows} keyOf=${(/** @type {any} */ one) => one.arn} chosen=${(/** @type {any} */ one) => chosen.includes(one.id)} columns=${[
        {
          title: 'Compare',
          cell: (/** @type {any} */ one) =>
            html`<input type="checkbox" aria-label="Compare ${one.name}" checked=${chosen.includes(one.id)} onChange=${() => choose(one.id)} />`,
        },
        {
          title: 'Run',
          name: true,
          cell: (/** @type {any} */ one) =>
            html`<a href=${address('pipelines', [one.pipeline, one.id])}>${one.name}</a>`,
        },
        { title: 'Status', cell: (/** @type {any} */ one) => html`<${State} of=${one.status} />` },
        { title: 'Started', cell: (/** @type {any} */ one) => html`<${Moment} at=${one.started} />` },
        { title: 'Took', number: true, cell: (/** @type {any} */ one) => between(one.started, one.ended) },
        ...metrics.map((name) => ({
          title: name,
          number: true,
          cell: (/** @type {any} */ one) => number(one.metrics[name]),
        })),
        ...parameters.map((name) => ({
          title: name,
          cell: (/** @type {any} */ one) =>
            html`<span class="short" title=${one.parameters[name]}>${one.parameters[name] ?? ''}</span>`,
        })),
      ]} />
    </${Card}>
    ${compared.length > 1 && html`<${Compared} runs=${compared} names=${[...metrics, ...parameters]} />`}`;
}

/** @param {{ runs: any[], names: string[] }} props */
function Compared({ runs, names }) {
  const valueIn = (/** @type {any} */ run, /** @type {string} */ name) => run.metrics[name] ?? run.parameters[name];
  const different = names.filter((name) => new Set(runs.map((run) => String(valueIn(run, name)))).size > 1);
  return html`<${Card} title="What differs" empty=${different.length === 0 && 'These runs have the same parameters and metrics.'}>
    <${Table} caption="Differences between the chosen runs" rows=${different} columns=${[
      { title: 'Name', cell: (/** @type {string} */ name) => name },
      ...runs.map((run) => ({
        title: run.name,
        number: true,
        cell: (/** @type {string} */ name) => number(valueIn(run, name)),
      })),
    ]} />
  </${Card}>`;
}

/**
 * @param {readonly any[]} runs
 * @param {'parameters' | 'metrics'} of
 */
function namesOf(runs, of) {
  return [...new Set(runs.flatMap((run) => Object.keys(run[of])))];
}

async function runs() {
  const pipelines = await listAll('sagemaker', 'ListPipelines', {}, 'PipelineSummaries');
  const lists = await Promise.all(
    pipelines.map(async ({ PipelineName }) => {
      const found = await listAll(
        'sagemaker',
        'ListPipelineExecutions',
        { PipelineName, SortBy: 'CreationTime', SortOrder: 'Descending' },
        'PipelineExecutionSummaries',
        shownRuns,
      );
      return Promise.all(found.slice(0, shownRuns).map((one) => describe(PipelineName, one)));
    }),
  );
  return lists.flat().sort((a, b) => Date.parse(b.started) - Date.parse(a.started));
}

/**
 * @param {string} pipeline
 * @param {any} summary
 */
async function describe(
  pipeline,
  { PipelineExecutionArn, PipelineExecutionDisplayName, PipelineExecutionStatus, StartTime },
) {
  const [{ PipelineParameters = [] }, { PipelineExecutionSteps = [] }] = await Promise.all([
    call('sagemaker', 'ListPipelineParametersForExecution', { PipelineExecutionArn }),
    call('sagemaker', 'ListPipelineExecutionSteps', { PipelineExecutionArn }),
  ]);
  const ends = PipelineExecutionSteps.map((/** @type {any} */ { EndTime }) => EndTime)
    .filter(Boolean)
    .sort();
  return {
    pipeline,
    arn: PipelineExecutionArn,
    id: PipelineExecutionArn.split('/').at(-1),
    name: PipelineExecutionDisplayName ?? PipelineExecutionArn.split('/').at(-1),
    status: PipelineExecutionStatus,
    started: StartTime,
    ended: PipelineExecutionStatus === 'Executing' ? undefined : ends.at(-1),
    parameters: Object.fromEntries(PipelineParameters.map((/** @type {any} */ { Name, Value }) => [Name, Value])),
    metrics: await metricsOf(PipelineExecutionSteps),
  };
}

/**
 * The final metrics of a run's best or only training job.
 * @param {readonly any[]} steps
 */
async function metricsOf(steps) {
  for (const { Metadata = {} } of steps) {
    const tuning = Metadata.TuningJob?.Arn;
    const training = Metadata.TrainingJob?.Arn;
    if (tuning !== undefined) {
      const { BestTrainingJob } = await call('sagemaker', 'DescribeHyperParameterTuningJob', {
        HyperParameterTuningJobName: tuning.split('/').at(-1),
      });
      const best = BestTrainingJob?.FinalHyperParameterTuningJobObjectiveMetric;
      if (best !== undefined) return { [best.MetricName]: best.Value };
    } else if (training !== undefined) {
      const { FinalMetricDataList = [] } = await call('sagemaker', 'DescribeTrainingJob', {
        TrainingJobName: training.split('/').at(-1),
      });
      return Object.fromEntries(
        FinalMetricDataList.map((/** @type {any} */ { MetricName, Value }) => [MetricName, Value]),
      );
    }
  }
  return {};
}
