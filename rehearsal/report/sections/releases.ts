import type { ReleaseState } from '../deployed-definitions';
import { html, type Markup } from '../markup';
import type { ReportData } from '../report-data';

type Release = ReportData['story']['releases'][number];

/** What became of each release, and its path through the state machine. */
export function releaseSection({ story: { releases }, releaseStates = {} }: ReportData): Markup {
  const known = Object.keys(releaseStates).length;
  return html`<section id="releases"><h2>Releases</h2>${
    releases.length === 0
      ? html`<p>Nothing was released.</p>`
      : html`<p>Each release is one execution of the release state machine. Rounded states are choices; the last state is the result. States that a loop repeats are listed once.${known === 0 ? '' : ` The state machine has ${known} states; most of them handle failures.`} <code>lib/release/state-machine/README.md</code> draws all of them.</p>${releases.map((release, at) => pathOf(release, releaseStates, at === 0))}`
  }</section>`;
}

function pathOf({ version, what, outcome, run }: Release, known: ReportData['releaseStates'], open: boolean): Markup {
  const last = run.states.length - 1;
  const kindOf = (name: string, at: number) => {
    if (at === last) return `end ${run.status === 'SUCCEEDED' ? 'normal' : 'bad'}`;
    return (known[name]?.type ?? 'Task').toLowerCase();
  };
  const phases = byPhase(run.states, known).map(
    ({ phase, states }) =>
      html`<li>${phase === undefined ? '' : html`<span class="phase">${phase}</span>`}<ol class="path">${states.map(({ name, at }) => html`<li class="${kindOf(name, at)}">${name}</li>`)}</ol></li>`,
  );
  return html`<details${open ? html` open` : ''}><summary>Version ${version}, ${what}: <strong>${outcome.result}</strong> after ${run.states.length} states</summary><p>${outcome.detail}</p><ol class="phases">${phases}</ol></details>`;
}

interface PhaseOfPath {
  readonly phase: ReleaseState['phase'];
  readonly states: { readonly name: string; readonly at: number }[];
}

/** The states in their order; a phase that is entered again is listed again. */
function byPhase(states: readonly string[], known: ReportData['releaseStates']): PhaseOfPath[] {
  const found: PhaseOfPath[] = [];
  for (const [at, name] of states.entries()) {
    const phase = known[name]?.phase;
    const current = found.at(-1);
    if (current !== undefined && current.phase === phase) current.states.push({ name, at });
    else found.push({ phase, states: [{ name, at }] });
  }
  return found;
}
