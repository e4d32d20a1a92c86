import { type GraphState, isEnd, type StateGraph, type Transition } from './state-graph';

/**
 * Mermaid text, which GitHub draws. Thick arrows: the main path. Dotted arrows: after an error.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
 */
export function diagram(graph: StateGraph): string {
  return drawing(graph, [...graph.states.values()], 'TD');
}

/** The states of one phase, with the states before and after it in other phases. */
export function phaseDiagram(graph: StateGraph, phase: string): string {
  if (!graph.phases.includes(phase)) throw new Error(`no phase ${phase}; there are: ${graph.phases.join(', ')}`);
  return drawing(
    graph,
    [...graph.states.values()].filter((state) => state.phase === phase),
    'TD',
  );
}

/** One box for each phase, and the ends of an execution. */
export function overview(graph: StateGraph): string {
  const box = (name: string): string => {
    const state = graph.states.get(name) as GraphState;
    return isEnd(state) ? name : id(state.phase ?? '');
  };
  const onMainPath = new Set(pairs(graph.mainPath.map(box)));
  const seen = new Set<string>();
  const arrows: string[] = [];
  const mainArrows: number[] = [];
  for (const { from, to, kind } of graph.transitions) {
    const pair = `${box(from)} ${box(to)}`;
    if (kind === 'error' || box(from) === box(to) || seen.has(pair)) continue;
    seen.add(pair);
    const main = onMainPath.has(pair);
    if (main) mainArrows.push(arrows.length);
    arrows.push(`${box(from)} ${main ? '==>' : '-->'} ${box(to)}`);
  }
  return lines('flowchart LR', [
    ...graph.phases.map((phase, index) => `${id(phase)}["${index + 1}. ${phase}"]`),
    ...[...graph.states.values()].filter(isEnd).map(node),
    ...arrows,
    ...styles([...graph.states.values()].filter(isEnd), []),
  ]);
}

/** The sentence below a diagram. */
export function legend(graph: StateGraph): string {
  const errors =
    graph.usualErrorState === undefined ? '' : ` An error that has no arrow leads to \`${graph.usualErrorState}\`.`;
  return `Thick arrows: the main path. Dotted arrows: after an error.${errors}`;
}

function drawing(graph: StateGraph, shown: readonly GraphState[], direction: 'TD' | 'LR'): string {
  const inside = new Set(shown.map(({ name }) => name));
  const onMainPath = new Set(pairs(graph.mainPath));
  const arrows = graph.transitions
    .filter(({ from, to }) => inside.has(from) || inside.has(to))
    .filter((one) => !isUsualError(graph, one) && !changesNothing(graph, one));
  const outside = new Map<string, string>();
  const arrowLines = new Set<string>();
  for (const one of arrows) {
    const from = inside.has(one.from) ? one.from : other(graph, one.from, 'from', outside);
    const to = inside.has(one.to) ? one.to : other(graph, one.to, 'to', outside);
    // Two choices may lead to the same state: one arrow of them is thick.
    const main = one.kind !== 'error' && onMainPath.delete(`${one.from} ${one.to}`);
    arrowLines.add(`${from} ${arrow(one, main)} ${to}`);
  }
  const entry = inside.has(graph.start) ? ['Start((start))', `Start ==> ${graph.start}`] : [];
  return lines(`flowchart ${direction}`, [
    ...entry,
    ...shown.map(node),
    ...outside.values(),
    ...arrowLines,
    ...styles(
      shown,
      graph.mainPath.filter((name) => inside.has(name)),
    ),
    ...(outside.size === 0
      ? []
      : [`class ${[...outside.keys()].join(',')} other`, 'classDef other stroke-dasharray: 4']),
  ]);
}

/** A box for the states of another phase: where the execution comes from, or the state that it goes to. */
function other(graph: StateGraph, name: string, way: 'from' | 'to', boxes: Map<string, string>): string {
  const state = graph.states.get(name) as GraphState;
  const key = way === 'from' ? `from_${id(state.phase ?? name)}` : `to_${name}`;
  const text = way === 'from' ? `from ${state.phase ?? name}` : `${state.phase ?? ''}:<br/>${name}`;
  boxes.set(key, `${key}(["${text}"])`);
  return key;
}

function isUsualError({ usualErrorState }: StateGraph, { kind, to }: Transition): boolean {
  return kind === 'error' && to === usualErrorState;
}

/** After an error the execution goes on as without it. */
function changesNothing({ transitions }: StateGraph, { kind, from, to }: Transition): boolean {
  return kind === 'error' && transitions.some((one) => one.kind === 'next' && one.from === from && one.to === to);
}

function arrow({ kind, condition }: Transition, main: boolean): string {
  const label = kind === 'default' ? 'otherwise' : condition;
  const text = label === undefined ? '' : `|"${label.replaceAll('"', "'")}"|`;
  if (kind === 'error') return '-. error .->';
  return `${main ? '==>' : '-->'}${text}`;
}

function node({ name, type, does }: GraphState): string {
  const text = does === undefined ? name : `${name}<br/>${does}`;
  switch (type) {
    case 'Choice':
      return `${name}{{"${text}"}}`;
    case 'Succeed':
    case 'Fail':
      return `${name}(["${text}"])`;
    case 'Task':
      return `${name}["${text}"]`;
    default:
      return `${name}("${text}")`;
  }
}

function styles(shown: readonly GraphState[], main: readonly string[]): string[] {
  const named = (type: string) => shown.filter((state) => state.type === type).map(({ name }) => name);
  const groups: [string, readonly string[], string][] = [
    [
      'main',
      main.filter((name) => !named('Succeed').includes(name)),
      'fill:#cfe2ff,stroke:#0d6efd,stroke-width:2px,color:#000',
    ],
    ['success', named('Succeed'), 'fill:#d4edda,stroke:#28a745,color:#000'],
    ['failure', named('Fail'), 'fill:#f8d7da,stroke:#dc3545,color:#000'],
  ];
  return groups
    .filter(([, names]) => names.length > 0)
    .flatMap(([name, names, style]) => [`class ${names.join(',')} ${name}`, `classDef ${name} ${style}`]);
}

const id = (phase: string): string => phase.replace(/\W+/g, '_');

const pairs = (names: readonly string[]): string[] => names.slice(1).map((name, index) => `${names[index]} ${name}`);

const lines = (first: string, rest: readonly string[]): string =>
  [first, ...rest.map((line) => `  ${line}`)].join('\n');
