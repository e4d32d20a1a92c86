import { castable, hasType } from './data-types';
import {
  always,
  type Batch,
  columnCount,
  columnLength,
  columnValues,
  completeness,
  compliance,
  dataFreshness,
  type Measure,
  moments,
  type Outcome,
  rowCount,
  uniqueness,
} from './measures';
import { type Rule, ruleText, type SingleRule } from './rule';
import { unsupported } from './ruleset-error';

/** The data that rules are evaluated on. */
export interface Dataset {
  readonly columns: readonly string[];
  /** All rows, with the values of some columns. */
  batches(columns: readonly string[]): AsyncIterable<Batch>;
}

export interface RuleOutcome extends Outcome {
  readonly rule: string;
}

/** Evaluates all rules in one pass over the data. `now` in milliseconds. */
export async function evaluate(rules: readonly Rule[], data: Dataset, now: number): Promise<RuleOutcome[]> {
  const measures = new Map<SingleRule, readonly Measure[]>();
  for (const rule of rules.flatMap(singleRules)) measures.set(rule, measuresOf(rule, data, now));
  const named = [...measures.keys()].flatMap(({ columns }) => columns).filter((name) => data.columns.includes(name));
  const all = [...measures.values()].flat();
  for await (const batch of data.batches([...new Set(named)])) for (const measure of all) measure.add(batch);
  const outcomes = new Map<SingleRule, Outcome>();
  for (const [rule, own] of measures) outcomes.set(rule, both(own.map((one) => one.outcome())));
  return rules.map((rule) => ({ rule: ruleText(rule), ...joined(rule, outcomes) }));
}

/** Refuses what only the evaluation would find. */
export function checkRules(rules: readonly Rule[]): void {
  for (const rule of rules.flatMap(singleRules)) typeOf(rule);
}

function singleRules(rule: Rule): SingleRule[] {
  return 'operator' in rule ? rule.rules.flatMap(singleRules) : [rule];
}

function joined(rule: Rule, outcomes: ReadonlyMap<SingleRule, Outcome>): Outcome {
  if (!('operator' in rule)) return outcomes.get(rule) as Outcome;
  const parts = rule.rules.map((one) => joined(one, outcomes));
  const passed = rule.operator === 'and' ? parts.every((one) => one.passed) : parts.some((one) => one.passed);
  const whole = both(parts);
  return { ...whole, passed, message: passed ? undefined : whole.message };
}

function both(outcomes: readonly Outcome[]): Outcome {
  const messages = outcomes.flatMap(({ message }) => message ?? []);
  return {
    passed: outcomes.every(({ passed }) => passed),
    message: messages.length > 0 ? messages.join('\n') : undefined,
    metrics: Object.assign({}, ...outcomes.map(({ metrics }) => metrics)) as Outcome['metrics'],
  };
}

function measuresOf(rule: SingleRule, { columns }: Dataset, now: number): readonly Measure[] {
  const [column = ''] = rule.columns;
  if (rule.type === 'ColumnExists') {
    const passed = columns.includes(column);
    return [
      always({ passed, message: passed ? undefined : `Input data does not include column ${column}!`, metrics: {} }),
    ];
  }
  const missing = rule.columns.find((name) => !columns.includes(name));
  if (missing !== undefined)
    return [always({ passed: false, message: `Input data does not include column ${missing}!`, metrics: {} })];
  switch (rule.type) {
    case 'RowCount':
      return [rowCount(rule)];
    case 'ColumnCount':
      return [columnCount(rule, columns.length)];
    case 'ColumnDataType': {
      const type = typeOf(rule) ?? '';
      const wanted = rule.condition?.operator === '=';
      const metric = `Column.${column}.ColumnDataType.Compliance`;
      return [compliance(rule, column, metric, (value) => hasType(value, type) === wanted)];
    }
    case 'ColumnLength':
      return [columnLength(rule, column)];
    case 'ColumnValues':
      return [columnValues(rule, column, now)];
    case 'IsComplete':
    case 'Completeness':
      return [completeness(rule, column)];
    case 'IsUnique':
    case 'Uniqueness':
      return [uniqueness(rule, 'Uniqueness')];
    case 'IsPrimaryKey':
      return [uniqueness(rule, 'Uniqueness'), ...rule.columns.map((name) => completeness(rule, name))];
    case 'DistinctValuesCount':
    case 'UniqueValueRatio':
      return [uniqueness(rule, rule.type)];
    case 'Mean':
    case 'Sum':
    case 'StandardDeviation':
      return [moments(rule, column, rule.type)];
    case 'DataFreshness':
      return [dataFreshness(rule, column, now)];
    default:
      throw unsupported(rule, `the rule type ${rule.type}`);
  }
}

/** The type that ColumnDataType names. */
function typeOf(rule: SingleRule): string | undefined {
  if (rule.type !== 'ColumnDataType') return undefined;
  const operand = rule.condition?.operands[0];
  const type = operand?.kind === 'text' ? operand.value.toUpperCase() : '';
  if (!Object.hasOwn(castable, type)) throw unsupported(rule, `the data type ${type}`);
  return type;
}
