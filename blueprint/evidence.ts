import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One row of the exam blueprint, with our question and answer. */
export interface Row {
  readonly id: string;
  readonly section: string;
  readonly label: string;
  readonly question: string;
  readonly answer: string;
}

/** What answers a row: things that exist and ran, nothing else. */
export interface AnsweredRow extends Row {
  /** Paths of constructs that were deployed in the last rehearsal. */
  readonly constructs: readonly string[];
  /** Checkpoints that passed in it. */
  readonly checkpoints: readonly string[];
}

export function readRows(): Row[] {
  return JSON.parse(readFileSync(join(__dirname, 'topics.json'), 'utf8')) as Row[];
}

const rowsMetadata = 'mla-blueprint:rows';

interface MetadataEntry {
  readonly type: string;
  readonly data?: unknown;
}

/** Construct path -> row ids, from the metadata of a cloud assembly. */
export function constructRows(assembly: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const collect = (metadata: Readonly<Record<string, readonly MetadataEntry[]>>) => {
    for (const [path, entries] of Object.entries(metadata)) {
      const ids = entries.filter((entry) => entry.type === rowsMetadata).flatMap((entry) => entry.data as string[]);
      if (ids.length > 0) found.set(path.replace(/^\//, ''), [...new Set([...(found.get(path) ?? []), ...ids])]);
    }
  };
  for (const name of readdirSync(assembly)) {
    if (name.endsWith('.metadata.json'))
      collect(JSON.parse(readFileSync(join(assembly, name), 'utf8')) as Record<string, MetadataEntry[]>);
  }
  // Older versions of the framework write the same into the manifest.
  const manifest = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
    artifacts?: Record<string, { metadata?: Record<string, MetadataEntry[]> }>;
  };
  for (const { metadata } of Object.values(manifest.artifacts ?? {})) if (metadata !== undefined) collect(metadata);
  return found;
}

export interface RanCheckpoint {
  readonly id: string;
  readonly status: string;
  readonly rows: readonly string[];
}

/** Checkpoints of the last rehearsal; none if there was none. */
export function ranCheckpoints(reportFile: string): RanCheckpoint[] {
  if (!existsSync(reportFile)) return [];
  return (JSON.parse(readFileSync(reportFile, 'utf8')) as { checkpoints: RanCheckpoint[] }).checkpoints;
}

/**
 * Puts rows and evidence together. A construct counts only if a rehearsal deployed it; a checkpoint only if it passed.
 */
export function answerRows(
  rows: readonly Row[],
  constructs: ReadonlyMap<string, readonly string[]>,
  checkpoints: readonly RanCheckpoint[],
): AnsweredRow[] {
  const known = new Set(rows.map((row) => row.id));
  const passed = checkpoints.filter((one) => one.status === 'passed');
  const sources = [...constructs].concat(
    checkpoints.map((one): [string, readonly string[]] => [`checkpoint ${one.id}`, one.rows]),
  );
  for (const [source, ids] of sources) {
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0)
      throw new Error(`${source} names rows that the blueprint does not have: ${unknown.join(', ')}`);
  }
  const deployed = passed.some((one) => one.id === 'deploy');
  return rows.map((row) => ({
    ...row,
    constructs: deployed ? [...constructs].filter(([, ids]) => ids.includes(row.id)).map(([path]) => path) : [],
    checkpoints: passed.filter((one) => one.rows.includes(row.id)).map((one) => one.id),
  }));
}

export function isAnswered(row: AnsweredRow): boolean {
  return row.constructs.length > 0 || row.checkpoints.length > 0;
}
