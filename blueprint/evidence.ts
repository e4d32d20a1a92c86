import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Topic } from './topics';

/** What covers a topic: things that exist and ran, nothing else. */
export interface CoveredTopic extends Topic {
  /** Paths of constructs that were deployed in the last rehearsal. */
  readonly constructs: readonly string[];
  /** Checkpoints that passed in it. */
  readonly checkpoints: readonly string[];
}

const topicsMetadata = 'mla-blueprint:topics';

interface MetadataEntry {
  readonly type: string;
  readonly data?: unknown;
}

/** Construct path -> topic ids, from the metadata of a cloud assembly. */
export function constructTopics(assembly: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const collect = (metadata: Readonly<Record<string, readonly MetadataEntry[]>>) => {
    for (const [path, entries] of Object.entries(metadata)) {
      const ids = entries.filter((entry) => entry.type === topicsMetadata).flatMap((entry) => entry.data as string[]);
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
  readonly topics: readonly string[];
}

/** Checkpoints of the last rehearsal; none if there was none. */
export function ranCheckpoints(reportFile: string): RanCheckpoint[] {
  if (!existsSync(reportFile)) return [];
  return (JSON.parse(readFileSync(reportFile, 'utf8')) as { checkpoints: RanCheckpoint[] }).checkpoints;
}

/**
 * Puts topics and evidence together. A construct counts only if a rehearsal deployed it; a checkpoint only if it
 * passed.
 */
export function coverTopics(
  topics: readonly Topic[],
  constructs: ReadonlyMap<string, readonly string[]>,
  checkpoints: readonly RanCheckpoint[],
): CoveredTopic[] {
  const known = new Set(topics.map((topic) => topic.id));
  const passed = checkpoints.filter((one) => one.status === 'passed');
  const sources = [...constructs].concat(
    checkpoints.map((one): [string, readonly string[]] => [`checkpoint ${one.id}`, one.topics]),
  );
  for (const [source, ids] of sources) {
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) throw new Error(`${source} names topics that do not exist: ${unknown.join(', ')}`);
  }
  const deployed = passed.some((one) => one.id === 'deploy');
  return topics.map((topic) => ({
    ...topic,
    constructs: deployed ? [...constructs].filter(([, ids]) => ids.includes(topic.id)).map(([path]) => path) : [],
    checkpoints: passed.filter((one) => one.topics.includes(topic.id)).map((one) => one.id),
  }));
}

export function isCovered(topic: CoveredTopic): boolean {
  return topic.constructs.length > 0 || topic.checkpoints.length > 0;
}
