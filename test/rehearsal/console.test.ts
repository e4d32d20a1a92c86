import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ConsoleContent } from 'local-account/console/content';
import type { LocalAccount } from 'local-account/local-account';
import { readTopics } from '../../blueprint/topics';
import { consoleOf } from '../../rehearsal/console';

const root = resolve(__dirname, '..', '..');
const features = [
  { name: 'carrier', type: 'category', missing: 'reject' },
  { name: 'temp', type: 'number', missing: 'keep', minimum: -20, maximum: 120 },
];

describe('what the console shows of this project', () => {
  const assembly = mkdtempSync(join(tmpdir(), 'console-content-'));
  let content: ConsoleContent;

  beforeAll(async () => {
    const folder = join(assembly, 'asset.1', 'workflow');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'problem.json'), JSON.stringify({ features }));
    content = await consoleOf(root, { assembly } as LocalAccount).content();
  });
  afterAll(() => rmSync(assembly, { recursive: true }));

  test('the stages are the deployed stacks, and what flows connects them', () => {
    const stacks = new Set(readdirSync(join(root, 'test/snapshots/default')).map((name) => name.split('.')[0]));
    const ids = content.stages?.map(({ id }) => id) ?? [];
    expect(ids).toHaveLength(6);
    for (const { stack } of content.stages ?? []) expect([...stacks].join(' ')).toContain(stack.split('-')[1]);
    for (const { from, to } of content.flows ?? []) expect(ids).toEqual(expect.arrayContaining([from, to]));
  });

  test('every runbook is there under the name that an alarm gives it', () => {
    const files = readdirSync(join(root, 'docs/runbooks'));
    expect(content.runbooks?.map(({ name }) => name)).toEqual(files.map((name) => `docs/runbooks/${name}`));
    for (const { name, title, text } of content.runbooks ?? []) {
      expect(existsSync(join(root, name))).toBe(true);
      expect(title).not.toBe('');
      expect(text).not.toMatch(/^# /m);
    }
  });

  test('every topic is there, and most are shown by a file', () => {
    expect(content.topics?.map(({ id }) => id)).toEqual(readTopics().map(({ id }) => id));
    const shown = content.topics?.filter(({ shownBy }) => shownBy.length > 0) ?? [];
    expect(shown.length).toBeGreaterThan(150);
    for (const file of shown.flatMap(({ shownBy }) => shownBy)) expect(file).toMatch(/^[\w./-]+:\d+$/);
  });

  test('the form of a request follows the feature contract of the deployed code', () => {
    expect(content.request).toEqual({
      contentType: 'text/csv',
      fields: [
        { name: 'carrier', type: 'text', description: 'category', example: 'AA' },
        {
          name: 'temp',
          type: 'number',
          description: 'number, -20 to 120; may be empty',
          minimum: -20,
          maximum: 120,
          example: '81',
        },
      ],
    });
  });

  test('an instance of the default endpoint has a price', () => {
    expect(content.prices?.hosting['ml.m5.large']).toBeGreaterThan(0);
  });
});
