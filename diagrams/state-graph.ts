/**
 * A state machine as a graph, read from its definition in Amazon States Language. Knows no stack and no state machine
 * of this project, so that READMEs and the rehearsal's report can draw the same graph.
 */

/** The part of a definition that the graph needs. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

interface StateDefinition {
  readonly Type: string;
  readonly Comment?: string;
  readonly Resource?: string;
  readonly Seconds?: number;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly ({ readonly Next: string } & Condition)[];
  readonly Catch?: readonly { readonly Next: string }[];
}

/** A comparison, or several joined by `And`, `Or` and `Not`. */
type Condition = Readonly<Record<string, unknown>>;

/** Names of states by phase, in the order of the phases. */
export type Phases = Readonly<Record<string, readonly string[]>>;

export interface GraphState {
  readonly name: string;
  readonly type: string;
  /** @default the definition was given no phases */
  readonly phase?: string;
  readonly comment?: string;
  /** A task's AWS call, such as `sagemaker:describeModelPackage`; a wait's time, such as `60 s`. */
  readonly does?: string;
}

export interface Transition {
  readonly from: string;
  readonly to: string;
  /** `error`: the state after a caught error. */
  readonly kind: 'next' | 'choice' | 'default' | 'error';
  /** A choice's condition, where it is short. */
  readonly condition?: string;
}

export interface StateGraph {
  readonly start: string;
  /** In the order of the definition. */
  readonly states: ReadonlyMap<string, GraphState>;
  readonly transitions: readonly Transition[];
  /** Phases that have a state, in order; none without phases. */
  readonly phases: readonly string[];
  /** From the start to a success: the longest way that visits no state twice and follows no error. */
  readonly mainPath: readonly string[];
  /** The state that most tasks' errors lead to. */
  readonly usualErrorState?: string;
}

export function stateGraph(definition: Definition, phases: Phases = {}): StateGraph {
  const phaseOf = new Map(Object.entries(phases).flatMap(([phase, names]) => names.map((name) => [name, phase])));
  const entries = Object.entries(definition.States);
  const states = new Map(
    entries.map(([name, state]): [string, GraphState] => [
      name,
      { name, type: state.Type, phase: phaseOf.get(name), comment: state.Comment, does: whatItDoes(state) },
    ]),
  );
  const transitions = entries.flatMap(([name, state]) => transitionsFrom(name, state));
  const present = new Set([...states.values()].map(({ phase }) => phase));
  return {
    start: definition.StartAt,
    states,
    transitions,
    phases: Object.keys(phases).filter((phase) => present.has(phase)),
    mainPath: longestSuccess(definition.StartAt, states, transitions),
    usualErrorState: mostFrequent(transitions.filter(({ kind }) => kind === 'error').map(({ to }) => to)),
  };
}

/** `Succeed` and `Fail` end an execution. */
export function isEnd({ type }: GraphState): boolean {
  return type === 'Succeed' || type === 'Fail';
}

export interface VisitedPhase {
  readonly phase?: string;
  /** The phase's states in the order of the definition, with how often the execution entered each. */
  readonly states: readonly (GraphState & { readonly visits: number })[];
}

/** The path that one execution took: `entered` is its history's state names, in order. */
export function visitedPhases(graph: StateGraph, entered: readonly string[]): VisitedPhase[] {
  const phases = graph.phases.length > 0 ? graph.phases : [undefined];
  return phases.map((phase) => ({
    phase,
    states: [...graph.states.values()]
      .filter((state) => state.phase === phase)
      .map((state) => ({ ...state, visits: entered.filter((name) => name === state.name).length })),
  }));
}

/** The default comes first: of ways of equal length, the main path takes it. */
function transitionsFrom(from: string, { Next, Default, Choices = [], Catch = [] }: StateDefinition): Transition[] {
  return [
    ...(Next === undefined ? [] : [{ from, to: Next, kind: 'next' as const }]),
    ...(Default === undefined ? [] : [{ from, to: Default, kind: 'default' as const }]),
    ...Choices.map(({ Next: to, ...rule }) => ({ from, to, kind: 'choice' as const, condition: conditionText(rule) })),
    ...Catch.map(({ Next: to }) => ({ from, to, kind: 'error' as const })),
  ];
}

function whatItDoes({ Type, Resource = '', Seconds }: StateDefinition): string | undefined {
  if (Type === 'Wait' && Seconds !== undefined) return `${Seconds} s`;
  const [, call] = /:states:::(?:aws-sdk:)?(.+)$/.exec(Resource) ?? [];
  return call;
}

/** Longer conditions would make a diagram unreadable. */
const longestCondition = 44;

function conditionText(rule: Condition): string | undefined {
  const text = comparison(rule);
  return text !== undefined && text.length <= longestCondition ? text : undefined;
}

function comparison(rule: Condition): string | undefined {
  for (const [operator, word] of [
    ['And', ' and '],
    ['Or', ' or '],
  ] as const) {
    const parts = rule[operator];
    if (!Array.isArray(parts)) continue;
    const texts = withoutPresence(parts as Condition[]).map(comparison);
    return texts.includes(undefined) ? undefined : texts.join(word);
  }
  const [operator, value] = Object.entries(rule).find(([key]) => key !== 'Variable') ?? [];
  const variable = short(rule.Variable);
  if (operator === undefined || variable === undefined) return undefined;
  if (operator === 'IsPresent') return value === true ? `${variable} is present` : `${variable} is missing`;
  if (operator === 'BooleanEquals') return value === true ? variable : `not ${variable}`;
  const sign = signs[operator.replace(/^(String|Numeric)/, '').replace(/Path$/, '')];
  if (sign === undefined) return undefined;
  return `${variable} ${sign} ${operator.endsWith('Path') ? short(value) : String(value)}`;
}

/** A presence that another comparison of the same variable needs anyway. */
function withoutPresence(parts: readonly Condition[]): readonly Condition[] {
  return parts.filter(
    (one) => !('IsPresent' in one) || !parts.some((other) => other !== one && other.Variable === one.Variable),
  );
}

const signs: Readonly<Record<string, string>> = {
  Equals: '=',
  Matches: 'matches',
  GreaterThan: '>',
  GreaterThanEquals: '>=',
  LessThan: '<',
  LessThanEquals: '<=',
};

/** `$.serving.status` as `serving.status`, `$$.Execution.Id` as `Execution.Id`. */
function short(path: unknown): string | undefined {
  return typeof path === 'string' && /^\$\$?\./.test(path) ? path.replace(/^\$\$?\./, '') : undefined;
}

function longestSuccess(
  start: string,
  states: ReadonlyMap<string, GraphState>,
  transitions: readonly Transition[],
): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of transitions) if (kind !== 'error') next.set(from, [...(next.get(from) ?? []), to]);
  let longest: string[] = [];
  const walk = (path: string[]): void => {
    const last = path.at(-1) as string;
    if (states.get(last)?.type === 'Succeed') {
      if (path.length > longest.length) longest = path;
      return;
    }
    for (const name of next.get(last) ?? []) if (!path.includes(name)) walk([...path, name]);
  };
  walk([start]);
  return longest;
}

function mostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
