import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { groupOf, readTopics } from '../../blueprint/topics';

const root = resolve(__dirname, '..', '..');
const topics = readTopics();
const known = new Set(topics.map(({ id }) => id));
const groups = new Set(topics.map(({ id }) => groupOf(id)));
const files = execFileSync('git', ['ls-files', 'bin', 'lib', 'lambda', 'pipelines', 'operator', 'rehearsal'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|py)$/.test(file));

/** The comments of a source, each as one line; lines of `//` or `#` that follow each other are one comment. */
function commentsOf(text: string): string[] {
  const blocks = text.match(/(?<=^|\s)\/\*[\s\S]*?\*\/|(?:^[ \t]*(?:\/\/|#)[^\n]*\n?)+|(?<=\s)\/\/ [^\n]*/gm) ?? [];
  return blocks.map((block) => block.replace(/^[ \t]*(?:\/\*\*?|\*\/|\*|\/\/|#)[ \t]?/gm, '').replace(/\s+/g, ' '));
}

/** Ids without their words, unlike `MLOPS-03: where approval gates fit`. Several ids may share the words after the last. */
function alone(comment: string): string[] {
  return [...comment.matchAll(/\b([A-Z]+)-\d\d\b/g)]
    .filter(([, group]) => groups.has(group ?? ''))
    .filter(({ 0: id, index }) => {
      const after = comment.slice(index + id.length);
      return !known.has(id) || !/^(?:(?:,| to| and) [A-Z]+-\d\d)*: [\w'"]/.test(after);
    })
    .map(([id]) => id);
}

describe('ids of exam topics in comments', () => {
  test('are read from every kind of comment', () => {
    expect(alone('One (MON-01: endpoint health).')).toEqual([]);
    expect(alone('One (DEPLOY-01 to DEPLOY-05: which pattern; TUNE-06, TUNETRAP-02: no test data).')).toEqual([]);
    expect(alone('One (MON-01, SVC-02) and MON-99: words.')).toEqual(['MON-01', 'SVC-02', 'MON-99']);
    expect(commentsOf('/**\n * One (MON-01:\n * health).\n */\na(); // two\n  # three\n  # four\n')).toEqual([
      expect.stringContaining('One (MON-01: health).'),
      'two',
      'three four ',
    ]);
  });

  test.each(files.filter((file) => /[A-Z]-\d\d\b/.test(readFileSync(resolve(root, file), 'utf8'))))(
    '%s: each has its words, and exists',
    (file) => {
      const found = commentsOf(readFileSync(resolve(root, file), 'utf8')).flatMap(alone);
      expect(found).toEqual([]);
    },
  );
});
