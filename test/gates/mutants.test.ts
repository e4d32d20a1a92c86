import { gates } from './gates';
import { invariants } from './invariants';
import { mutants } from './mutants';

test('there are at least 133 insecure changes: the list only grows', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(133);
});

test('each has a name of its own and names a gate', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  const known = gates.map(({ name }) => name);
  expect(mutants.map(({ gate }) => gate).filter((gate) => !known.includes(gate))).toEqual([]);
});

test('each invariant has a change that shows it can fail', () => {
  const shown = new Set(mutants.map(({ gate }) => gate));
  expect(invariants.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});
