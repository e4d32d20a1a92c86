import { duration } from '../../../operator/output';
import { type StepState, stepGraph } from '../charts/step-graph';
import { html, type Markup } from '../markup';
import type { Training } from '../numbers';
import type { ReportData } from '../report-data';

/** The pipeline's graph with the first run's states, and what the steps of every run took. */
export function pipelineSection({ pipeline = [], story: { trainings } }: ReportData): Markup {
  const [first] = trainings;
  if (first === undefined) return html`<section id="pipeline"><h2>Pipeline</h2><p>No training ran.</p></section>`;
  const steps = pipeline.length > 0 ? pipeline : listed(first);
  const graph = stepGraph(steps, `Steps of the run "${first.what}"`, (name) => stateOf(first, name));
  const rows = steps.map(
    ({ name }) =>
      html`<tr><th scope="row">${name}</th>${trainings.map((training) => html`<td>${stateOf(training, name).text}</td>`)}</tr>`,
  );
  const reasons = trainings.flatMap(({ what, result: { failureReason } }) =>
    failureReason === undefined ? [] : [html`<p><strong>${what}</strong> registered nothing. ${failureReason}</p>`],
  );
  return html`<section id="pipeline"><h2>Pipeline</h2><div class="charts">${graph}
<div class="wide"><table><caption>Each run's steps</caption><thead><tr><th scope="col">step</th>${trainings.map(({ what, result }) => html`<th scope="col">${what}: ${result.version === undefined ? result.status : `version ${result.version}`}</th>`)}</tr></thead><tbody>${rows}</tbody></table>${reasons}</div></div></section>`;
}

function stateOf({ result }: Training, name: string): StepState {
  const step = result.steps.find((one) => one.name === name);
  if (step === undefined) return { text: 'not run', tone: 'muted' };
  const took = step.cached ? 'from the cache' : duration(step.milliseconds ?? 0);
  return {
    text: step.status === 'Succeeded' ? took : `${step.status}, ${took}`,
    tone: step.status === 'Failed' ? 'bad' : 'normal',
  };
}

/** Without the pipeline's definition: the steps one after the other. */
function listed({ result }: Training) {
  return result.steps.map(({ name }, at) => ({
    name,
    type: '',
    after: result.steps.slice(Math.max(0, at - 1), at).map((step) => step.name),
  }));
}
