import { compare, faultsOf, shareOf } from './report';

const noticed = { name: 'workflow.rule.x__mutmut_1', killed: true, status: 'killed', line: '', mutated: '' };
const survivor = {
  name: 'workflow.rule.x__mutmut_2',
  killed: false,
  status: 'survived',
  line: 'a < b',
  mutated: 'a <= b',
};
const entry = { module: 'rule', line: 'a < b', mutated: 'a <= b', reason: 'They are never equal.' };
const guard = { name: 'rule', guard: true };

test('a survivor that nobody accepted fails a guard, and counts elsewhere', () => {
  const mutants = [noticed, survivor];
  const found = compare(guard, mutants, []);
  expect(faultsOf(guard, mutants, found)).toEqual(['survived  workflow.rule.x__mutmut_2\n    - a < b\n    + a <= b']);
  expect(faultsOf({ guard: false }, mutants, found)).toEqual([]);
  expect(shareOf(mutants)).toBe('50.0 %: 1 killed, 1 survived');
});

test('an accepted survivor fails nothing; its entry fails when the change is noticed or no longer made', () => {
  expect(faultsOf(guard, [survivor], compare(guard, [survivor], [entry]))).toEqual([]);
  const other = { ...entry, module: 'intervals' };
  expect(faultsOf(guard, [noticed], compare(guard, [noticed], [entry, other]))).toEqual([
    'unused acceptance\n    - a < b\n    + a <= b',
  ]);
});

test('an entry for another change accepts nothing', () => {
  const { unlisted, unused } = compare(guard, [survivor], [{ ...entry, mutated: 'a > b' }]);
  expect([unlisted.length, unused.length]).toEqual([1, 1]);
});

test('a module in which nothing was changed has not been tested', () => {
  expect(faultsOf(guard, [], compare(guard, [], []))).toEqual(['nothing was changed']);
});
