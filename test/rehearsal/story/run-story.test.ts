import type { LocalAccount } from 'local-account/local-account';
import { CommandFailed } from '../../../operator/errors';
import type { Checkpoint } from '../../../rehearsal/story/checkpoint';
import { ending, story } from '../../../rehearsal/story/checkpoints';
import { runStory } from '../../../rehearsal/story/run-story';
import { emptyState } from '../../../rehearsal/story/state';
import { fakeContext, recordedOutput } from '../../operator/fake-clients';

const decisions: { principal: string; action: string; resource: string; allowed: boolean }[] = [];
const authorizer = {
  get decisionCount() {
    return decisions.length;
  },
};
const rehearsal = {
  platform: { clock: { now: () => 0 } },
  host: { authorizer, decisions },
} as unknown as LocalAccount;

function run(checkpoints: readonly Checkpoint[], signal?: AbortSignal) {
  return runStory({
    rehearsal,
    operator: fakeContext({}),
    output: recordedOutput(),
    state: emptyState(),
    checkpoints,
    signal,
  });
}

const checkpoint = (id: string, act: Checkpoint['run']): Checkpoint => ({ id, sentence: id, topics: [], run: act });
const passes = checkpoint('passes', async ({ note }) => note('seen', 1));

describe('runStory', () => {
  it('stops at the first checkpoint that fails, and says which were not reached', async () => {
    const fails = checkpoint('fails', () => Promise.reject(new CommandFailed('It broke.', 'Mend it.')));
    const results = await run([passes, fails, passes]);
    expect(results.map((one) => one.status)).toEqual(['passed', 'failed', 'not reached']);
    expect(results[0]?.evidence).toEqual([{ label: 'seen', value: 1 }]);
    expect(results[1]?.error).toBe('It broke. Mend it.');
  });

  it('names the calls that were denied while the failed checkpoint ran, each once, and no earlier ones', async () => {
    const ask = (action: string, allowed: boolean) =>
      void decisions.push({ principal: 'role/training', action, resource: 'bucket', allowed });
    const before = checkpoint('before', async () => ask('s3:ListBucket', false));
    const fails = checkpoint('fails', async () => {
      for (const action of ['s3:GetObject', 's3:GetObject']) ask(action, false);
      ask('s3:PutObject', true);
      throw new Error('no data');
    });
    const results = await run([before, fails]);
    expect(results[0]).not.toHaveProperty('denials');
    expect(results[1]?.denials).toEqual([{ principal: 'role/training', action: 's3:GetObject', resource: 'bucket' }]);
  });

  it('starts nothing more once it is interrupted', async () => {
    const controller = new AbortController();
    const interrupts = checkpoint('interrupts', async () => controller.abort());
    expect((await run([interrupts, passes], controller.signal)).map((one) => one.status)).toEqual([
      'passed',
      'not reached',
    ]);
  });
});

describe('the story', () => {
  it('names each checkpoint once, each with a sentence and topics', () => {
    const all = [...story, ...ending];
    expect(new Set(all.map((one) => one.id)).size).toBe(all.length);
    for (const one of all) {
      expect(one.sentence).toMatch(/^[A-Z].*\.$/);
      expect(one.topics.length).toBeGreaterThan(0);
    }
  });
});
