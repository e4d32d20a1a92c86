import type { JsonGetValue, NumberValue, StringValue } from './values';

export interface Condition {
  readonly Type: 'Equals' | 'GreaterThan' | 'GreaterThanOrEqualTo' | 'LessThan' | 'LessThanOrEqualTo';
  readonly LeftValue: NumberValue | StringValue | JsonGetValue;
  readonly RightValue: NumberValue | StringValue;
}

export function atLeast(left: NumberValue, right: NumberValue): Condition {
  return { Type: 'GreaterThanOrEqualTo', LeftValue: left, RightValue: right };
}

export function below(left: NumberValue, right: NumberValue): Condition {
  return { Type: 'LessThan', LeftValue: left, RightValue: right };
}
