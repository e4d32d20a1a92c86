import { compareFeaturesCommand } from '../../operator/commands/compare-features';
import { WrongUsage } from '../../operator/errors';
import { comparisonPage, type FeatureComparison } from '../../operator/feature-comparison';

const months = { airports: 'JFK', from: '2013-01', validate: '2013-05', until: '2013-09' };
const parse = (options: Readonly<Record<string, unknown>>) => () => compareFeaturesCommand.parse([], options);

test.each([
  ['no month trains', { ...months, validate: '2013-01' }],
  ['no month tests', { ...months, until: '2013-06' }],
  ['the months are in the wrong order', { ...months, until: '2012-12' }],
  ['the page is of an unknown kind', { ...months, page: 'features.pdf' }],
  ['there are no rounds', { ...months, rounds: '0' }],
])('refuses before a job is billed: %s', (_, options) => {
  expect(parse(options)).toThrow(WrongUsage);
});

test('takes the month after December', () => {
  expect(parse({ ...months, validate: '2013-12', until: '2014-02' })()).toMatchObject({ validate: '2013-12' });
  expect(parse({ ...months, validate: '2013-12', until: '2014-01' })).toThrow(WrongUsage);
});

test('a page shows names as text, not as markup', () => {
  const one = { value: 0.5, low: 0.4, high: 0.6 };
  const measured = { auc: one, pr_auc: one, cost: one, cost_validated: one };
  const comparison: FeatureComparison = {
    airports: ['JFK'],
    months: { train: ['2013-01'], validation: ['2013-02'], test: ['2013-03'] },
    rows: { train: 1, validation: 1, test: 1 },
    positives: 0.25,
    currency: 'USD',
    rounds: 1,
    draws: 1,
    choices: [
      {
        decision: 'reference',
        choice: '<b>bold</b>',
        threshold: 0.25,
        threshold_validated: 0.25,
        ...measured,
        brier: one,
        difference: measured,
        leaky: true,
      },
    ],
    reliability: {},
    importance: [],
  };
  expect(comparisonPage(comparison, 'html')).toContain('<td>&lt;b&gt;bold&lt;/b&gt; (a leak)</td>');
  expect(comparisonPage(comparison, 'md')).toContain('(**a leak**)');
});
