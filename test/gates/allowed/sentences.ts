import { isProperties, list, properties, text, type Value } from '../template';

/** How a comparison of a Choice state reads in a sentence. */
const comparisons: Readonly<Record<string, string>> = {
  StringEquals: '=',
  StringEqualsPath: '=',
  StringMatches: 'like',
  NumericEquals: '=',
  NumericEqualsPath: '=',
  NumericGreaterThan: '>',
  NumericGreaterThanPath: '>',
  NumericGreaterThanEquals: '>=',
  NumericLessThan: '<',
  NumericLessThanPath: '<',
  NumericLessThanEquals: '<=',
  TimestampGreaterThanPath: 'after',
  TimestampLessThanPath: 'before',
  BooleanEquals: 'is',
  IsPresent: 'is present:',
  IsString: 'is text:',
};

function condition(rule: Value): string {
  const { Next, Comment, And, Or, Not, Variable, ...comparison } = properties(rule);
  if (And !== undefined) return list(And).map(inner).join(' and ');
  if (Or !== undefined) return list(Or).map(inner).join(' or ');
  if (Not !== undefined) return `not ${inner(Not)}`;
  const [[operator, value] = ['', null], ...more] = Object.entries(comparison);
  return more.length === 0 && operator in comparisons
    ? `${text(Variable)} ${comparisons[operator]} ${operator.endsWith('Path') ? text(value) : JSON.stringify(value)}`
    : `? ${JSON.stringify(rule)}`;
}

function inner(rule: Value): string {
  const one = properties(rule);
  return one.And !== undefined || one.Or !== undefined ? `(${condition(rule)})` : condition(rule);
}

/** Each way out of a Choice state: `$.live.arn = "none" -> VerifyPackage`, and `otherwise -> Refuse`. */
export function sentences(state: Value): string[] {
  const { Choices, Default } = properties(state);
  return [
    ...list(Choices)
      .filter(isProperties)
      .map((choice) => `${condition(choice)} -> ${text(choice.Next)}`),
    `otherwise -> ${text(Default)}`,
  ];
}
