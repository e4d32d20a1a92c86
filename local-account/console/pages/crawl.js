import { h, options, render } from 'preact';
import { consolePages } from './app.js';
import { Content } from './core/content.js';
import { live } from './core/live.js';
import { recorder } from './core/recording.js';
import { currentRoute } from './core/route.js';
import { askFrom } from './core/source.js';

/** Turns of the event loop without a question, after which a page is complete: drawing takes some. */
const turns = 4;

/**
 * The pages for a recorder, in a document that nobody sees. The result opens one address, waits until everything that
 * its page asks is answered, and returns the addresses that it links to.
 * @param {{ ask: Parameters<typeof recorder>[0], content: any, at: number, turn: (next: () => void) => void }} settings
 */
export function openPages({ ask, content, at, turn }) {
  const { source, answered } = recorder(ask);
  askFrom(source);
  live.hold(at, []);
  options.requestAnimationFrame = turn;
  const root = document.createElement('div');
  document.body.append(root);
  const complete = async () => {
    for (let quiet = 0; quiet < turns; quiet++) {
      if (await answered()) quiet = 0;
      await new Promise((next) => turn(() => next(undefined)));
    }
  };
  return async (/** @type {string} */ place) => {
    location.hash = place;
    const route = currentRoute();
    const page = consolePages[route.page];
    if (page === undefined) return [];
    const { default: View } = await page.load();
    render(h(Content.Provider, { value: content }, h(View, { key: place, route })), root);
    await complete();
    // What is folded is asked for when it is opened.
    for (const folded of root.querySelectorAll('details')) {
      folded.open = true;
      folded.dispatchEvent(new Event('toggle'));
    }
    await complete();
    const links = [...root.querySelectorAll('a')].map((link) => link.getAttribute('href') ?? '');
    render(null, root);
    return links.filter((href) => href.startsWith('#/'));
  };
}
