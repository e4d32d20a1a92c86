import { insecureChanges } from './insecure-changes';
import { invariants } from './invariants';
import { securityChecks } from './security-checks';

test('there are at least 133 insecure changes: the list only grows', () => {
  expect(insecureChanges.length).toBeGreaterThanOrEqual(133);
});

test('each has a name of its own and names a check', () => {
  expect(new Set(insecureChanges.map(({ name }) => name)).size).toBe(insecureChanges.length);
  const known = securityChecks.map(({ name }) => name);
  expect(insecureChanges.map(({ check }) => check).filter((check) => !known.includes(check))).toEqual([]);
});

test('each invariant has a change that shows it can fail', () => {
  const shown = new Set(insecureChanges.map(({ check }) => check));
  expect(invariants.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});
