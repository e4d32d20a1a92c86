import { isDeepStrictEqual } from 'node:util';

import { isProperties, type Properties, type Value } from '../template';
import { withoutHash } from './reading';

/** Where a value is: the resource, and the path within its properties. */
export interface Spot {
  readonly stack: string;
  readonly id: string;
  readonly path: string;
}

export interface Problem {
  readonly path: string;
  readonly problem: string;
}

/** What is allowed at one place. Reads values as `Reading` writes them; undefined is a missing one. */
export interface Rule {
  readonly check: (value: Value | undefined, spot: Spot) => Problem[];
  /** A property without this is required: its absence is a finding. */
  readonly isOptional?: true;
}

export type Fields = Readonly<Record<string, Rule>>;

export function show(value: Value | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

function rule(expected: string, holds: (value: Value | undefined, spot: Spot) => boolean): Rule {
  return {
    check: (value, spot) =>
      holds(value, spot) ? [] : [{ path: spot.path, problem: `is ${show(value)}; allowed: ${expected}` }],
  };
}

/** One of these values, exactly. */
export function only(...values: readonly Value[]): Rule {
  return rule(values.map(show).join(', '), (value) => values.some((one) => isDeepStrictEqual(one, value)));
}

/** A number that a developer may choose in these bounds. */
export function between(minimum: number, maximum: number): Rule {
  return rule(`${minimum} to ${maximum}`, (value) => typeof value === 'number' && value >= minimum && value <= maximum);
}

/** The same, where AWS takes the number as text. */
export function textBetween(minimum: number, maximum: number): Rule {
  return rule(
    `"${minimum}" to "${maximum}"`,
    (value) => typeof value === 'string' && value.trim() !== '' && Number(value) >= minimum && Number(value) <= maximum,
  );
}

/** Text of a form. The whole text has to match. */
export function like(pattern: RegExp): Rule {
  const whole = new RegExp(`^(?:${pattern.source})$`, `${pattern.flags}s`);
  return rule(`text like ${pattern.source}`, (value) => typeof value === 'string' && whole.test(value));
}

/** Words for a reader, of any kind: not empty. */
export const words: Rule = rule('a sentence', (value) => typeof value === 'string' && /\S \S/.test(value));

/** A part that another check reads. */
export const elsewhere: Rule = { check: () => [] };

/** A reference to a resource of the app, by type and by logical id; `''` is what `Ref` returns. */
export function ref(type: string, attribute: '' | 'Arn' | 'QueueName' | 'GroupId' | (string & {}), id = '\\w+'): Rule {
  const end = attribute === '' ? '' : `\\.${attribute}`;
  return like(new RegExp(`<${type} \\w+/(?:${id})${end}>`));
}

/** A reference to a resource of the same construct: a function's own role, its own log group. */
export function own(type: string, attribute: '' | 'Arn' | (string & {})): Rule {
  const form = new RegExp(`^<${type} (\\w+)/(\\w+)${attribute === '' ? '' : `\\.${attribute}`}>$`);
  return rule(`${type} of the same construct`, (value, { stack, id }) => {
    const [, ofStack, ofId] = form.exec(String(value)) ?? [];
    return ofStack === stack && ofId.startsWith(withoutHash(id).replace(/[A-Z][a-z0-9]*$/, ''));
  });
}

/** A list whose members all follow one rule. */
export function listOf(member: Rule, { minimum = 1, maximum = 10 } = {}): Rule {
  return {
    check: (value, spot) => {
      if (!Array.isArray(value)) return [{ path: spot.path, problem: `is ${show(value)}; allowed: a list` }];
      const distinct = new Set(value.map((one) => JSON.stringify(one))).size;
      return [
        ...(value.length >= minimum && value.length <= maximum && distinct === value.length
          ? []
          : [
              {
                path: spot.path,
                problem: `has ${value.length} members; allowed: ${minimum} to ${maximum}, all different`,
              },
            ]),
        ...value.flatMap((one, index) => member.check(one, { ...spot, path: `${spot.path}[${index}]` })),
      ];
    },
  };
}

/** A list with one member for each of these rules, in any order, and no others. */
export function members(...wanted: readonly Rule[]): Rule {
  return {
    check: (value, spot) => {
      if (!Array.isArray(value)) return [{ path: spot.path, problem: `is ${show(value)}; allowed: a list` }];
      const left = [...value];
      const problems: Problem[] = [];
      for (const one of wanted) {
        const index = left.findIndex((member) => one.check(member, spot).length === 0);
        if (index >= 0) left.splice(index, 1);
        else if (one.isOptional === undefined) {
          const [{ problem } = { problem: 'nothing' }] = one.check(undefined, spot);
          problems.push({
            path: spot.path,
            problem: `has no member that it needs (${problem.replace(/^is null; /, '')})`,
          });
        }
      }
      return [
        ...problems,
        ...left.map((one) => ({ path: spot.path, problem: `has a member that is not allowed: ${show(one)}` })),
      ];
    },
  };
}

/** Exactly these properties: one that is missing or not named is a finding. */
export function object(fields: Fields): Rule {
  return {
    check: (value, spot) => {
      if (!isProperties(value)) return [{ path: spot.path, problem: `is ${show(value)}; allowed: an object` }];
      return checkFields(value, fields, spot);
    },
  };
}

export function checkFields(value: Properties, fields: Fields, spot: Spot): Problem[] {
  const inner = (name: string) => ({ ...spot, path: spot.path === '' ? name : `${spot.path}.${name}` });
  return [
    ...Object.keys(value)
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => ({ path: inner(name).path, problem: `is not on the list (${show(value[name])})` })),
    ...Object.entries(fields).flatMap(([name, one]) => {
      if (Object.hasOwn(value, name)) return one.check(value[name], inner(name));
      return one.isOptional ? [] : [{ path: inner(name).path, problem: 'is missing' }];
    }),
  ];
}

/** Any names of a form, with values of one rule. */
export function named(form: RegExp, member: Rule): Rule {
  return {
    check: (value, spot) =>
      isProperties(value)
        ? checkFields(
            value,
            Object.fromEntries(
              Object.keys(value)
                .filter((name) => form.test(name))
                .map((name) => [name, member]),
            ),
            spot,
          )
        : [{ path: spot.path, problem: `is ${show(value)}; allowed: an object` }],
  };
}

export function optional(one: Rule): Rule {
  return { ...one, isOptional: true };
}

/** At least one of the rules holds; the problems of the closest one are shown. */
export function either(...rules: readonly Rule[]): Rule {
  return {
    check: (value, spot) => {
      let best: Problem[] | undefined;
      for (const one of rules) {
        const problems = one.check(value, spot);
        if (problems.length === 0) return problems;
        if (best === undefined || problems.length < best.length) best = problems;
      }
      return best ?? [];
    },
  };
}

/** Both rules hold. */
export function both(...rules: readonly Rule[]): Rule {
  return { check: (value, spot) => rules.flatMap((one) => one.check(value, spot)) };
}

/** Text that is JSON. */
export function json(inner: Rule): Rule {
  return {
    check: (value, spot) => {
      try {
        return inner.check(JSON.parse(String(value)) as Value, spot);
      } catch {
        return [{ path: spot.path, problem: 'is no JSON' }];
      }
    },
  };
}

/** A rule that depends on the resource's logical id, for the few that differ from the others of their type. */
export function byId(choose: (id: string) => Rule): Rule {
  return { check: (value, spot) => choose(withoutHash(spot.id)).check(value, spot) };
}
