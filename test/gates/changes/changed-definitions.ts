import { join, resolve } from 'node:path';

import { isProperties, type Value } from '../template';
import { decode } from './embedded-json';
import type { Touched } from './touched';

const lib = resolve(__dirname, '../../../lib');

/** Functions that make a state machine, and the logical id that the machine begins with. */
const makers: readonly { readonly path: string; readonly name: string; readonly id: string }[] = [
  { path: 'release/state-machine/release-definition', name: 'releaseDefinition', id: 'ApprovalRelease' },
  { path: 'serving/batch-state-machine/definition', name: 'batchScoringDefinition', id: 'BatchScoring' },
  { path: 'monitoring/drift/drift-analysis-definition', name: 'driftAnalysisDefinition', id: 'DriftAnalysis' },
  { path: 'monitoring/model-quality/model-quality-definition', name: 'modelQualityDefinition', id: 'ModelQuality' },
];

/**
 * The tests that run a state machine make it with a function of lib/, not from a template. Here the function's result
 * gets the change that the template's definition has.
 */
export function changeDefinitions(touched: () => readonly Touched[]): void {
  for (const { path, name, id } of makers) {
    const file = require.resolve(join(lib, path));
    const original = require(file) as Record<string, (...args: unknown[]) => unknown>;
    const make = (...args: unknown[]) => {
      const made = original[name](...args) as Value;
      const change = touched().find((one) => one.section === 'Resources' && one.id.startsWith(`${id}StateMachine`));
      const before = definitionOf(change?.before);
      const after = definitionOf(change?.after);
      return before === undefined || after === undefined ? made : patched(made, before, after);
    };
    const module = require.cache[file];
    if (module) module.exports = { ...original, [name]: make };
  }
}

function definitionOf(resource: Value | undefined): Value | undefined {
  const text = isProperties(resource) && isProperties(resource.Properties) && resource.Properties.DefinitionString;
  return text ? decode(text)?.json : undefined;
}

/** Another definition of the same form with the difference between two. */
function patched(target: Value | undefined, before: Value | undefined, after: Value | undefined): Value | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return target;
  if (isProperties(target ?? null) && isProperties(before ?? null) && isProperties(after ?? null)) {
    const [t, b, a] = [target, before, after] as Record<string, Value>[];
    const keys = [...new Set([...Object.keys(t), ...Object.keys(a)])];
    const entries = keys.map((key): [string, Value | undefined] => [key, patched(t[key], b[key], a[key])]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Value;
  }
  if ([target, before, after].every(Array.isArray)) {
    const [t, b, a] = [target, before, after] as Value[][];
    if (t.length === b.length && b.length === a.length)
      return t.map((one, index) => patched(one, b[index], a[index]) as Value);
  }
  return after;
}
