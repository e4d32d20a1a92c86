import * as fc from 'fast-check';

import { reconcile } from '../../lambda/reconcile-release/reconcile';
import { releaseMachine } from '../fixtures/release-state-machine';
import type { Players } from './release-model';
import { Game, type Play, plays } from './release-play';

const definition = releaseMachine();
const players: Players = { definition, reconcile, checksAreShort: true };

// A fixed seed: each run plays the same games. `npm test -- --long` plays longer, with a new seed.
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

/** The state machine with one state that leads elsewhere. */
function withState(name: string, change: object): Partial<Players> {
  const state = definition.States[name];
  if (state === undefined) throw new Error(`the state machine has no state ${name}`);
  return { definition: { ...definition, States: { ...definition.States, [name]: { ...state, ...change } } } };
}

it('ends well in whatever order calls, events, alarms and people act', async () => {
  expect(await counterexample(players, plenty, long ? Date.now() : fixedSeed)).toBeUndefined();
}, 900_000);

describe('would notice', () => {
  it.each<[string, Partial<Players>, string]>([
    [
      'a state machine without its queue',
      withState('IsMyTurn', { Default: 'DescribePackage' }),
      'an update was asked for in',
    ],
    [
      'a state machine that trusts the event',
      withState('IsStillApproved', { Default: 'ReadLivePackage' }),
      'was rejected before its release began, and is deployed',
    ],
    [
      'a state machine that ignores alarms',
      withState('AreAlarmsOk', { Choices: [], Default: 'MarkStart' }),
      'is deployed while an alarm is in ALARM because of the one before',
    ],
    [
      'a state machine that marks an untested version as proven',
      withState('IsUpdated', { Default: 'MarkProven' }),
      'counts as proven, but was not tested',
    ],
  ])('%s', async (_, mutation, wrong) => {
    expect(await counterexample(mutation, 100)).toContain(wrong);
  });
});
