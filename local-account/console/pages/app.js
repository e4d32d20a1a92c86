import { h, render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ClockControls, RecordedAt } from './components/clock.js';
import { Identity } from './components/identity.js';
import { Problem } from './components/parts.js';
import { read } from './core/api.js';
import { Content } from './core/content.js';
import { html } from './core/html.js';
import { useLive } from './core/live.js';
import { address, useRoute } from './core/route.js';
import { isRecording } from './core/source.js';

/**
 * A page, loaded when it is first opened.
 * @typedef {{ title: string, load: () => Promise<{ default: any }>, data?: any }} Page
 */

/** @type {Record<string, Page>} */
export const consolePages = {
  overview: { title: 'Overview', load: () => import('./views/overview.js') },
  pipelines: { title: 'Pipelines', load: () => import('./views/pipelines.js') },
  registry: { title: 'Registry', load: () => import('./views/registry.js') },
  endpoint: { title: 'Endpoint', load: () => import('./views/endpoint.js') },
  monitoring: { title: 'Monitoring', load: () => import('./views/monitoring.js') },
  events: { title: 'Events', load: () => import('./views/events.js') },
  data: { title: 'Data', load: () => import('./views/data.js') },
  exam: { title: 'Exam', load: () => import('./views/exam.js') },
};

/** @param {{ pages: Record<string, Page> }} props in the order of the navigation, the first one first */
function App({ pages }) {
  const route = useRoute();
  const [content, setContent] = useState(/** @type {any} */ (undefined));
  const [View, setView] = useState(/** @type {any} */ (undefined));
  const [error, setError] = useState(/** @type {any} */ (undefined));
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const page = Object.hasOwn(pages, route.page) ? route.page : 'overview';
  const shown = /** @type {Page} */ (pages[page]);
  useEffect(() => {
    read('/content').then(setContent, setError);
  }, []);
  useEffect(() => {
    let current = true;
    document.title = `${shown.title} · ${isRecording() ? 'Recording' : 'Local account'}`;
    shown.load().then(({ default: view }) => current && setView({ page, view }), setError);
    return () => {
      current = false;
    };
  }, [page]);
  const place = [route.page, ...route.parts].join('/');
  const first = useRef(true);
  useEffect(() => {
    // A reader of the screen hears the new page; at the start, the browser has its own focus.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
    scrollTo(0, 0);
  }, [place]);
  return html`<${Content.Provider} value=${content ?? {}}>
    <a class="skip" href="#main" onClick=${(/** @type {Event} */ event) => {
      event.preventDefault();
      main.current?.focus();
    }}>Skip to the page</a>
    <header class="bar">
      <strong class="brand">${content?.title ?? 'Local account'}</strong>
      <span class="about">${content && `${content.accountId} · ${content.region}`}</span>
      <div class="end">${isRecording() ? h(RecordedAt, {}) : html`<${Connection} /><${Identity} /><${ClockControls} />`}</div>
    </header>
    <div class="frame">
      <nav class="navigation" aria-label="Pages"><ul>
        ${Object.entries(pages).map(([id, { title }]) => html`<li><a href=${address(id)} aria-current=${id === page ? 'page' : undefined}>${title}</a></li>`)}
      </ul></nav>
      <main ref=${main} id="main" tabindex="-1">
        <${Problem} error=${error} />
        ${content && View?.page === page && h(View.view, { key: page, route, data: shown.data })}
      </main>
    </div>
  </${Content.Provider}>`;
}

function Connection() {
  const connected = useLive((state) => state.connected);
  return html`<span role="status">${connected ? '' : html`<span class="state bad">not connected</span>`}</span>`;
}

/** @param {Record<string, Page>} pages */
export function openApp(pages) {
  const root = document.getElementById('app');
  if (root === null) return;
  root.replaceChildren();
  render(h(App, { pages }), root);
}
