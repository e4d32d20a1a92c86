import { h } from 'preact';

/** In the place of drawings while pages are recorded: they ask for nothing, but their parts are links. */

export function Chart() {
  return null;
}

/** @param {{ nodes: readonly { href?: string }[] }} props */
export function Graph({ nodes }) {
  return nodes.map(({ href }) => h('a', { href }));
}
