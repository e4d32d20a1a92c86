import { resolve } from 'node:path';
import { run, type Run } from '../../rehearsal/run';
import { ending, story } from '../../rehearsal/story/checkpoints';

const root = resolve(__dirname, '..', '..');

describe('the whole workflow', () => {
  let finished: Run;

  beforeAll(async () => {
    finished = await run({ root, progress: () => undefined, output: { line: () => undefined, progress: () => undefined } });
    await finished.stop();
  }, 1_200_000);

  it.each([...story, ...ending].map(({ id, sentence }) => [id, sentence]))('%s: %s', (id) => {
    const result = finished.data.checkpoints.find((one) => one.id === id);
    expect({ status: result?.status, error: result?.error }).toEqual({ status: 'passed', error: undefined });
    expect(result?.evidence.length).toBeGreaterThan(0);
  });

  it('meets no defect of the rehearsal on the way', () => {
    expect(finished.data.diary.filter((entry) => entry.kind === 'defect')).toEqual([]);
  });

  it('is refused only where the story asks for it', () => {
    const roles = finished.data.denials.map((denial) => `${denial.action} ${denial.principal.replace(/^.*assumed-role\//, '').slice(0, 40)}`);
    expect(roles.every((line) => /Training-JobRolesTraining/.test(line))).toBe(true);
  });
});
