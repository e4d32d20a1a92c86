import { isProperties, list, type Properties, properties, text, type Value } from '../template';
import { nextOf } from './paths';
import type { Problem } from './rules';

/**
 * What has been written on every way to a state: `live` as a whole, or `live.arn` where a selector or parameters say
 * which fields there are. A path that is read without is an error while the state machine runs, often on the very way
 * that a failure takes.
 */
type Known = ReadonlySet<string>;

/** `$.name`, `$.name.field` and `$['name']` of a text; not `$$`, and not within a longer path. */
function pathsOf(value: Value): string[] {
  return [...JSON.stringify(value).matchAll(/(?<![\w$])\$(?:\.(\w+)|\['([\w-]+)'\])(?:\.(\w+))?/g)].map(
    ([, dotted, quoted, below]) => [dotted ?? quoted, ...(below === undefined ? [] : [below])].join('.'),
  );
}

function written(known: Known, path: string, shape: Value | undefined): Known {
  const name = path.replace(/^\$\./, '');
  const others = [...known].filter((one) => one !== name && !one.startsWith(`${name}.`) && one !== `${name}.*`);
  const fields = isProperties(shape)
    ? Object.keys(shape).map((one) => `${name}.${one.replace(/\.\$$/, '')}`)
    : [`${name}.*`];
  return new Set([...others, name, ...fields]);
}

/** After a state that went well. */
function afterwards(state: Properties, known: Known): Known {
  const { Type, Parameters, Result, ResultSelector, ResultPath } = state;
  if (ResultPath === null || (Type !== 'Task' && Type !== 'Pass')) return known;
  const shape = Type === 'Task' ? ResultSelector : (Parameters ?? Result);
  if (typeof ResultPath === 'string') return written(known, ResultPath, shape);
  return Object.entries(properties(shape)).reduce<Known>(
    (all, [name, one]) => written(all, name.replace(/\.\$$/, ''), isProperties(one) ? one : undefined),
    new Set(),
  );
}

/** What a comparison has shown to exist: `IsPresent`, alone or among others that all hold. */
function shown(choice: Properties): string[] {
  if (choice.And !== undefined) return list(choice.And).flatMap((one) => shown(properties(one)));
  return choice.IsPresent === true || choice.IsString === true ? pathsOf(choice.Variable) : [];
}

function edges(state: Properties, known: Known): [string, Known][] {
  const after = afterwards(state, known);
  const choices = list(state.Choices).map(properties);
  return [
    ...choices.map((one): [string, Known] => [
      text(one.Next),
      new Set([...after, ...shown(one).flatMap((path) => [path, `${path}.*`])]),
    ]),
    ...nextOf({ Next: state.Next, Default: state.Default } as Properties).map((one): [string, Known] => [one, after]),
    ...list(state.Catch).map((value): [string, Known] => {
      const { Next, ResultPath } = properties(value);
      return [text(Next), typeof ResultPath === 'string' ? written(known, ResultPath, undefined) : known];
    }),
  ];
}

export function checkFlow(start: string, states: Properties, input: readonly string[]): Problem[] {
  const before = new Map<string, Known>([[start, new Set(input.flatMap((name) => [name, `${name}.*`]))]]);
  const todo = [start];
  for (const name of todo)
    for (const [to, known] of edges(properties(states[name]), before.get(name) ?? new Set())) {
      const earlier = before.get(to);
      const common = earlier === undefined ? known : new Set([...earlier].filter((one) => has(known, one)));
      if (earlier !== undefined && common.size === earlier.size) continue;
      before.set(to, common);
      todo.push(to);
    }
  return [...before].flatMap(([name, known]) => {
    const { Choices, ResultSelector, ResultPath, Catch, ...state } = properties(states[name]);
    // A comparison reads what the ones before it in the same list have shown.
    const tested = list(Choices)
      .flatMap((one) => [...JSON.stringify(one).matchAll(/"Variable":"\$\.([\w.]+)[^}]*"Is/g)])
      .map(([, path]) => path.split('.').slice(0, 2).join('.'));
    return [...new Set([...pathsOf(state), ...list(Choices).flatMap(pathsOf)])]
      .filter((path) => !has(known, path) && !tested.includes(path))
      .map((path) => ({ path: name, problem: `reads $.${path}, which is not written on every way to it` }));
  });
}

function has(known: Known, path: string): boolean {
  return known.has(path) || known.has(`${path.split('.')[0]}.*`);
}
