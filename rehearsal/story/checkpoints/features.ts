import { type CompareFeaturesResult, compareFeatures } from '../../../operator/commands/compare-features';
import { ingest } from '../../../operator/commands/ingest';
import { type Checkpoint, expect, expectSome } from '../checkpoint';
import { deploy } from './deployment';

type Choice = CompareFeaturesResult['comparison']['choices'][number];

const comparison: Checkpoint = {
  id: 'compare-features',
  sentence:
    'A job measures what each decision about the features is worth: the state of the airport pays, scaling is nothing to trees, and an encoding that saw the test claims what no prediction reaches.',
  topics: ['PREP-01', 'PREP-03', 'PREP-05', 'PREP-07', 'PREP-08', 'FEAT-01', 'FEAT-03', 'FEAT-05', 'TRAP-02'],
  async run({ operator, output, note }) {
    await ingest(operator, { airport: 'JFK', from: '2013-01', until: '2013-09' }, output);
    const { comparison: found } = await compareFeatures(
      operator,
      { airports: ['JFK'], from: '2013-01', validate: '2013-05', until: '2013-09' },
      output,
    );
    const choice = (decision: string, name: RegExp): Choice =>
      expectSome(
        found.choices.find((one) => one.decision === decision && name.test(one.choice)),
        `${decision}: ${String(name)}`,
      );
    for (const one of found.choices) {
      const { value, low, high } = one.difference.cost;
      note(
        `${one.decision}: ${one.choice}`,
        `AUC ${one.auc.value.toFixed(4)}, cost ${one.cost.value.toFixed(0)}, ${value.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`,
      );
    }
    const without = choice('state', /without/);
    expect(without.difference.cost.low > 0, 'the state of the airport saves nothing');
    const scaled = choice('scaling', /^trees/);
    expect(Math.abs(scaled.difference.auc.value) < 0.002, 'scaling changes the trees');
    const [leaky, honest] = [/leaky/, /training rows/].map((name) => choice('flight number', name)) as [Choice, Choice];
    expect(
      leaky.auc.value > honest.auc.value + 0.005 && leaky.leaky === true,
      'the leaky encoding claims no more than the honest one',
    );
  },
};

/** What decisions about the features are worth, measured in the deployed account. */
export const features: readonly Checkpoint[] = [deploy, comparison];
