import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constructTopics, coverTopics, isCovered, ranCheckpoints } from '../../blueprint/evidence';
import { readExam, readTopics } from '../../blueprint/topics';
import { ending, story } from '../../rehearsal/story/checkpoints';

describe('the topics', () => {
  const topics = readTopics();

  it('are 255, each once, each with a question and an answer', () => {
    expect(topics).toHaveLength(255);
    expect(new Set(topics.map((topic) => topic.id)).size).toBe(255);
    for (const topic of topics) {
      expect(topic.id).toMatch(/^[A-Z]+-\d\d$/);
      for (const text of [topic.section, topic.label, topic.question, topic.answer])
        expect(text.length).toBeGreaterThan(1);
    }
  });

  it('each belong to a task statement of the exam, and each task has some', () => {
    const tasks = readExam().domains.flatMap((domain) => domain.tasks.map(({ id }) => id));
    expect([...new Set(topics.map(({ task }) => task))].sort()).toEqual(tasks);
    expect(readExam().domains.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
  });

  it('that checkpoints name all exist', () => {
    const known = new Set(topics.map((topic) => topic.id));
    for (const checkpoint of [...story, ...ending])
      expect(checkpoint.topics.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('coverTopics', () => {
  const topic = (id: string) => ({ id, task: '1.1', section: 's', label: 'l', question: 'q', answer: 'a' });
  const topics = [topic('A-01'), topic('A-02')];
  const constructs = new Map([['Stack/Construct', ['A-01']]]);

  it('counts a construct only if a rehearsal deployed it', () => {
    const before = coverTopics(topics, constructs, []);
    expect(before.filter(isCovered)).toEqual([]);
    const failed = coverTopics(topics, constructs, [{ id: 'deploy', status: 'failed', topics: [] }]);
    expect(failed.filter(isCovered)).toEqual([]);
    const after = coverTopics(topics, constructs, [{ id: 'deploy', status: 'passed', topics: [] }]);
    expect(after.filter(isCovered).map((one) => [one.id, one.constructs])).toEqual([['A-01', ['Stack/Construct']]]);
  });

  it('counts a checkpoint only if it passed', () => {
    const ran = (status: string) =>
      coverTopics(topics, new Map(), [{ id: 'train', status, topics: ['A-02'] }]).filter(isCovered);
    expect(ran('passed').map((one) => one.id)).toEqual(['A-02']);
    expect(ran('failed')).toEqual([]);
    expect(ran('not reached')).toEqual([]);
  });

  it('refuses a topic that does not exist', () => {
    expect(() => coverTopics(topics, new Map([['Stack/X', ['A-09']]]), [])).toThrow(
      'Stack/X names topics that do not exist: A-09',
    );
  });
});

describe('what is read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('comes from the metadata files of an assembly and from its manifest', () => {
    const entry = (...ids: string[]) => [
      { type: 'aws:cdk:logicalId', data: 'x' },
      { type: 'mla-blueprint:topics', data: ids },
    ];
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({ artifacts: { S: { metadata: { '/S/B': entry('B-01') } } } }),
    );
    writeFileSync(join(folder, 'S.metadata.json'), JSON.stringify({ '/S/A': entry('A-01', 'A-02'), '/S/C': [] }));
    expect([...constructTopics(folder)]).toEqual([
      ['S/A', ['A-01', 'A-02']],
      ['S/B', ['B-01']],
    ]);
  });

  it('is nothing when no rehearsal ran', () => {
    expect(ranCheckpoints(join(folder, 'report.json'))).toEqual([]);
  });
});
