import type { Condition, Operand, Operator, Rule, SingleRule } from './rule';
import { type ConditionKind, otherRuleTypes, ruleTypes } from './rule-types';
import { RulesetError, unsupported } from './ruleset-error';
import { type Token, tokensOf } from './tokens';

const minutesOf: Readonly<Record<string, number>> = { minutes: 1, hours: 60, days: 1440 };
const keywords: ReadonlySet<string> = new Set(['NULL', 'EMPTY', 'WHITESPACES_ONLY']);
const plainDate = /^\d{4}-\d{2}-\d{2}$/;

/** The rules of a ruleset. Throws RulesetError at the first place that is wrong, or that is not evaluated here. */
// AWS: glue/rulesets-are-parsed
export function parseRuleset(ruleset: string): readonly Rule[] {
  return new Parser(tokensOf(ruleset)).document();
}

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  document(): readonly Rule[] {
    const start = this.next();
    if (['Metadata', 'DataSources', 'Analyzers', 'DefaultLabels'].includes(start.value))
      throw unsupported(start, `the section ${start.value}`);
    if (start.value !== 'Rules') {
      if (start.kind === 'word' && this.peek().value === '=') throw unsupported(start, `the variable ${start.value}`);
      throw this.mismatch(start, "'Rules'");
    }
    this.expect('=');
    this.expect('[');
    if (this.peek().value === ']') throw new RulesetError(this.peek(), 'No rules or analyzers provided.');
    const rules = [this.joined()];
    while (this.take(',')) rules.push(this.joined());
    this.expect(']');
    const end = this.next();
    if (end.value === 'Analyzers') throw unsupported(end, 'the section Analyzers');
    if (end.kind !== 'end') throw this.mismatch(end, '<EOF>');
    return rules;
  }

  /** Rules joined by one operator, or a single one. */
  private joined(): Rule {
    const rules = [this.operand()];
    let operator: 'and' | 'or' | undefined;
    for (;;) {
      const token = this.peek();
      const word = token.value.toLowerCase();
      if (token.kind !== 'word' || (word !== 'and' && word !== 'or')) break;
      // The grammar takes both without saying which binds first.
      if (operator !== undefined && operator !== word)
        throw unsupported(token, '`and` next to `or` without parentheses');
      operator = word;
      this.next();
      rules.push(this.operand());
    }
    return operator === undefined ? (rules[0] as Rule) : { operator, rules };
  }

  private operand(): Rule {
    if (!this.take('(')) return this.rule();
    const inner = this.joined();
    this.expect(')');
    return inner;
  }

  private rule(): SingleRule {
    const name = this.next();
    if (name.kind !== 'word') throw this.mismatch(name, 'IDENTIFIER');
    if (otherRuleTypes.has(name.value)) throw unsupported(name, `the rule type ${name.value}`);
    const type = Object.hasOwn(ruleTypes, name.value) ? ruleTypes[name.value] : undefined;
    if (type === undefined) throw new RulesetError(name, `Rule Type: ${name.value} is not valid`);
    const columns: string[] = [];
    while (this.peek().kind === 'text' && columns.length < type.columns[1]) columns.push(this.next().value);
    if (columns.length < type.columns[0])
      throw new RulesetError(name, `Unexpected number of parameters for Rule Type: ${name.value}`);
    const condition = this.condition(name, type.condition);
    const threshold = this.threshold(name, type.threshold ?? false);
    const { line, column } = name;
    return { type: name.value, columns, condition, threshold, line, column };
  }

  private condition(name: Token, kind: ConditionKind): Condition | undefined {
    const token = this.peek();
    if (token.value === 'where') throw unsupported(token, 'a where clause');
    if (token.value === 'labels') throw unsupported(token, 'labels');
    const operator = kind === 'none' ? undefined : this.operator();
    if (operator === undefined) {
      // AWS's parser takes a rule without its condition; nothing says what it evaluates then.
      if (kind !== 'none') throw new RulesetError(this.peek(), `Unexpected condition for rule of type ${name.value}`);
      return undefined;
    }
    const operands = this.operands(operator, kind);
    const place = this.peek();
    if (place.value === 'where') throw unsupported(place, 'a where clause');
    check(name, kind, operator, operands);
    return { operator, operands };
  }

  private threshold(name: Token, takesOne: boolean): Condition | undefined {
    const token = this.peek();
    if (token.value !== 'with') return undefined;
    this.next();
    const tag = this.next();
    if (tag.value !== 'threshold') throw unsupported(tag, `with ${tag.value}`);
    if (!takesOne) throw new RulesetError(tag, `Threshold condition not supported for rule type: ${name.value}`);
    const operator = this.operator();
    if (operator === undefined) throw this.mismatch(this.peek(), 'a condition');
    const operands = this.operands(operator, 'number');
    check(tag, 'number', operator, operands);
    return { operator, operands };
  }

  private operator(): Operator | undefined {
    const token = this.peek();
    if (['=', '!=', '>', '>=', '<', '<=', 'between', 'in', 'matches'].includes(token.value) && token.kind !== 'text') {
      this.next();
      return token.value as Operator;
    }
    if (token.value !== 'not' || token.kind !== 'word') return undefined;
    this.next();
    const what = this.next();
    if (!['between', 'in', 'matches'].includes(what.value)) throw this.mismatch(what, "{'between', 'in', 'matches'}");
    return `not ${what.value}` as Operator;
  }

  private operands(operator: Operator, kind: ConditionKind): Operand[] {
    if (operator.endsWith('between')) {
      const low = this.value(kind);
      const and = this.next();
      if (and.value.toLowerCase() !== 'and') throw this.mismatch(and, "'and'");
      return [low, this.value(kind)];
    }
    if (!operator.endsWith('in')) return [this.value(kind)];
    this.expect('[');
    const values = [this.value(kind)];
    while (this.take(',')) values.push(this.value(kind));
    this.expect(']');
    return values;
  }

  private value(kind: ConditionKind): Operand {
    const token = this.next();
    if (token.kind === 'text')
      return plainDate.test(token.value) && kind === 'values'
        ? { kind: 'date', value: token.value }
        : { kind: 'text', value: token.value };
    if (token.kind === 'symbol' && token.value === '-') {
      const number = this.next();
      if (number.kind !== 'number') throw this.mismatch(number, 'a number');
      return { kind: 'number', value: -Number(number.value) };
    }
    if (token.kind === 'number') {
      const unit = this.peek();
      if (unit.kind !== 'word' || minutesOf[unit.value] === undefined)
        return { kind: 'number', value: Number(token.value) };
      this.next();
      return {
        kind: 'duration',
        minutes: Number(token.value) * minutesOf[unit.value],
        text: `${token.value} ${unit.value}`,
      };
    }
    const word = token.value.toUpperCase();
    if (token.kind === 'word' && keywords.has(word)) return { kind: 'keyword', value: word as 'NULL' };
    if (token.value === '(' || token.value === 'now') return this.moment(token);
    if (token.value === '$') throw unsupported(token, 'a variable');
    // min(last(5)), avg(last(10)): AWS evaluates them in Glue jobs only.
    if (token.kind === 'word' && this.peek().value === '(') throw unsupported(token, `the function ${token.value}`);
    throw this.mismatch(token, 'a value');
  }

  /** `now()` or `(now() - 3 days)`. */
  private moment(start: Token): Operand {
    const inParentheses = start.value === '(';
    const now = inParentheses ? this.next() : start;
    if (now.value !== 'now') throw unsupported(now, 'arithmetic');
    this.expect('(');
    this.expect(')');
    if (!inParentheses) return { kind: 'date', value: { minutesFromNow: 0 } };
    const sign = this.next();
    if (sign.value !== '-' && sign.value !== '+') throw this.mismatch(sign, "{'-', '+'}");
    const duration = this.value('duration');
    if (duration.kind !== 'duration') throw this.mismatch(sign, 'a duration');
    this.expect(')');
    return { kind: 'date', value: { minutesFromNow: sign.value === '-' ? -duration.minutes : duration.minutes } };
  }

  private peek(): Token {
    return this.tokens[this.at] as Token;
  }

  private next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at += 1;
    return token;
  }

  private take(symbol: string): boolean {
    const token = this.peek();
    if (token.kind !== 'symbol' || token.value !== symbol) return false;
    this.at += 1;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) throw this.mismatch(this.peek(), `'${symbol}'`);
  }

  private mismatch(token: Token, expected: string): RulesetError {
    return new RulesetError(token, `mismatched input '${token.value}' expecting ${expected}`);
  }
}

const takes: Readonly<Record<Exclude<ConditionKind, 'none'>, readonly Operand['kind'][]>> = {
  number: ['number'],
  text: ['text'],
  values: ['number', 'text', 'date', 'keyword'],
  duration: ['duration'],
};

function check(place: Token, kind: ConditionKind, operator: Operator, operands: readonly Operand[]): void {
  const fail = (what: string) =>
    new RulesetError(place, `Unexpected condition for rule of type ${place.value}: ${what}`);
  const wrong = operands.find((operand) => kind === 'none' || !takes[kind].includes(operand.kind));
  if (wrong) throw fail(`a ${wrong.kind}`);
  if (operator.endsWith('matches') && operands[0]?.kind !== 'text') throw fail(operator);
  if (kind === 'text' && operator !== '=' && operator !== '!=') throw fail(operator);
  const kinds = new Set(operands.map((operand) => operand.kind).filter((one) => one !== 'keyword'));
  if (kinds.size > 1) throw fail([...kinds].join(' and '));
  const ordered = !['=', '!=', 'in', 'not in', 'matches', 'not matches'].includes(operator);
  if (ordered && operands.some((operand) => operand.kind === 'text' || operand.kind === 'keyword'))
    throw fail(`${operator} with a text`);
}
