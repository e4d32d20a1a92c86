import { type Change, type OperatorName, operatorNames } from './change';
import { operators } from './operators';
import type { Place } from './places';

/** Operator, then resource type, then resource: the changes that there are. */
export type Choices = ReadonlyMap<OperatorName, ReadonlyMap<string, ReadonlyMap<string, readonly Change[]>>>;

/** Every change of every place, sorted into what a draw chooses between. */
export function choicesOf(places: Iterable<Place>): Choices {
  const choices = new Map<OperatorName, Map<string, Map<string, Change[]>>>();
  for (const place of places)
    for (const { name, steps } of operators)
      for (const { rule, edits } of steps(place)) {
        const { configuration, stack, type, id } = place;
        const change = { operator: name, rule, configuration, stack, type, id, edits };
        const types = choices.get(name) ?? choices.set(name, new Map()).get(name);
        const ids = types?.get(type) ?? types?.set(type, new Map()).get(type);
        const key = `${configuration}/${stack}/${id}`;
        const changes = ids?.get(key);
        if (changes) changes.push(change);
        else ids?.set(key, [change]);
      }
  return choices;
}

export function allOf(choices: Choices): Change[] {
  return [...choices.values()].flatMap((types) => [...types.values()].flatMap((ids) => [...ids.values()].flat()));
}

/**
 * Draws without end, each change once. An operator first, then a resource type, then a resource, then one of its
 * changes, each with equal chances: so neither the operator with the most changes (drop) nor the most frequent type
 * (roles) makes up most of the sample, and a long policy counts no more than a short one.
 */
export function* draw(choices: Choices, seed: number): Generator<Change> {
  const pick = pickFrom(seed);
  const names = operatorNames.filter((name) => choices.has(name));
  const total = allOf(choices).length;
  const drawn = new Set<Change>();
  while (drawn.size < total) {
    const types = choices.get(pick(names));
    const ids = types?.get(pick([...types.keys()]));
    const changes = ids?.get(pick([...ids.keys()])) ?? [];
    const change = pick(changes);
    if (drawn.has(change)) continue;
    drawn.add(change);
    yield change;
  }
}

/** Picks from lists with equal chances, in the same way for the same seed. */
export function pickFrom(seed: number): <T>(list: readonly T[]) => T {
  const random = mulberry32(seed);
  return (list) => list[Math.floor(random() * list.length)];
}

/** A small generator of random numbers, the same on every computer. https://github.com/bryc/code (public domain) */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
