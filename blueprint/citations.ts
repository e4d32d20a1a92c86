import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A place in the sources that names a topic. */
export interface Citation {
  readonly topic: string;
  /** `resource`: a call of `covers(...)`; `checkpoint`: one of the rehearsal; the others speak of it. */
  readonly kind: 'resource' | 'checkpoint' | 'comment' | 'page';
  /** Path from the root of the project. */
  readonly file: string;
  readonly line: number;
  /** The checkpoint's id. */
  readonly checkpoint?: string;
}

const code = ['bin', 'lib', 'lambda', 'pipelines', 'operator', 'rehearsal'];
const pages = ['docs', 'lib', 'data'];
/** Pages that are made from the citations or list everything. */
const generated = ['docs/learn/exam-map.md', 'docs/reference/generated/'];

const topicId = /\b[A-Z]+-\d\d\b/g;

/** Every place that names one of the topics, from the text of the sources: nothing is synthesized. */
export function findCitations(root: string, known: ReadonlySet<string>): Citation[] {
  const sources = code.flatMap((folder) => filesBelow(root, folder, /\.(ts|py)$/));
  const texts = [
    'README.md',
    'CONTRIBUTING.md',
    ...pages.flatMap((folder) => filesBelow(root, folder, /\.md$/)),
  ].filter((file) => !generated.some((one) => file.startsWith(one)));
  return [
    ...sources.flatMap((file) => inSource(file, readFileSync(join(root, file), 'utf8'))),
    ...texts.flatMap((file) => inPage(file, readFileSync(join(root, file), 'utf8'))),
  ].filter(({ topic }) => known.has(topic));
}

function filesBelow(root: string, folder: string, name: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(root, path, name);
    return name.test(entry.name) ? [path] : [];
  });
}

function inPage(file: string, text: string): Citation[] {
  return idsOf(text, 0, text.length).map(({ topic, at }) => ({ topic, kind: 'page', file, line: lineOf(text, at) }));
}

/** Ids in the arguments of `covers(...)`, in the list of a checkpoint, and in comments. */
export function inSource(file: string, text: string): Citation[] {
  const found: Citation[] = [];
  const taken = new Set<number>();
  const add = (from: number, to: number, rest: { kind: Citation['kind']; checkpoint?: string }) => {
    for (const { topic, at } of idsOf(text, from, to)) {
      if (taken.has(at)) continue;
      taken.add(at);
      found.push({ topic, ...rest, file, line: lineOf(text, at) });
    }
  };
  for (const call of text.matchAll(/\bcovers\(/g))
    add(call.index, closing(text, call.index + call[0].length), { kind: 'resource' });
  for (const list of text.matchAll(/\btopics: \[([^\]]*)\]/g)) {
    const ids = [...text.slice(0, list.index).matchAll(/\bid: '([^']+)'/g)];
    const checkpoint = ids.at(-1)?.[1];
    if (checkpoint !== undefined) add(list.index, list.index + list[0].length, { kind: 'checkpoint', checkpoint });
  }
  for (const comment of text.matchAll(/(?:^|\s)\/\*[\s\S]*?\*\/|(?:^|\s)(?:\/\/|#)[^\n]*/g))
    add(comment.index, comment.index + comment[0].length, { kind: 'comment' });
  return found;
}

function idsOf(text: string, from: number, to: number): { topic: string; at: number }[] {
  return [...text.slice(from, to).matchAll(topicId)].map((match) => ({ topic: match[0], at: from + match.index }));
}

/** Where the parenthesis that was opened before this place closes. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
