import { type Dataset, evaluate } from '../../glue/dqdl/evaluate';
import { parseRuleset } from '../../glue/dqdl/parse';

const now = Date.parse('2026-06-15T12:00:00Z');

function dataset(columns: Readonly<Record<string, readonly unknown[]>>): Dataset {
  const rows = Object.values(columns)[0]?.length ?? 0;
  return {
    columns: Object.keys(columns),
    // Two batches, so that what a rule gathers must span them.
    batches: async function* (names) {
      for (const [from, until] of [
        [0, 1],
        [1, rows],
      ] as const) {
        const part = Object.fromEntries(names.map((name) => [name, (columns[name] ?? []).slice(from, until)]));
        yield { rows: Math.max(Math.min(until, rows) - from, 0), columns: part };
      }
    },
  };
}

const people = dataset({
  id: [1, 2, 3, 4],
  age: [20, 30, null, 30],
  name: ['Ann', '', '  ', null],
  seen: ['2026-06-15', '2026-06-14', '2026-06-10', '2026-06-15'],
});

async function outcomes(rules: string, data = people): Promise<readonly string[]> {
  const found = await evaluate(parseRuleset(`Rules = [ ${rules} ]`), data, now);
  return found.map(({ passed, message }) => (passed ? 'pass' : `fail: ${message ?? ''}`));
}

describe('rules of DQDL', () => {
  it.each([
    ['RowCount = 4', 'pass'],
    ['RowCount between 4 and 9', 'fail: Value: 4 does not meet the constraint requirement!'],
    ['ColumnCount = 4', 'pass'],
    ['ColumnExists "id"', 'pass'],
    ['ColumnExists "none"', 'fail: Input data does not include column none!'],
    ['IsComplete "id"', 'pass'],
    ['IsComplete "age"', 'fail: Value: 0.75 does not meet the constraint requirement!'],
    ['Completeness "age" >= 0.75', 'pass'],
    ['IsComplete "none"', 'fail: Input data does not include column none!'],
    ['IsUnique "id"', 'pass'],
    ['Uniqueness "age" > 0.5', 'fail: Value: 0.3333333333333333 does not meet the constraint requirement!'],
    ['IsPrimaryKey "id"', 'pass'],
    ['IsUnique "id" "age"', 'pass'],
    ['IsPrimaryKey "id" "age"', 'fail: Value: 0.75 does not meet the constraint requirement!'],
    ['DistinctValuesCount "age" = 2', 'pass'],
    ['UniqueValueRatio "age" = 0.5', 'pass'],
    ['Mean "age" > 26', 'pass'],
    ['Sum "age" = 80', 'pass'],
    ['StandardDeviation "id" between 1.11 and 1.12', 'pass'],
    ['ColumnLength "name" <= 3', 'pass'],
    ['ColumnDataType "seen" = "DATE"', 'pass'],
    ['ColumnDataType "name" = "Integer"', 'fail: Value: NULL does not meet the constraint requirement!'],
    ['DataFreshness "seen" <= 3 days', 'fail: Value: 0.75 does not meet the constraint requirement!'],
    ['DataFreshness "seen" <= 6 days', 'pass'],
  ])('evaluates %s', async (rule, expected) => {
    expect(await outcomes(rule)).toEqual([expected]);
  });

  it.each([
    // The bounds of `between` do not belong to it, and a missing value fails.
    ['ColumnValues "id" between 0 and 5', 'pass'],
    ['ColumnValues "id" between 1 and 5', 'fail: Value: 0.75 does not meet the constraint requirement!'],
    ['ColumnValues "age" > 10', 'fail: Value: NULL does not meet the constraint requirement!'],
    ['(ColumnValues "age" > 10) or (ColumnValues "age" = NULL)', 'fail: '],
    ['ColumnValues "age" > 10 with threshold >= 0.75', 'pass'],
    // Under `!=` and `not in` it passes, unless it is named.
    ['ColumnValues "age" != 21', 'pass'],
    ['ColumnValues "age" not in [21, 22]', 'pass'],
    ['ColumnValues "age" not in [21, 22, NULL]', 'fail: '],
    ['ColumnValues "age" in [20, 30, NULL]', 'pass'],
    ['ColumnValues "name" in ["Ann", EMPTY, WHITESPACES_ONLY, NULL]', 'pass'],
    ['ColumnValues "name" in ["Ann", EMPTY, NULL]', 'fail: '],
    ['ColumnValues "name" matches "[A-Za-z ]*" with threshold > 0.7', 'pass'],
    ['ColumnValues "seen" > (now() - 3 days)', 'fail: '],
    ['ColumnValues "seen" >= "2026-06-10"', 'pass'],
    ['ColumnValues "id" >= -1', 'pass'],
  ])('evaluates values: %s', async (rule, expected) => {
    expect(await outcomes(rule)).toEqual([expect.stringContaining(expected)]);
  });

  it('joins rules', async () => {
    expect(await outcomes('((RowCount > 9) or (IsUnique "id")) and (IsComplete "id")')).toEqual(['pass']);
    expect(await outcomes('(RowCount > 9) and (IsUnique "id"), IsComplete "id"')).toEqual([
      'fail: Value: 4 does not meet the constraint requirement!',
      'pass',
    ]);
  });

  it('fails for a dataset without rows, except where it counts them', async () => {
    const nobody = dataset({ id: [] });
    expect(await outcomes('RowCount = 0, IsComplete "id", ColumnValues "id" > 0', nobody)).toEqual([
      'pass',
      'fail: Empty state for analyzer, all input values were NULL.',
      'fail: Empty state for analyzer, all input values were NULL.',
    ]);
  });
});

