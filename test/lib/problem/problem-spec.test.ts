import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { flightDisruption } from '../../../lib/problem/flight-disruption';
import { problemDocument } from '../../../lib/problem/problem-document';
import { filedFeatures, glueType, type ProblemSpec, validateProblem } from '../../../lib/problem/problem-spec';

const changed = (change: Partial<ProblemSpec>): ProblemSpec => ({ ...flightDisruption, ...change });

test('a column that is listed twice is named in the error', () => {
  expect(() =>
    validateProblem(
      changed({ excluded: [...flightDisruption.excluded, { name: 'dest', type: 'string', reason: 'again' }] }),
    ),
  ).toThrow('columns are listed twice: dest');
});

test('the column that the target is made from must not be a feature', () => {
  expect(() =>
    validateProblem(changed({ excluded: flightDisruption.excluded.filter(({ name }) => name !== 'arr_delay') })),
  ).toThrow('"arr_delay", from which the target is made, must be excluded');
});

test('one error lists all mistakes', () => {
  const wrong = changed({
    name: 'Flight Disruption',
    gate: { metric: 'pr_auc', minimumLift: 0.3, maximumCostRatio: 1 },
  });
  expect(() => validateProblem(wrong)).toThrow(/kebab case[^]*gate\.minimumLift/);
});

test('every excluded column has a reason, and columns that are known after departure are called leaks', () => {
  for (const name of ['dep_time', 'dep_delay', 'arr_time', 'arr_delay', 'air_time']) {
    expect(flightDisruption.excluded.find((column) => column.name === name)?.reason).toMatch(/^leak:/);
  }
  expect(flightDisruption.excluded.every(({ reason }) => reason.length > 10)).toBe(true);
});

test('Glue types follow from the contract', () => {
  const type = (name: string) =>
    glueType(
      [...flightDisruption.features, ...flightDisruption.excluded].find((column) => column.name === name) ??
        flightDisruption.excluded[0],
    );
  expect([
    type('distance'),
    type('temp'),
    type('carrier'),
    type('date'),
    type('sched_dep_time'),
    type('tailnum'),
  ]).toEqual(['int', 'double', 'string', 'string', 'int', 'string']);
});

test('the steps get features in the order of a request, without excluded columns', () => {
  const document = problemDocument(flightDisruption) as { features: { name: string }[] };
  expect(document.features.map(({ name }) => name)).toEqual(flightDisruption.features.map(({ name }) => name));
  expect(JSON.stringify(document.features)).not.toContain('arr_delay');
});

const { costs, gate, split, monitoring, algorithm, features } = flightDisruption;

