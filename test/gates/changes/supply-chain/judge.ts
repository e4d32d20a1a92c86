import { supplyChainFindings } from '../../../supply-chain';
import type { ProjectFiles } from '../../../supply-chain/project-files';
import { pickFrom } from '../sample';
import { type FileChange, fileChangesOf } from './changes';

export interface FileJudgement {
  readonly change: FileChange;
  /** The first finding of test/supply-chain that the unchanged project does not have. */
  readonly by?: string;
}

/** Draws an operator, then a file, then a change, each with equal chances, and asks test/supply-chain about each. */
export function judgeFiles(files: ProjectFiles, seed: number, count: number): FileJudgement[] {
  const known = new Set(supplyChainFindings(files).map(text));
  return drawFiles(fileChangesOf(files), seed, count).map((change) => {
    const before = files[change.file] ?? '';
    const after = change.apply(before);
    if (after === before) throw new Error(`${change.operator} changes nothing at ${change.file} ${change.place}`);
    const found = supplyChainFindings({ ...files, [change.file]: after }).map(text);
    return { change, by: found.find((finding) => !known.has(finding)) };
  });
}

function drawFiles(changes: readonly FileChange[], seed: number, count: number): FileChange[] {
  const pick = pickFrom(seed);
  const drawn = new Set<FileChange>();
  while (drawn.size < Math.min(count, changes.length)) {
    const operator = pick([...new Set(changes.map((change) => change.operator))]);
    const some = changes.filter((change) => change.operator === operator);
    const file = pick([...new Set(some.map((change) => change.file))]);
    drawn.add(pick(some.filter((change) => change.file === file)));
  }
  return [...drawn];
}

/** The share caught per operator, then what nothing noticed. */
export function fileReport(judgements: readonly FileJudgement[]): string {
  const operators = [...new Set(judgements.map(({ change }) => change.operator))].sort();
  const row = (name: string, some: readonly FileJudgement[]) => {
    const caught = some.filter(({ by }) => by !== undefined).length;
    return `${name.padEnd(24)}${String(some.length).padStart(8)}${String(caught).padStart(8)}`;
  };
  return [
    `${'Supply chain'.padEnd(24)}${'changes'.padStart(8)}${'caught'.padStart(8)}`,
    ...operators.map((name) =>
      row(
        name,
        judgements.filter(({ change }) => change.operator === name),
      ),
    ),
    row('all', judgements),
    ...judgements
      .filter(({ by }) => by === undefined)
      .map(({ change: { operator, file, place } }) => `survived: ${operator} of ${file} ${place}`),
  ].join('\n');
}

function text({ place, problem }: { readonly place: string; readonly problem: string }): string {
  return `${place} ${problem}`;
}
