import { WrongUsage } from '../../operator/errors';
import type { Checkpoint } from './checkpoint';

/** Chapters of the story by name, with their first checkpoint. A chapter ends where the next one begins. */
export const chapters: Readonly<Record<string, string>> = {
  deployment: 'deploy',
  data: 'ingest',
  training: 'no-skill',
  release: 'separation-of-duties',
  lineage: 'lineage',
  serving: 'bad-requests',
  monitoring: 'healthy',
  drift: 'late-labels',
  retraining: 'retrain',
  rollback: 'alarm-limits',
  teardown: 'destroy',
};

export interface Selection {
  /** Id of a checkpoint. Those before it run without being shown. */
  readonly from?: string;
  /** Name of a chapter. Those before it run without being shown, and nothing runs after it. */
  readonly only?: string;
}

export interface Selected {
  /** What runs, in order. */
  readonly checkpoints: readonly Checkpoint[];
  /** How many of them run first without being shown, because later checkpoints need their results. */
  readonly silent: number;
}

/** What runs for `--from` and `--only`. Throws when this story has no such checkpoint or chapter. */
export function select(story: readonly Checkpoint[], { from, only }: Selection): Selected {
  const at = (id: string) => story.findIndex((one) => one.id === id);
  if (only !== undefined) {
    const known = Object.entries(chapters).filter(([, first]) => at(first) >= 0);
    const starts = known.map(([, first]) => at(first));
    const chapter = known.findIndex(([name]) => name === only);
    if (chapter < 0) throw new WrongUsage(`There is no chapter "${only}": ${known.map(([name]) => name).join(', ')}.`);
    return { checkpoints: story.slice(0, starts[chapter + 1] ?? story.length), silent: starts[chapter] ?? 0 };
  }
  if (from === undefined) return { checkpoints: story, silent: 0 };
  if (at(from) < 0) throw new WrongUsage(`There is no checkpoint "${from}": ${story.map((one) => one.id).join(', ')}.`);
  return { checkpoints: story, silent: at(from) };
}
