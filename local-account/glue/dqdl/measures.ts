import { numberMeets, timeOf, valueMeets } from './conditions';
import type { Condition, SingleRule } from './rule';

/** Values by column, for some rows. */
export interface Batch {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

export interface Outcome {
  readonly passed: boolean;
  /** Why it failed. */
  readonly message?: string;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What a rule gathers, batch by batch. */
export interface Measure {
  add(batch: Batch): void;
  outcome(): Outcome;
}

const every: Condition = { operator: '=', operands: [{ kind: 'number', value: 1 }] };
const nothing = 'Empty state for analyzer, all input values were NULL.';

export function failed(value: number | 'NULL'): string {
  return `Value: ${value} does not meet the constraint requirement!`;
}

/** One number of all rows against the rule's condition. */
function number(rule: SingleRule, metric: string, add: Measure['add'], value: () => number | undefined): Measure {
  const condition = rule.condition ?? every;
  return {
    add,
    outcome: () => {
      const found = value();
      if (found === undefined) return { passed: false, message: nothing, metrics: {} };
      const passed = numberMeets(found, condition);
      return { passed, message: passed ? undefined : failed(found), metrics: { [metric]: found } };
    },
  };
}

export function rowCount(rule: SingleRule): Measure {
  let rows = 0;
  const add = (batch: Batch) => {
    rows += batch.rows;
  };
  return number(rule, 'Dataset.*.RowCount', add, () => rows);
}

export function columnCount(rule: SingleRule, columns: number): Measure {
  return number(
    rule,
    'Dataset.*.ColumnCount',
    () => undefined,
    () => columns,
  );
}

export function completeness(rule: SingleRule, column: string): Measure {
  let rows = 0;
  let present = 0;
  const add = (batch: Batch) => {
    rows += batch.rows;
    for (const value of batch.columns[column] ?? []) if (isPresent(value)) present += 1;
  };
  return number(rule, `Column.${column}.Completeness`, add, () => (rows === 0 ? undefined : present / rows));
}

/** Of the rows that have a value: the share whose value occurs once, or the number of different ones. */
export function uniqueness(
  rule: SingleRule,
  measure: 'Uniqueness' | 'DistinctValuesCount' | 'UniqueValueRatio',
): Measure {
  const counts = new Map<string, number>();
  let rows = 0;
  const add = (batch: Batch) => {
    const columns = rule.columns.map((name) => batch.columns[name] ?? []);
    for (let row = 0; row < batch.rows; row += 1) {
      const values = columns.map((column) => column[row]);
      if (!values.some(isPresent)) continue;
      const key = values.length === 1 ? String(values[0]) : JSON.stringify(values.map(plain));
      counts.set(key, (counts.get(key) ?? 0) + 1);
      rows += 1;
    }
  };
  const unique = () => [...counts.values()].filter((count) => count === 1).length;
  const values = {
    Uniqueness: () => unique() / rows,
    DistinctValuesCount: () => counts.size,
    UniqueValueRatio: () => unique() / counts.size,
  };
  const over = rule.columns.length === 1 ? 'Column' : 'Multicolumn';
  return number(rule, `${over}.${rule.columns.join(',')}.${measure}`, add, () =>
    rows === 0 ? undefined : values[measure](),
  );
}

/** Missing values are left out. */
export function moments(rule: SingleRule, column: string, measure: 'Mean' | 'Sum' | 'StandardDeviation'): Measure {
  let count = 0;
  let sum = 0;
  let mean = 0;
  let squares = 0;
  const add = (batch: Batch) => {
    for (const value of batch.columns[column] ?? []) {
      if (!isPresent(value)) continue;
      const one = Number(value);
      count += 1;
      sum += one;
      const distance = one - mean;
      mean += distance / count;
      squares += distance * (one - mean);
    }
  };
  const values = { Mean: () => sum / count, Sum: () => sum, StandardDeviation: () => Math.sqrt(squares / count) };
  return number(rule, `Column.${column}.${measure}`, add, () => (count === 0 ? undefined : values[measure]()));
}

/** The share of rows that pass, against the threshold. */
export function compliance(
  rule: SingleRule,
  column: string,
  metric: string,
  passes: (value: unknown) => boolean,
): Measure {
  let rows = 0;
  let passing = 0;
  let missing = false;
  const add = (batch: Batch) => {
    rows += batch.rows;
    for (const value of batch.columns[column] ?? []) {
      if (passes(value)) passing += 1;
      else if (!isPresent(value)) missing = true;
    }
  };
  return {
    add,
    outcome: () => {
      if (rows === 0) return { passed: false, message: nothing, metrics: {} };
      const share = passing / rows;
      const passed = numberMeets(share, rule.threshold ?? every);
      const message = failed(missing && rule.threshold === undefined ? 'NULL' : share);
      return { passed, message: passed ? undefined : message, metrics: { [metric]: share } };
    },
  };
}

export function columnValues(rule: SingleRule, column: string, now: number): Measure {
  const condition = rule.condition ?? every;
  return compliance(rule, column, `Column.${column}.ColumnValues.Compliance`, (value) =>
    valueMeets(value, condition, now),
  );
}

export function columnLength(rule: SingleRule, column: string): Measure {
  const condition = rule.condition ?? every;
  return compliance(rule, column, `Column.${column}.ColumnLength.Compliance`, (value) =>
    numberMeets(isPresent(value) ? String(value).length : 0, condition),
  );
}

/** Hours since the value, to two places. */
export function dataFreshness(rule: SingleRule, column: string, now: number): Measure {
  const { operator, operands } = rule.condition ?? every;
  const hours: Condition = {
    operator,
    operands: operands.map((one) => ({
      kind: 'number',
      value: one.kind === 'duration' ? one.minutes / 60 : Number.NaN,
    })),
  };
  return compliance(rule, column, `Column.${column}.DataFreshness.Compliance`, (value) => {
    const time = timeOf(value);
    return time !== undefined && numberMeets(Math.round((now - time) / 36_000) / 100, hours);
  });
}

export function always(outcome: Outcome): Measure {
  return { add: () => undefined, outcome: () => outcome };
}

export function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
