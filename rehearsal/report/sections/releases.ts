import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';

type Release = ReportData['story']['releases'][number];

/** What became of each release, and its path through the state machine. */
export function releaseSection({ story: { releases }, releaseStates = {} }: ReportData): Markup {
  const known = Object.keys(releaseStates).length;
  return html`<section id="releases"><h2>Releases</h2>${
    releases.length === 0
      ? html`<p>Nothing was released.</p>`
      : html`<p>One execution of the release state machine each. Round states are choices, square ones do something, and the last one is the result.${known === 0 ? '' : ` The state machine has ${known} states; most of them handle failures.`} A loop that waits is listed once.</p>${releases.map((release, at) => path(release, releaseStates, at === 0))}`
  }</section>`;
}

function path(
  { version, what, outcome, run }: Release,
  types: Readonly<Record<string, string>>,
  open: boolean,
): Markup {
  const states = run.states.map((name, at) => {
    const last = at === run.states.length - 1;
    const kind = last ? `end ${run.status === 'SUCCEEDED' ? 'normal' : 'bad'}` : (types[name] ?? 'Task').toLowerCase();
    return html`<li class="${kind}">${name}</li>`;
  });
  return html`<details${open ? html` open` : ''}><summary>Version ${version}, ${what}: <strong>${outcome.result}</strong> after ${run.states.length} states</summary><p>${outcome.detail}</p><ol class="path">${states}</ol></details>`;
}
