import { approve } from '../../../operator/commands/approve';
import { train } from '../../../operator/commands/train';
import { type Checkpoint, expect } from '../checkpoint';

/** The short way to a live model, for stories about what comes later. */
export const firstVersion: Checkpoint = {
  id: 'first-version',
  sentence: 'A model is trained, approved and released.',
  topics: [],
  async run({ operator, output, state, note }) {
    const trained = await train(operator, { airports: ['JFK'], until: '2013-04' }, output);
    state.trainings.push({ what: 'first model', result: trained });
    expect(trained.version === 1, `the pipeline ${trained.status}: ${trained.failureReason ?? ''}`);
    const { outcome } = await approve(operator, { version: 1, note: 'first' }, output);
    expect(outcome?.result === 'Released', `${outcome?.result ?? ''}: ${outcome?.detail ?? ''}`);
    note('outcome', outcome.detail);
  },
};
