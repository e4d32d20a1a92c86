import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '..', '..');
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && existsSync(join(root, page)));

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, 'code');
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** Anchors of a page, as GitHub makes them: a heading in small letters, without punctuation, blanks as hyphens. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set([...textOf(page).matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name]) => name ?? ''));
  for (const [, heading = ''] of textOf(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

const linksOf = (page: string) =>
  [
    ...withoutCode(textOf(page)).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g),
    ...withoutCode(textOf(page)).matchAll(/^\[[^\]]+\]: +(\S+)/gm),
    ...withoutCode(textOf(page)).matchAll(/(?:src|href)="([^"]+)"/g),
  ]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));

describe('links between Markdown files', () => {
  test('there are some', () => {
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(100);
  });

  test.each(pages)('%s: every file and every anchor is there', (page) => {
    const broken = linksOf(page).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : relative(root, resolve(root, dirname(page), decodeURIComponent(path)));
      if (!existsSync(join(root, target))) return true;
      if (anchor === undefined || statSync(join(root, target)).isDirectory() || !target.endsWith('.md')) return false;
      return !anchorsOf(target).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('the index of the documentation', () => {
  test('names every page of learn, do, reference and decisions, and of every stage', () => {
    const linked = new Set(linksOf('docs/README.md').map((link) => join('docs', link.split('#')[0] ?? '')));
    const missing = pages.filter(
      (page) =>
        /^(docs\/(learn|do|reference|decisions)\/|lib\/[^/]+\/README)/.test(page) &&
        !linked.has(page) &&
        !linked.has(dirname(page)),
    );
    expect(missing).toEqual([]);
  });
});
