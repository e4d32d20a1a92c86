import { useState } from 'preact/hooks';
import { Graph } from '../components/graph.js';
import { Moment } from '../components/moment.js';
import { Card, Facts, Heading, Table } from '../components/parts.js';
import { State, toneOf } from '../components/state.js';
import { call, listAll } from '../core/api.js';
import { html } from '../core/html.js';
import { artifactsOf, jobOf, logLines } from '../core/jobs.js';
import { useLoad } from '../core/load.js';
import { placeOf } from '../core/names.js';
import { readDefinition } from '../core/pipeline-definition.js';
import { address } from '../core/route.js';
import { between } from '../core/time.js';

/**
 * One run as a graph; the step that failed is shown first.
 * @param {{ pipeline: string, run: string, route: import('../core/route.js').Route }} props
 */
export default function PipelineRun({ pipeline, run, route }) {
  const { value, error, loading } = useLoad(() => load(pipeline, run), [pipeline, run]);
  const { execution, steps = [], definition } = value ?? {};
  const failed = steps.find((/** @type {any} */ one) => one.StepStatus === 'Failed');
  const chosen = route.query.step ?? failed?.StepName ?? steps[0]?.StepName;
  const step = steps.find((/** @type {any} */ one) => one.StepName === chosen);
  const nodes = (definition?.steps ?? []).map((/** @type {any} */ { name, type }) => {
    const ran = steps.find((/** @type {any} */ one) => one.StepName === name);
    const took = between(ran?.StartTime, ran?.EndTime);
    return {
      id: name,
      title: name,
      sub:
        ran === undefined
          ? `${type}, not run`
          : `${ran.StepStatus}${ran.CacheHitResult ? ', cached' : ''}${took && `, ${took}`}`,
      tone: ran === undefined ? '' : toneOf(ran.StepStatus),
      chosen: name === chosen,
      lively: ran?.StepStatus === 'Executing',
      href: address('pipelines', [pipeline, run], { step: name }),
    };
  });
  return html`<div class="page">
    <${Heading} title=${execution?.PipelineExecutionDisplayName ?? run}><a href=${address('pipelines')}>All runs</a> of ${pipeline}</${Heading}>
    <${Card} title="Run" error=${error} loading=${loading}>
      ${
        execution &&
        html`<${Facts} of=${[
          ['Status', html`<${State} of=${execution.PipelineExecutionStatus} />`],
          ['Why it failed', execution.FailureReason],
          ['Started', html`<${Moment} at=${execution.CreationTime} />`],
          ['Description', execution.PipelineExecutionDescription],
        ]} />`
      }
      <div class="scroll" role="group" aria-label="Graph of the steps" tabindex="0">
        ${nodes.length > 0 && html`<${Graph} label="Steps of the run" nodes=${nodes} edges=${definition?.edges ?? []} down=${innerWidth < 900} />`}
      </div>
    </${Card}>
    ${step && html`<${Step} key=${`${run} ${chosen}`} step=${step} definition=${definition?.steps.find((/** @type {any} */ { name }) => name === chosen)} />`}
  </div>`;
}

/**
 * @param {string} PipelineName
 * @param {string} id
 */
async function load(PipelineName, id) {
  const { PipelineArn } = await call('sagemaker', 'DescribePipeline', { PipelineName });
  const PipelineExecutionArn = `${PipelineArn}/execution/${id}`;
  const [execution, steps, { PipelineDefinition }] = await Promise.all([
    call('sagemaker', 'DescribePipelineExecution', { PipelineExecutionArn }),
    listAll(
      'sagemaker',
      'ListPipelineExecutionSteps',
      { PipelineExecutionArn, SortOrder: 'Ascending' },
      'PipelineExecutionSteps',
    ),
    call('sagemaker', 'DescribePipelineDefinitionForExecution', { PipelineExecutionArn }),
  ]);
  return { execution, steps, definition: readDefinition(PipelineDefinition) };
}

/** @param {{ step: any, definition: any }} props */
function Step({ step, definition }) {
  const { value: job, error, loading } = useLoad(() => jobOf(step.Metadata), [step.StepName, step.StepStatus]);
  const artifacts = job === undefined ? [] : artifactsOf(job.description);
  return html`<${Card} title=${step.StepName} note=${definition?.type} error=${error} loading=${loading}>
    <${Facts} of=${[
      ['Status', html`<${State} of=${step.StepStatus} />`],
      ['Why it failed', step.FailureReason && html`<pre>${step.FailureReason}</pre>`],
      ['Started', html`<${Moment} at=${step.StartTime} />`],
      ['Took', between(step.StartTime, step.EndTime)],
      ['Outcome', step.Metadata?.Condition?.Outcome],
      ['Attempts', step.AttemptCount > 1 ? step.AttemptCount : undefined],
      ['Job', job && html`<span class="mono">${job.id}</span>`],
      ['Role', job?.description.RoleArn],
    ]} />
    ${
      artifacts.length > 0 &&
      html`<${Table} caption="Artifacts" rows=${artifacts} columns=${[
        { title: 'Artifact', cell: (/** @type {any} */ one) => one.name },
        { title: 'Direction', cell: (/** @type {any} */ one) => one.direction },
        { title: 'Place', wide: true, cell: (/** @type {any} */ one) => html`<${Place} uri=${one.uri} />` },
      ]} />`
    }
    ${job?.log && html`<${Log} key=${job.log.job} log=${job.log} open=${step.StepStatus === 'Failed'} />`}
    ${definition?.arguments && html`<details><summary>Arguments in the definition</summary><pre class="log" tabindex="0">${JSON.stringify(definition.arguments, null, 2)}</pre></details>`}
    ${job && html`<details><summary>The job as SageMaker describes it</summary><pre class="log" tabindex="0">${JSON.stringify(job.description, null, 2)}</pre></details>`}
  </${Card}>`;
}

/** @param {{ uri: string }} props */
export function Place({ uri }) {
  const { bucket, key } = placeOf(uri);
  return html`<a class="mono" href=${address('data', [bucket], { key })}>${uri}</a>`;
}

/** @param {{ log: { group: string, job: string }, open: boolean }} props */
function Log({ log, open }) {
  const [wanted, setWanted] = useState(open);
  return html`<details open=${open} onToggle=${(/** @type {any} */ event) => event.currentTarget.open && setWanted(true)}>
    <summary>Log</summary>${wanted && html`<${Lines} log=${log} />`}
  </details>`;
}

/** @param {{ log: { group: string, job: string } }} props */
function Lines({ log }) {
  const { value = [], error, loading } = useLoad(() => logLines(log), [log.job]);
  if (error) return html`<p class="error" role="alert">${error.message}</p>`;
  return html`<p class="muted">${log.group}, ${log.job}</p>
    <pre class="log" tabindex="0" role="log">${loading ? 'Loading …' : value.join('\n') || 'The log is empty.'}</pre>`;
}
