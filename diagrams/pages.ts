import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagram, legend, overview, phaseDiagram } from './mermaid';
import { stateGraph } from './state-graph';
import type { StateMachine } from './state-machines';

export interface Page {
  /** From the project's root. */
  readonly path: string;
  readonly before: string;
  /** With its diagrams drawn anew. */
  readonly after: string;
}

/**
 * A page asks for a diagram with two comments, between which it stands: `<!-- diagram: release/overview -->` and `<!--
 * end of diagram -->`. After the name of the state machine (without the configuration's prefix) comes `overview`, a
 * phase, or nothing for all states.
 */
const place = /<!-- diagram: ([\w-]+)(?:\/([\w ]+))? -->\n[\s\S]*?<!-- end of diagram -->/g;

/** Every page below lib/ that asks for a diagram. */
export function pages(root: string, stateMachines: readonly StateMachine[]): Page[] {
  return readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('lib', path))
    .sort()
    .map((path) => ({ path, before: readFileSync(join(root, path), 'utf8') }))
    .filter(({ before }) => before.includes('<!-- diagram: '))
    .map(({ path, before }) => ({
      path,
      before,
      after: before.replace(place, (_, name: string, view?: string) => drawn(path, stateMachines, name, view)),
    }));
}

function drawn(path: string, stateMachines: readonly StateMachine[], name: string, view?: string): string {
  const found = stateMachines.find((one) => one.name.endsWith(`-${name}`));
  if (found === undefined)
    throw new Error(`${path}: no state machine ${name}; there are: ${stateMachines.map((one) => one.name).join(', ')}`);
  const graph = stateGraph(found.definition, found.phases);
  const parts =
    view === 'overview' ? [overview(graph)] : [view === undefined ? diagram(graph) : phaseDiagram(graph, view)];
  const below = view === 'overview' ? 'Thick arrows: the main path.' : legend(graph);
  return [
    `<!-- diagram: ${name}${view === undefined ? '' : `/${view}`} -->`,
    '```mermaid',
    ...parts,
    '```',
    '',
    below,
    '<!-- end of diagram -->',
  ].join('\n');
}
