import * as fc from 'fast-check';

import { reconcile } from '../../lambda/reconcile-release/reconcile';
import { releaseDefinition } from '../../lib/release/release-definition';
import type { Players } from './release-model';
import { Game, type Play, plays } from './release-play';
import { group } from './release-world';

const definition = releaseDefinition({
  stateMachineArn: 'arn:machine',
  packageArnPrefix: group,
  parameterName: '/approved',
  provenParameterName: '/proven',
  servingStackName: 'Serving',
  servingParameterKeys: ['ApprovedModelPackage'],
  servingDeploymentRoleArn: 'arn:role',
  verifyPackageFunctionArn: 'arn:verify',
  smokeTestFunctionArn: 'arn:smoke',
  topicArn: 'arn:topic',
  bakingMinutes: 10,
});
const players: Players = { definition, reconcile, looksAreShort: process.env.LONG === undefined };

const seed = Number(process.env.SEED ?? 20261128);
const numRuns = Number(process.env.RUNS ?? 300);

/** What went wrong first, and the shortest way to it. */
async function counterexample(against: Players): Promise<string | undefined> {
  const holds = fc.asyncProperty(plays, async (play: Play) => {
    const game = new Game(against, play);
    const wrong = await game.result();
    if (wrong !== undefined) throw new Error([wrong, ...game.story].join('\n  '));
  });
  const { failed, errorInstance, counterexamplePath } = await fc.check(holds, { seed, numRuns });
  return failed ? `${(errorInstance as Error).message}\n(seed ${seed}, path ${counterexamplePath ?? ''})` : undefined;
}

it('ends well however calls, events, alarms and people come between each other', async () => {
  expect(await counterexample(players)).toBeUndefined();
}, 600_000);