test.each<[string, Partial<ProblemSpec>, string]>([
  [
    'the label as a column',
    { features: [...features, { name: 'disrupted', type: 'date', missing: 'keep', why: 'no' }] },
    'that would leak the label',
  ],
  [
    'the record id as a feature',
    { features: [...features, { name: 'flight_id', type: 'date', missing: 'keep', why: 'no' }] },
    '"flight_id" says which record it is',
  ],
  [
    'an error that costs nothing',
    { costs: { ...costs, missed: { amount: 0, why: 'free' } } },
    'both error costs must be positive',
  ],
  [
    'a quality gate that a model without skill passes',
    { gate: { ...gate, minimumLift: 1 } },
    'gate.minimumLift must be above 1',
  ],
  ['a selection that gives away what tuning found', { selection: { tolerance: 0.1 } }, 'selection.tolerance must be'],
  ['a cost ratio of nothing', { gate: { ...gate, maximumCostRatio: 0 } }, 'gate.maximumCostRatio must be positive'],
  [
    'a cost ratio that a policy without a model beats',
    { gate: { ...gate, maximumCostRatio: 1.1 } },
    'gate.maximumCostRatio must be positive and at most 1',
  ],
  ['no source', { source: { column: 'origin', values: [] } }, 'at least one source'],
  [
    'a split by a column that is not a date',
    { split: { ...split, column: 'dest' } },
    'split.column "dest" must be a feature of type date',
  ],
  ['a split that tests nothing', { split: { ...split, testUnits: 0 } }, 'at least one month to test'],
  [
    'an empty range of values',
    {
      features: [
        ...features,
        { name: 'fuel', type: 'number', unit: 'kg', minimum: 5, maximum: 5, missing: 'keep', why: 'no' },
      ],
    },
    'fuel: minimum must be below maximum',
  ],
  [
    'a pattern that is not a regular expression',
    { features: [...features, { name: 'gate', type: 'category', pattern: '[', missing: 'keep', why: 'no' }] },
    'gate: pattern "[" is not a regular expression',
  ],
  [
    'a pattern that two languages read differently',
    { features: [...features, { name: 'gate', type: 'category', pattern: '\\\\w{1,3}', missing: 'keep', why: 'no' }] },
    'gate: pattern "\\\\w{1,3}" must not contain',
  ],
  [
    'a feature without a reason',
    { features: [...features, { name: 'gate', type: 'date', missing: 'keep', why: '' }] },
    'gate: say why it is a feature',
  ],
  [
    'an empty tuning range',
    {
      algorithm: {
        ...algorithm,
        ranges: [{ name: 'eta', type: 'continuous', minimum: 1, maximum: 1, scaling: 'Linear' }],
      },
    },
    'tuning range eta',
  ],
  [
    'a value both fixed and tuned',
    { algorithm: { ...algorithm, fixed: { eta: '0.1' } } },
    'eta is both fixed and tuned',
  ],
  [
    'a drift limit that is never reached',
    { monitoring: { ...monitoring, driftDistance: 1 } },
    'monitoring.driftDistance',
  ],
  [
    'a share of unseen values above 1',
    { monitoring: { ...monitoring, unseenCategoryShare: 1 } },
    'monitoring.unseenCategoryShare',
  ],
  ['an analysis of no rows', { monitoring: { ...monitoring, minimumRows: 0 } }, 'monitoring.minimumRows'],
  [
    'a seasonal feature that does not exist',
    { monitoring: { ...monitoring, seasonal: { moon: 'waxes' } } },
    'names "moon", which is not a feature',
  ],
])('refuses %s', (_, change, message) => {
  expect(() => validateProblem(changed(change))).toThrow(message);
});

test('the steps read costs, thresholds and the rule of the label from the spec, in snake case', () => {
  expect(problemDocument(flightDisruption)).toMatchObject({
    target: { name: 'disrupted', column: 'arr_delay', positive_from: 15, missing_is_positive: true },
    costs: { missed: costs.missed.amount, false_alarm: costs.falseAlarm.amount, currency: 'USD' },
    monitoring: { drift_distance: monitoring.driftDistance, seasonal: Object.keys(monitoring.seasonal) },
    split: { column: 'date', test_units: 1, validation_units: 1 },
  });
});

test.each([
  [
    'a window whose features are not listed',
    { windows: [60, 180, 360] },
    'features with derived must be those of state',
  ],
  ['a grid that moves with the days', { grid: 35 }, 'state.grid (35) must divide a day'],
  ['half a minute', { late: 0.5 }, 'must be whole minutes above 0'],
  [
    'a clock that is no clock',
    { schedule: { date: 'date', clock: 'distance' } },
    '"distance" must be a feature of type clock',
  ],
  ['a delay that is not withheld', { delay: 'temp' }, 'state.delay "temp" must be excluded from the features'],
])('a state with %s is refused', (_, change, message) => {
  expect(() => validateProblem(changed({ state: { ...flightDisruption.state, ...change } }))).toThrow(message);
});

test('every column of the data files is a feature, excluded, the source or the record id', () => {
  const file = gunzipSync(readFileSync(join(__dirname, '../../../data/flights-lga.csv.gz'))).toString('latin1');
  const known = [...filedFeatures(flightDisruption), ...flightDisruption.excluded]
    .map(({ name }) => name)
    .concat(flightDisruption.recordId, flightDisruption.source.column);
  expect(file.slice(0, file.indexOf('\n')).split(',').sort()).toEqual(known.sort());
});

test('the rule without a model reads a number', () => {
  const rule = { ...flightDisruption.rule, feature: 'carrier' };
  expect(() => validateProblem(changed({ rule }))).toThrow('rule.feature "carrier" must be a feature of type number');
});
