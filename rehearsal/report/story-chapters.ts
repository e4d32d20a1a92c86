import type { CheckpointResult } from '../story/checkpoint';
import { chapters } from '../story/selection';

export interface Chapter {
  readonly name: string;
  readonly checkpoints: readonly CheckpointResult[];
  readonly status: CheckpointResult['status'];
  readonly milliseconds: number;
}

/** The checkpoints of a run by chapter. A chapter goes on until the next one's first checkpoint. */
export function chaptersOf(checkpoints: readonly CheckpointResult[]): Chapter[] {
  const nameOf = new Map(Object.entries(chapters).map(([name, first]) => [first, name]));
  const found: { name: string; checkpoints: CheckpointResult[] }[] = [];
  for (const checkpoint of checkpoints) {
    const name = nameOf.get(checkpoint.id);
    const current = found.at(-1);
    if (name === undefined && current !== undefined) current.checkpoints.push(checkpoint);
    else found.push({ name: name ?? checkpoint.id, checkpoints: [checkpoint] });
  }
  return found.map((chapter) => ({
    ...chapter,
    status: statusOf(chapter.checkpoints),
    milliseconds: chapter.checkpoints.reduce((sum, one) => sum + one.milliseconds, 0),
  }));
}

function statusOf(checkpoints: readonly CheckpointResult[]): CheckpointResult['status'] {
  return (
    (['failed', 'not reached'] as const).find((one) => checkpoints.some(({ status }) => status === one)) ?? 'passed'
  );
}
