import { useEffect, useState } from 'preact/hooks';

/**
 * Where the reader is: `#/registry/GROUP/3?state=open`. Everything that a page shows follows from it, so that an
 * address can be kept or given to somebody else.
 * @typedef {{ page: string, parts: string[], query: Record<string, string> }} Route
 */

/** @returns {Route} */
export function currentRoute() {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...parts] = path.split('/').map(decode);
  return { page: page || 'overview', parts, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * @param {string} page
 * @param {readonly string[]} [parts]
 * @param {Record<string, string | undefined>} [query]
 */
export function address(page, parts = [], query = {}) {
  const as = currentRoute().query.as;
  const all = Object.entries({ as, ...query }).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(/** @type {[string, string][]} */ (all)).toString();
  return `#/${[page, ...parts].map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

/**
 * Changes parts of the query and stays on the page.
 * @param {Record<string, string | undefined>} query
 */
export function setQuery(query) {
  const { page, parts, query: before } = currentRoute();
  history.replaceState(null, '', address(page, parts, { ...before, ...query }));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** @returns {Route} */
export function useRoute() {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const read = () => setRoute(currentRoute());
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return route;
}
