import { list, type Properties, properties, text } from '../template';
import type { Problem } from './rules';

/**
 * The ways through a state machine, as its design has them. A state with `?` exists in some configurations: where it
 * does not, its line goes on with the next one. The ways out of Choice states are in the decisions.
 */
export interface Paths {
  readonly start: string;
  /** `A -> B? -> C`: what follows what, if all goes well. */
  readonly next: readonly string[];
  /** `A, B -> C? -> D`: where a call's error leads. */
  readonly onError: readonly string[];
  /** `Failed: NoteError, NoteStuck`: what the outcome says, and the states that say so. */
  readonly says: readonly string[];
  /** `Failed: Stopped`: the error of each Fail state. */
  readonly ends: readonly string[];
  /** `Deploy: Check, Approve or Skip`: a state that is only reached through each of these. */
  readonly onlyThrough: readonly string[];
  /** After these no run succeeds. */
  readonly neverSucceedsAfter: readonly string[];
}

const parts = (line: string, by: string) => line.split(by).map((one) => one.trim());

/** Every state that another one leads to. */
export function nextOf(state: Properties): string[] {
  const { Next, Default, Choices, Catch } = state;
  return [Next, Default, ...[...list(Choices), ...list(Catch)].map((one) => properties(one).Next)]
    .filter((one) => one !== undefined)
    .map(text);
}

/** Which of a line's states come after one another in this configuration. */
function chain(line: string, exists: (name: string) => boolean): string[] {
  return parts(line, '->')
    .filter((name) => !name.endsWith('?') || exists(name.slice(0, -1)))
    .map((name) => name.replace('?', ''));
}

function following(lines: readonly string[], exists: (name: string) => boolean): ReadonlyMap<string, string> {
  return new Map(
    lines
      .map((line) => chain(line, exists))
      .flatMap((names) => names.slice(1).map((name, index) => [names[index], name] as const)),
  );
}

function afterErrors(lines: readonly string[], exists: (name: string) => boolean): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [from, ...to] = parts(line, '->');
      const [target] = chain(to.join('->'), exists);
      return parts(from, ',').map((name) => [name, target] as const);
    }),
  );
}

/** `Failed: A, B`, by state. */
function byState(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [said, names] = parts(line, ':');
      return parts(names, ',').map((name) => [name, said] as const);
    }),
  );
}

function reachable(states: Properties, from: string, without: readonly string[] = []): ReadonlySet<string> {
  const reached = new Set(without.includes(from) ? [] : [from]);
  for (const name of reached)
    for (const one of nextOf(properties(states[name]))) if (!without.includes(one)) reached.add(one);
  return reached;
}

export function checkPaths(start: string, states: Properties, paths: Paths): Problem[] {
  const exists = (name: string) => name in states;
  const differs = (path: string, what: string, found: unknown, allowed: string | undefined): Problem[] =>
    text(found as string | undefined) === text(allowed)
      ? []
      : [{ path, problem: `${what} ${text(found as string | undefined)}; allowed: ${allowed ?? 'no entry'}` }];
  const [next, onError] = [following(paths.next, exists), afterErrors(paths.onError, exists)];
  const [says, ends] = [byState(paths.says), byState(paths.ends)];
  return [
    ...differs('StartAt', 'is', start, paths.start),
    ...Object.entries(states).flatMap(([name, value]) => {
      const state = properties(value);
      return [
        ...differs(name, 'leads to', state.Next, next.get(name)),
        ...list(state.Catch).flatMap((one) =>
          differs(name, 'leads after an error to', properties(one).Next, onError.get(name)),
        ),
        ...differs(name, 'says', properties(state.Parameters).result, says.get(name)),
        ...(state.Type === 'Fail' ? differs(name, 'fails with', state.Error, ends.get(name)) : []),
      ];
    }),
    ...paths.onlyThrough.flatMap((line) => {
      const [state, needed] = parts(line, ':');
      return parts(needed, ',')
        .filter((one) => exists(state) && reachable(states, start, parts(one, ' or ')).has(state))
        .map((one) => ({ path: state, problem: `is reached without ${one}` }));
    }),
    ...paths.neverSucceedsAfter.flatMap((name) =>
      [...reachable(states, name)]
        .filter((one) => properties(states[one]).Type === 'Succeed')
        .map((one) => ({ path: name, problem: `leads to ${one}, and after it nothing may succeed` })),
    ),
  ];
}
