import { conditions } from '../changed-policies';
import type { StatementJson } from '../documents';
import { FOREIGN_ACCOUNT } from './outsiders';

/** Stands for any name that matches the pattern; shown as * in the matrix. */
export const ANY = 'any-name';
/** A value that no policy names; shown as "another". */
export const ANOTHER = 'another';

/**
 * Condition keys that a request has in addition to the usual ones. Undefined: the key is absent, although it is usually
 * present.
 */
export type Situation = Readonly<Record<string, string | undefined>>;

/** An ARN or a value that matches a pattern. */
export function fitting(pattern: string): string {
  return pattern.replaceAll('*', ANY).replaceAll('?', 'x');
}

/**
 * Keys that belong to the caller or the resource, so that a request cannot choose them. A condition on one of these is
 * tested with other callers and resources. Tags of the caller are none of them: the same role can have other tags
 * tomorrow, and a session can bring its own.
 */
const GIVEN = /^aws:(resourceaccount|principal(?!tag\/).*|userid|username|sourcevpce?)$/i;

/**
 * Situations that show the effect of each condition of a statement: all conditions met, each value in turn, each key
 * absent, each key with another value. Throws for an operator that it does not support.
 */
export function situationsOf(statement: StatementJson): {
  readonly holding: readonly Situation[];
  readonly failing: readonly Situation[];
} {
  const chosen = conditions(statement).filter(({ key }) => !GIVEN.test(key));
  if (chosen.length === 0) return { holding: [], failing: [] };
  const whole: Situation = Object.assign(
    {},
    ...chosen.map(({ operator, key, values }) => holds(operator, key, values[0] ?? '')),
  ) as Situation;
  return {
    holding: [
      whole,
      ...chosen.flatMap(({ operator, key, values }) =>
        values.slice(1).map((value) => ({ ...whole, ...holds(operator, key, value) })),
      ),
    ],
    failing: chosen.flatMap(({ operator, key, values }) => [
      { ...whole, [key]: undefined },
      { ...whole, ...fails(operator, key, values) },
    ]),
  };
}

const bare = (operator: string): string => operator.replace(/^For(AllValues|AnyValue):/, '').replace(/IfExists$/, '');

function holds(operator: string, key: string, value: string): Situation {
  switch (bare(operator)) {
    case 'StringEquals':
    case 'StringEqualsIgnoreCase':
    case 'Bool':
    case 'NumericEquals':
    case 'NumericLessThanEquals':
    case 'NumericGreaterThanEquals':
      return { [key]: value };
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return { [key]: fitting(value) };
    case 'StringNotEquals':
    case 'StringNotLike':
    case 'StringNotEqualsIgnoreCase':
      return { [key]: ANOTHER };
    case 'NumericLessThan':
      return { [key]: shift(value, -1) };
    case 'NumericGreaterThan':
      return { [key]: shift(value, 1) };
    case 'Null':
      return { [key]: value === 'true' ? undefined : ANOTHER };
    default:
      throw unknown(operator);
  }
}

function fails(operator: string, key: string, values: readonly string[]): Situation {
  if (/^aws:SourceAccount$/i.test(key)) return { [key]: FOREIGN_ACCOUNT };
  const first = values[0] ?? '';
  switch (bare(operator)) {
    case 'StringEquals':
    case 'StringEqualsIgnoreCase':
    case 'StringLike':
      return { [key]: ANOTHER };
    case 'ArnLike':
    case 'ArnEquals':
      return { [key]: `arn:aws:${ANOTHER}:::${ANOTHER}` };
    case 'Bool':
      return { [key]: first === 'true' ? 'false' : 'true' };
    case 'StringNotEquals':
    case 'StringNotEqualsIgnoreCase':
      return { [key]: first };
    case 'StringNotLike':
      return { [key]: fitting(first) };
    case 'NumericLessThan':
    case 'NumericGreaterThan':
      return { [key]: first };
    case 'NumericEquals':
    case 'NumericLessThanEquals':
      return { [key]: shift(first, 1) };
    case 'NumericGreaterThanEquals':
      return { [key]: shift(first, -1) };
    case 'Null':
      return { [key]: first === 'true' ? ANOTHER : undefined };
    default:
      throw unknown(operator);
  }
}

/** Slightly more or less, rounded to avoid the digits of a binary fraction. */
function shift(value: string, direction: number): string {
  return String(Number((Number(value) + direction * 0.1).toFixed(3)));
}

function unknown(operator: string): Error {
  return new Error(
    `The access matrix does not support the condition operator ${operator}; add it to rehearsal/proof/matrix/witness.ts.`,
  );
}
