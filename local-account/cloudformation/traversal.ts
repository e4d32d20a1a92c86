import type { DependencyGraph } from '../assembly/dependencies';

export interface TraversalResult {
  /** The nodes whose task failed, with what it threw. */
  readonly failed: ReadonlyMap<string, unknown>;
  /** The nodes never started. */
  readonly cancelled: readonly string[];
}

/**
 * Runs a task for each node after those it depends on, several at a time. When one fails, those under way end first;
 * 'stop' then starts nothing more, 'continue' still runs what does not depend on the failed one.
 */
export async function traverse(
  graph: DependencyGraph,
  onFailure: 'stop' | 'continue',
  task: (node: string) => Promise<void>,
  limit = 8,
): Promise<TraversalResult> {
  const waiting = new Set(graph.keys());
  const done = new Set<string>();
  const failed = new Map<string, unknown>();
  const running = new Map<string, Promise<void>>();
  const ready = (node: string): boolean =>
    [...(graph.get(node) ?? [])].every((dependency) => done.has(dependency) || !graph.has(dependency));

  for (;;) {
    for (const node of [...waiting].filter(ready)) {
      if (running.size >= limit || (onFailure === 'stop' && failed.size > 0)) {
        break;
      }
      waiting.delete(node);
      const run = task(node)
        .then(
          () => void done.add(node),
          (error: unknown) => void failed.set(node, error),
        )
        .finally(() => running.delete(node));
      running.set(node, run);
    }
    if (running.size === 0) {
      return { failed, cancelled: [...waiting] };
    }
    await Promise.race(running.values());
  }
}

/** The same graph with its arrows turned: what is used is taken down after its users. */
export function reversed(graph: DependencyGraph): DependencyGraph {
  const result = new Map<string, Set<string>>([...graph.keys()].reverse().map((node) => [node, new Set()]));
  graph.forEach((dependencies, node) => dependencies.forEach((dependency) => result.get(dependency)?.add(node)));
  return result;
}
