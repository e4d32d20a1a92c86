import { createContext, Script } from 'node:vm';
import type { CallAnswer, CallRequest } from '../signed-calls';
import { crawlerBundle } from './bundle';

/**
 * How many addresses of each page are opened at most. The timeline and the topics ask for nothing, and need no opening.
 */
const most: Readonly<Record<string, number>> = {
  overview: 20,
  pipelines: 300,
  registry: 60,
  endpoint: 60,
  monitoring: 150,
  data: 120,
};

/** The addresses that are opened first; the others follow from their links. */
const first = [
  '#/overview',
  '#/pipelines',
  '#/registry',
  '#/endpoint',
  ...[1, 12, 48, 168].map((hours) => `#/endpoint?hours=${hours}`),
  '#/monitoring',
  '#/data',
];

/** Pages that are open at a time: most of their time is waiting. */
const readers = 6;

type Ask = (request: CallRequest) => Promise<CallAnswer>;
interface Pages {
  parseHTML(text: string): { readonly document: object; readonly Event: object };
  openPages: Open;
}
type Open = (settings: object) => (place: string) => Promise<readonly string[]>;

export interface Crawled {
  /** In the order of their keys, so that two recordings of the same account are alike. */
  readonly answers: Readonly<Record<string, CallAnswer>>;
  /** Opened addresses by page. */
  readonly visits: Readonly<Record<string, number>>;
}

/** Opens each page of the console and follows its links, and keeps what the pages ask. */
export async function crawl(ask: Ask, content: unknown, at: number): Promise<Crawled> {
  const script = new Script(`${await crawlerBundle()}; pages`);
  const asked = new Map<string, Promise<CallAnswer>>();
  const answers = new Map<string, CallAnswer>();
  const once = (key: string, request: CallRequest): Promise<CallAnswer> => {
    const known = asked.get(key);
    if (known !== undefined) return known;
    // From another realm: an SDK client compares constructors.
    const asking = ask(JSON.parse(JSON.stringify(request)) as CallRequest);
    asked.set(key, asking);
    void asking.then((answer) => answers.set(key, answer)).catch(() => undefined);
    return asking;
  };
  // Each reader has a document and an address of its own.
  const open = (): ReturnType<Open> => {
    const globals = { location: { hash: '' }, innerWidth: 1400, queueMicrotask, setTimeout, URLSearchParams, Buffer };
    const context = createContext(globals);
    const pages = script.runInContext(context) as Pages;
    const { document, Event } = pages.parseHTML('<!doctype html><html><body></body></html>');
    Object.assign(context, { document, Event });
    return pages.openPages({ ask: once, content, at, turn: setImmediate });
  };
  const idle = Array.from({ length: readers }, open);
  const visits: Record<string, number> = {};
  const seen = new Set(first);
  const wanted = (place: string): boolean => {
    const page = /^#\/(\w+)/.exec(place)?.[1] ?? '';
    if ((visits[page] ?? 0) >= (most[page] ?? 0)) return false;
    visits[page] = (visits[page] ?? 0) + 1;
    return true;
  };
  // In rounds, and a round's links in its order: what is opened does not depend on who is fast.
  for (let round = [...seen].filter(wanted); round.length > 0; ) {
    const links: (readonly string[])[] = [];
    const left = round.entries();
    const read = async (visit: ReturnType<Open>): Promise<void> => {
      for (const [number, place] of left) links[number] = await visit(place);
    };
    await Promise.all(idle.map(read));
    round = links
      .flat()
      .filter((place) => !seen.has(place) && seen.add(place))
      .filter(wanted);
  }
  return { answers: Object.fromEntries([...answers].sort(([a], [b]) => (a < b ? -1 : 1))), visits };
}
