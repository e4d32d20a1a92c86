import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** What the project tells about itself (content.ts of the server). */
export const Content = createContext(/** @type {any} */ ({}));

export function useContent() {
  return useContext(Content);
}
