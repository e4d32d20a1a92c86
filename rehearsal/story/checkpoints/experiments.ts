import { compareRuns } from '../../../operator/commands/compare-runs';
import { fitCurves } from '../../../operator/commands/fit-curves';
import { type Checkpoint, expect, expectSome } from '../checkpoint';
import { ingestKennedy } from './data';
import { deploy } from './deployment';
import { spotTakenAway } from './spot';
import { firstTraining } from './training';

const curves: Checkpoint = {
  id: 'fit-curves',
  sentence:
    'Trees of depth 1 learn too little and trees of depth 12 learn the training rows by heart; the curves of both show it.',
  topics: ['TRAINCHK-05', 'EVAL-06', 'TRAINCHK-06'],
  async run({ operator, output, note }) {
    const { a, b, like } = await fitCurves(operator, { like: 'latest', shallow: 1, deep: 12, rounds: 200 }, output);
    const shallow = expectSome(a.fit, 'the curves of depth 1');
    const deep = expectSome(b.fit, 'the curves of depth 12');
    note('depth 1', JSON.stringify(shallow));
    note('depth 12', JSON.stringify(deep));
    const chosen = expectSome(
      (await compareRuns(operator, { runs: [like, b.name] }, output)).a.fit,
      "the chosen trial's curves",
    );
    note('chosen', JSON.stringify(chosen));
    // Too simple: both values are low, and close to each other.
    expect(
      shallow.trainAtEnd < chosen.trainAtBest && shallow.trainAtEnd - shallow.validationAtEnd < 0.1,
      `depth 1 does not underfit: ${JSON.stringify(shallow)}`,
    );
    // Too complex: the training rows are learned by heart, and validation has fallen from its best.
    expect(
      deep.trainAtEnd > 0.9 && deep.validationAtEnd < deep.validationAtBest,
      `depth 12 does not overfit: ${JSON.stringify(deep)}`,
    );
    expect(
      chosen.validationAtBest > Math.max(shallow.validationAtEnd, deep.validationAtEnd),
      'the chosen trial is not better than both at their end',
    );
  },
};

/** Spot capacity that is taken away, runs compared from SageMaker's own records, and what a bad choice of depth looks like. */
export const experiments: readonly Checkpoint[] = [deploy, ingestKennedy, firstTraining, spotTakenAway, curves];
