import type { ReleaseState } from '../deployed-definitions';
import type { ReportData } from '../report-data';

type Release = ReportData['story']['releases'][number];

/** What became of a release, and its path through the state machine. */
export interface ShownRelease {
  readonly title: string;
  readonly result: string;
  readonly detail: string;
  /** Name of its execution. */
  readonly execution: string;
  readonly states: number;
  readonly phases: readonly {
    readonly phase?: string;
    readonly states: readonly { readonly name: string; readonly kind: string }[];
  }[];
}

export function shownReleases({ story: { releases }, releaseStates = {} }: ReportData): ShownRelease[] {
  return releases.map((release) => ({
    title: `Version ${release.version}, ${release.what}`,
    result: release.outcome.result,
    detail: release.outcome.detail,
    execution: release.run.arn.split(':').at(-1) ?? '',
    states: release.run.states.length,
    phases: phasesOf(release, releaseStates),
  }));
}

/** The states in their order, with what they are; a phase that is entered again is listed again. */
function phasesOf({ run }: Release, known: ReportData['releaseStates']): ShownRelease['phases'] {
  const last = run.states.length - 1;
  const found: { phase: ReleaseState['phase']; states: { name: string; kind: string }[] }[] = [];
  for (const [at, name] of run.states.entries()) {
    const phase = known[name]?.phase;
    const end = run.status === 'SUCCEEDED' ? 'good end' : 'bad end';
    const state = { name, kind: at === last ? end : (known[name]?.type ?? 'Task').toLowerCase() };
    const current = found.at(-1);
    if (current !== undefined && current.phase === phase) current.states.push(state);
    else found.push({ phase, states: [state] });
  }
  return found;
}