describe('a ruleset', () => {
  it.each([
    ['Rules = [ CustomSql "select 1" > 0 ]', 'line 1:10 the rule type CustomSql is not supported by the local account'],
    ['Rules = [\n  IsComplete "id",\n  IsWhole "id"\n]', 'line 3:2 Rule Type: IsWhole is not valid'],
    ['Rules = [ IsComplete "id" where "id > 1" ]', 'line 1:26 a where clause is not supported by the local account'],
    ['Rules = [ Mean "id" > avg(last(10)) ]', 'line 1:22 the function avg is not supported by the local account'],
    ['Rules = [ IsComplete ]', 'line 1:10 Unexpected number of parameters for Rule Type: IsComplete'],
    ['Rules = [ RowCount > ]', "line 1:21 mismatched input ']' expecting a value"],
    ['Rules = [ RowCount > "a" ]', 'line 1:10 Unexpected condition for rule of type RowCount: a text'],
    [
      'Rules = [ RowCount > 1 ] Analyzers = [ RowCount ]',
      'line 1:25 the section Analyzers is not supported by the local account',
    ],
    ['Rules = [ ]', 'line 1:10 No rules or analyzers provided.'],
    ['rules = [ RowCount > 1 ]', 'line 1:0 the variable rules is not supported by the local account'],
    [
      'Rules = [ ColumnDataType "id" = "DECIMAL(3,1)" ]',
      'the data type DECIMAL(3,1) is not supported by the local account',
    ],
    [
      'Rules = [ RowCount > 1 with threshold > 0.5 ]',
      'line 1:28 Threshold condition not supported for rule type: RowCount',
    ],
    ['Rules = [ (RowCount > 1) and (IsUnique "id") or (IsComplete "id") ]', 'without parentheses is not supported'],
  ])('is refused with its place: %s', async (ruleset, message) => {
    const whole = async () => evaluate(parseRuleset(ruleset), people, now);
    await expect(whole()).rejects.toThrow(message);
  });

  it('may have comments and quoted quotes', () => {
    expect(parseRuleset('Rules = [ # all of them\n IsComplete "a \\"b\\"" ]')).toEqual([
      expect.objectContaining({ type: 'IsComplete', columns: ['a "b"'], line: 2, column: 1 }),
    ]);
  });
});
