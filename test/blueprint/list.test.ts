import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findCitations, inSource } from '../../blueprint/citations';
import { runBlueprint } from '../../blueprint/list';
import { findTopics, nearTopics, readExam, readTopics } from '../../blueprint/topics';
import { ending, story } from '../../rehearsal/story/checkpoints';

const root = resolve(__dirname, '..', '..');

async function run(...argv: string[]) {
  let output = '';
  let errors = '';
  const code = await runBlueprint(argv, {
    write: (line) => (output += `${line}\n`),
    writeError: (line) => (errors += `${line}\n`),
  });
  return { code, output, errors };
}

describe('npm run blueprint', () => {
  it('answers for one topic: question, place in the exam, resource, checkpoint and page', async () => {
    const { code, output } = await run('MLOPS-03');
    expect(code).toBe(0);
    expect(output).toContain('MLOPS-03  Where approval gates fit');
    expect(output).toContain('Question     Where do approval gates belong?');
    expect(output).toContain('domain 3');
    expect(output).toMatch(/Resources +lib\/release\/approval-release\.ts:\d+\n/);
    expect(output).toMatch(/release \(rehearsal\/story\/checkpoints\/release\.ts:\d+\)\n/);
    expect(output).toContain('docs/learn/retraining.md');
  });

  it('takes several ids, in small letters too, and a group, a task or a domain', async () => {
    expect((await run('mlops-03', 'MON-04')).output).toMatch(/MLOPS-03 [\s\S]*Question[\s\S]*MON-04 [\s\S]*Question/);
    expect((await run('MLOPS')).output.match(/^ {2}MLOPS-\d\d/gm)).toHaveLength(7);
    const count = async (name: string) => (await run(name)).output.match(/^ {2}[A-Z]+-\d\d/gm)?.length;
    expect(await count('3')).toBeGreaterThan((await count('3.3')) ?? Number.NaN);
  });

  it('begins with an explanation and stays short without arguments', async () => {
    const { code, output } = await run();
    expect([code, output.split('\n').length < 40]).toEqual([0, true]);
    expect(output).toMatch(/^255 topics of the exam/);
  });

  it('fails with 2 for an unknown id, and names ids near it', async () => {
    const { code, output, errors } = await run('MLOPS-30');
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain('MLOPS-30 is no topic, group, task or domain.');
    expect(errors).toContain('MLOPS-03 (Where approval gates fit)');
    expect((await run('--nonsense')).code).toBe(2);
  });

  it('has help, and JSON with every citation', async () => {
    expect((await run('--help')).output).toContain('Usage: npm run blueprint --');
    const [topic] = JSON.parse((await run('--json', 'SVC-08')).output);
    expect(topic.citations).toContainEqual(expect.objectContaining({ kind: 'checkpoint', checkpoint: 'batch' }));
    expect((await run('--open')).output).toContain('TASK-04');
  });
});

describe('finding topics', () => {
  const topics = readTopics();

  it('knows ids, groups, tasks and domains, and nothing else', () => {
    expect(findTopics(topics, 'MON-04')?.map(({ id }) => id)).toEqual(['MON-04']);
    expect(findTopics(topics, 'TRAIN')).toHaveLength(8);
    expect(findTopics(topics, '5')).toBeUndefined();
    expect(findTopics(topics, 'MON-40')).toBeUndefined();
  });

  it('suggests by spelling and by word', () => {
    expect(nearTopics(topics, 'MON4').map(({ id }) => id)).toContain('MON-04');
    expect(nearTopics(topics, 'drift').map(({ id }) => id)).toContain('FEAT-06');
    expect(nearTopics(topics, 'something else entirely')).toEqual([]);
  });
});

describe('citations', () => {
  const known = new Set(readTopics().map(({ id }) => id));
  const citations = findCitations(root, known);

  it('are the arguments of covers(), the lists of checkpoints, and comments', () => {
    const text = [
      '// Quality gate (MLOPS-03: where approval gates fit).',
      "covers(queue(a, 'x'), 'MON-01',",
      "  'MON-02');",
      "const one = { id: 'first', topics: ['SVC-01'] };",
      "const other = 'SVC-02';",
    ].join('\n');
    expect(inSource('a.ts', text).map(({ topic, kind, line }) => [topic, kind, line])).toEqual([
      ['MON-01', 'resource', 2],
      ['MON-02', 'resource', 3],
      ['SVC-01', 'checkpoint', 4],
      ['MLOPS-03', 'comment', 1],
    ]);
  });

  it('find every topic of every checkpoint', () => {
    const found = new Set(citations.map(({ checkpoint, topic }) => `${checkpoint} ${topic}`));
    const missing = [...story, ...ending].flatMap(({ id, topics }) =>
      topics.map((topic) => `${id} ${topic}`).filter((one) => !found.has(one)),
    );
    expect(missing).toEqual([]);
  });

  it('are at the line that they name', () => {
    for (const { file, line, topic } of citations)
      expect(readFileSync(resolve(root, file), 'utf8').split('\n')[line - 1]).toContain(topic);
  });

  it('have pages to read for each task', () => {
    for (const { tasks } of readExam().domains)
      for (const { read } of tasks)
        for (const page of read) expect([page, existsSync(resolve(root, page))]).toEqual([page, true]);
  });
});
