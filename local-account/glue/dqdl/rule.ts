import type { Place } from './ruleset-error';

/** One rule, or several joined by `and` or `or`. */
export type Rule = SingleRule | { readonly operator: 'and' | 'or'; readonly rules: readonly Rule[] };

export interface SingleRule extends Place {
  readonly type: string;
  readonly columns: readonly string[];
  readonly condition?: Condition;
  /** The share of rows that must pass. @default all */
  readonly threshold?: Condition;
}

export type Operator =
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'between'
  | 'not between'
  | 'in'
  | 'not in'
  | 'matches'
  | 'not matches';

export interface Condition {
  readonly operator: Operator;
  readonly operands: readonly Operand[];
}

export type Operand =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** `(now() - 3 days)`; days from now. */
  | { readonly kind: 'date'; readonly value: string | { readonly minutesFromNow: number } }
  | { readonly kind: 'duration'; readonly minutes: number; readonly text: string }
  | { readonly kind: 'keyword'; readonly value: 'NULL' | 'EMPTY' | 'WHITESPACES_ONLY' };

/** The rule as AWS writes it back: one blank between words. */
export function ruleText(rule: Rule): string {
  if ('operator' in rule) return rule.rules.map((one) => `(${ruleText(one)})`).join(` ${rule.operator} `);
  const parts = [rule.type, ...rule.columns.map((column) => `"${column}"`)];
  if (rule.condition) parts.push(conditionText(rule.condition));
  if (rule.threshold) parts.push(`with threshold ${conditionText(rule.threshold)}`);
  return parts.join(' ');
}

export function conditionText({ operator, operands }: Condition): string {
  const texts = operands.map(operandText);
  if (operator.endsWith('between')) return `${operator} ${texts.join(' and ')}`;
  if (operator.endsWith('in')) return `${operator} [${texts.join(',')}]`;
  return `${operator} ${texts.join()}`;
}

function operandText(operand: Operand): string {
  switch (operand.kind) {
    case 'number':
    case 'keyword':
      return String(operand.value);
    case 'text':
      return JSON.stringify(operand.value);
    case 'duration':
      return operand.text;
    case 'date': {
      if (typeof operand.value === 'string') return `"${operand.value}"`;
      const { minutesFromNow: minutes } = operand.value;
      return minutes === 0 ? 'now()' : `(now() ${minutes < 0 ? '-' : '+'} ${Math.abs(minutes)} minutes)`;
    }
  }
}
