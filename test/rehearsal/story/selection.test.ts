import { ending, story } from '../../../rehearsal/story/checkpoints';
import { chapters, select } from '../../../rehearsal/story/selection';

const whole = [...story, ...ending];

describe('--from', () => {
  it('runs the checkpoints before it, too, without showing them', () => {
    const { checkpoints, silent } = select(whole, { from: 'canary' });
    expect(checkpoints).toEqual(whole);
    expect(checkpoints[silent]?.id).toBe('canary');
  });

  it('says which checkpoints there are', () => {
    expect(() => select(whole, { from: 'canaries' })).toThrow(/no checkpoint "canaries": deploy, doctor, ingest/);
  });
});

describe('--only', () => {
  it('ends with the chapter, and shows nothing before it', () => {
    const { checkpoints, silent } = select(whole, { only: 'data' });
    expect(checkpoints.slice(silent).map(({ id }) => id)).toEqual(['ingest', 'quarantine', 'dead-letter', 'catalog']);
    expect(checkpoints.slice(0, silent).map(({ id }) => id)).toEqual(['deploy', 'doctor']);
  });

  it('says which chapters there are', () => {
    expect(() => select(whole, { only: 'model' })).toThrow(/no chapter "model": deployment, data, training/);
    expect(() => select(story, { only: 'teardown' })).toThrow(/no chapter "teardown"/);
  });
});

test('the chapters cover the story, in its order', () => {
  const starts = Object.values(chapters).map((first) => whole.findIndex(({ id }) => id === first));
  expect(starts[0]).toBe(0);
  expect(starts.every((start, at) => at === 0 || start > (starts[at - 1] ?? 0))).toBe(true);
});

test('the whole story is the default', () => {
  expect(select(whole, {})).toEqual({ checkpoints: whole, silent: 0 });
});
