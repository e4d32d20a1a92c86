import { useEffect, useRef, useState } from 'preact/hooks';
import { useLive } from './live.js';
import { currentRoute } from './route.js';

/**
 * What calls answer: loaded at first, and again when something changes in the account. Old values stay until new ones
 * are there, so that nothing flickers.
 * @template T
 * @param {() => Promise<T>} load
 * @param {readonly unknown[]} [on] what it depends on
 * @returns {{ value?: T, error?: Error & { code?: string, call?: string }, loading: boolean, again: () => void }}
 */
export function useLoad(load, on = []) {
  const changes = useLive(({ changes }) => changes);
  const [state, setState] = useState(/** @type {any} */ ({ loading: true }));
  const [count, setCount] = useState(0);
  const key = JSON.stringify([...on, currentRoute().query.as]);
  const latest = useRef('');
  useEffect(() => {
    const run = `${key} ${changes} ${count}`;
    const other = latest.current !== '' && !latest.current.startsWith(`${key} `);
    latest.current = run;
    if (other) setState({ loading: true });
    load().then(
      (value) => latest.current === run && setState({ value, loading: false }),
      (error) =>
        latest.current === run &&
        setState((/** @type {any} */ before) => ({ value: other ? undefined : before.value, error, loading: false })),
    );
  }, [key, changes, count]);
  return { ...state, again: () => setCount((one) => one + 1) };
}
