import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { problemDocument } from '../../../lib/problem/problem-document';
import { glueType, type ProblemSpec, validateProblem } from '../../../lib/problem/problem-spec';

const changed = (change: Partial<ProblemSpec>): ProblemSpec => ({ ...flightDisruption, ...change });

test('a spec that says the same column twice names it', () => {
  expect(() => validateProblem(changed({ excluded: [...flightDisruption.excluded, { name: 'dest', type: 'string', reason: 'again' }] }))).toThrow(
    'columns are listed twice: dest',
  );
});

test('the column that the target is made from must not be a feature', () => {
  expect(() => validateProblem(changed({ excluded: flightDisruption.excluded.filter(({ name }) => name !== 'arr_delay') }))).toThrow(
    '"arr_delay", from which the target is made, must be excluded',
  );
});

test('all that is wrong is told at once', () => {
  const wrong = changed({ name: 'Flight Disruption', gate: { metric: 'pr_auc', minimum: 2, maximumCostRatio: 1 } });
  expect(() => validateProblem(wrong)).toThrow(/kebab case[^]*gate\.minimum/);
});

test('every excluded column has a reason, and what is known after departure is called a leak', () => {
  for (const name of ['dep_time', 'dep_delay', 'arr_time', 'arr_delay', 'air_time']) {
    expect(flightDisruption.excluded.find((column) => column.name === name)?.reason).toMatch(/^leak:/);
  }
  expect(flightDisruption.excluded.every(({ reason }) => reason.length > 10)).toBe(true);
});

test('Glue types follow from the contract', () => {
  const type = (name: string) => glueType([...flightDisruption.features, ...flightDisruption.excluded].find((column) => column.name === name) ?? flightDisruption.excluded[0]);
  expect([type('distance'), type('temp'), type('carrier'), type('date'), type('sched_dep_time'), type('tailnum')]).toEqual(['int', 'double', 'string', 'string', 'int', 'string']);
});

test('the steps get features in the order of a request and no excluded column among them', () => {
  const document = problemDocument(flightDisruption) as { features: { name: string }[] };
  expect(document.features.map(({ name }) => name)).toEqual(flightDisruption.features.map(({ name }) => name));
  expect(JSON.stringify(document.features)).not.toContain('arr_delay');
});
