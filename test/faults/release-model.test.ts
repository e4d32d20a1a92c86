import * as fc from 'fast-check';

import { reconcile } from '../../lambda/reconcile-release/reconcile';
import { releaseMachine } from '../fixtures/release-machine';
import type { Players } from './release-model';
import { Game, type Play, plays } from './release-play';

const definition = releaseMachine();
const players: Players = { definition, reconcile, checksAreShort: true };

// The same plays in each run, so that a failure is the change's. `npm test -- --long` plays longer, by a new seed.
const long = process.env.MLA_LONG_PLAY === 'true';
const fixedSeed = 20261128;
const plenty = long ? 1_000 : 100;

/** What went wrong first, and the shortest way to it that was found. */
async function counterexample(
  against: Partial<Players>,
  numRuns: number,
  seed = fixedSeed,
): Promise<string | undefined> {
  const holds = fc.asyncProperty(plays, async (play: Play) => {
    const game = new Game({ ...players, ...against }, play);
    const wrong = await game.result();
    if (wrong !== undefined) throw new Error([wrong, ...game.story].join('\n  '));
  });
  const { failed, errorInstance, counterexamplePath } = await fc.check(holds, { seed, numRuns });
  return failed ? `${(errorInstance as Error).message}\n(seed ${seed}, path ${counterexamplePath ?? ''})` : undefined;
}

/** The machine with a state that goes on somewhere else. */
function withState(name: string, change: object): Partial<Players> {
  const state = definition.States[name];
  if (state === undefined) throw new Error(`the machine has no state ${name}`);
  return { definition: { ...definition, States: { ...definition.States, [name]: { ...state, ...change } } } };
}

it('ends well however calls, events, alarms and people come between each other', async () => {
  expect(await counterexample(players, plenty, long ? Date.now() : fixedSeed)).toBeUndefined();
}, 900_000);

describe('would notice', () => {
  it.each<[string, Partial<Players>, string]>([
    [
      'a machine without its queue',
      withState('IsMyTurn', { Default: 'DescribePackage' }),
      'an update was asked for in',
    ],
    [
      'a machine that takes the event for an approval',
      withState('IsStillApproved', { Default: 'ReadLive' }),
      'was rejected before its release began, and is deployed',
    ],
    [
      'a machine that does not listen for alarms',
      withState('AreAlarmsOk', { Choices: [], Default: 'MarkStart' }),
      'is deployed while the alarm about the one before still sounds',
    ],
    [
      'a machine that calls proven what nobody judged',
      withState('IsUpdated', { Default: 'MarkProven' }),
      'counts as proven and nobody judged it',
    ],
  ])('%s', async (_, mutation, wrong) => {
    expect(await counterexample(mutation, 100)).toContain(wrong);
  });
});
