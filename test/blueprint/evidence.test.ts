import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerRows, constructRows, isAnswered, ranCheckpoints, readRows } from '../../blueprint/evidence';
import { ending, story } from '../../rehearsal/story/checkpoints';

describe('the rows', () => {
  const rows = readRows();

  it('are the 255 of the blueprint, each once, each with a question and an answer', () => {
    expect(rows).toHaveLength(255);
    expect(new Set(rows.map((row) => row.id)).size).toBe(255);
    for (const row of rows) {
      expect(row.id).toMatch(/^[A-Z]+-\d\d$/);
      for (const text of [row.section, row.label, row.question, row.answer]) expect(text.length).toBeGreaterThan(1);
    }
  });

  it('that checkpoints name all exist', () => {
    const known = new Set(rows.map((row) => row.id));
    for (const checkpoint of [...story, ...ending]) expect(checkpoint.rows.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('answerRows', () => {
  const row = (id: string) => ({ id, section: 's', label: 'l', question: 'q', answer: 'a' });
  const rows = [row('A-01'), row('A-02')];
  const constructs = new Map([['Stack/Construct', ['A-01']]]);

  it('counts a construct only if a rehearsal deployed it', () => {
    const before = answerRows(rows, constructs, []);
    expect(before.filter(isAnswered)).toEqual([]);
    const failed = answerRows(rows, constructs, [{ id: 'deploy', status: 'failed', rows: [] }]);
    expect(failed.filter(isAnswered)).toEqual([]);
    const after = answerRows(rows, constructs, [{ id: 'deploy', status: 'passed', rows: [] }]);
    expect(after.filter(isAnswered).map((one) => [one.id, one.constructs])).toEqual([['A-01', ['Stack/Construct']]]);
  });

  it('counts a checkpoint only if it passed', () => {
    const ran = (status: string) =>
      answerRows(rows, new Map(), [{ id: 'train', status, rows: ['A-02'] }]).filter(isAnswered);
    expect(ran('passed').map((one) => one.id)).toEqual(['A-02']);
    expect(ran('failed')).toEqual([]);
    expect(ran('not reached')).toEqual([]);
  });

  it('refuses a row that does not exist', () => {
    expect(() => answerRows(rows, new Map([['Stack/X', ['A-09']]]), [])).toThrow(
      'Stack/X names rows that the blueprint does not have: A-09',
    );
  });
});

describe('what is read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('comes from the metadata files of an assembly and from its manifest', () => {
    const entry = (...ids: string[]) => [
      { type: 'aws:cdk:logicalId', data: 'x' },
      { type: 'mla-blueprint:rows', data: ids },
    ];
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({ artifacts: { S: { metadata: { '/S/B': entry('B-01') } } } }),
    );
    writeFileSync(join(folder, 'S.metadata.json'), JSON.stringify({ '/S/A': entry('A-01', 'A-02'), '/S/C': [] }));
    expect([...constructRows(folder)]).toEqual([
      ['S/A', ['A-01', 'A-02']],
      ['S/B', ['B-01']],
    ]);
  });

  it('is nothing when no rehearsal ran', () => {
    expect(ranCheckpoints(join(folder, 'report.json'))).toEqual([]);
  });
});
