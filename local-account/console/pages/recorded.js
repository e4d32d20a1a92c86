import { openApp } from './app.js';
import { live } from './core/live.js';
import { replay } from './core/recording.js';
import { askFrom } from './core/source.js';

/**
 * The console's pages over a recording that lies in the page itself.
 * @param {Record<string, import('./app.js').Page>} pages
 */
export async function openRecording(pages) {
  const { recording, data } = await unpacked(document.getElementById('recording')?.textContent ?? '');
  askFrom(replay(recording));
  live.hold(recording.at, recording.entries);
  if (location.hash === '') history.replaceState(null, '', `#/${Object.keys(pages)[0]}`);
  openApp(Object.fromEntries(Object.entries(pages).map(([id, page]) => [id, { ...page, data: data[id] }])));
}

/**
 * JSON, as gzip, as base64: a tenth of its size, and no character of it means anything in HTML.
 * @param {string} text
 */
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(plain).text());
}
