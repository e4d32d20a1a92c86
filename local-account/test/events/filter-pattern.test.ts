import { parseFilterPattern } from '../../events/filter-pattern';

const line = JSON.stringify({
  level: 'ERROR',
  rows: 12,
  who: { role: 'Workflow-Train', ids: ['a', 'b'] },
  message: 'ERROR of nothing',
  refused: true,
  none: null,
});

describe('a filter pattern', () => {
  test.each([
    ['', true],
    ['ERROR', true],
    ['error', false],
    ['ERROR nothing', true],
    ['ERROR something', false],
    ['"of nothing"', true],
    ['?something ?nothing', true],
    ['ERROR -nothing', false],
    ['{ $.level = "ERROR" }', true],
    ['{ $.level = ERROR }', true],
    ['{ $.level != "ERROR" }', false],
    ['{ $.absent != "ERROR" }', false],
    ['{ $.absent NOT EXISTS }', true],
    ['{ $.none IS NULL }', true],
    ['{ $.refused IS TRUE }', true],
    ['{ $.rows > 11 && $.rows <= 12 }', true],
    ['{ $.rows = 12 }', true],
    ['{ $.who.role = "Workflow-*" }', true],
    ['{ $.who.role = "*-Serve" }', false],
    ['{ $.who.ids[1] = "b" }', true],
    ['{ ($.level = "INFO") || ($.who.role = "*Train" && $.rows < 100) }', true],
    ['{ ($.level = "INFO" || $.who.role = "*Train") && $.rows > 100 }', false],
  ])('%s: %s', (pattern, expected) => expect(parseFilterPattern(pattern)(line)).toBe(expected));

  test('of JSON does not match a line that is none', () => {
    expect(parseFilterPattern('{ $.level = "ERROR" }')('ERROR level')).toBe(false);
  });

  test.each([
    '[ip, user, ...]',
    '%ERR.*%',
    '{ $.level ~ "x" }',
    '{ level = "x" }',
    '{ ($.level = "x" }',
    '{ $.a = 1 $.b = 2 }',
  ])('%s is refused', (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow(/filter pattern/);
  });
});
