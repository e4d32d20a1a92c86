import { useEffect, useRef, useState } from 'preact/hooks';

/**
 * @typedef {{ number: number, at: number, kind: string, text: string, who?: string, action?: string, resource?: string,
 *   statement?: string }} Entry
 * @typedef {{ now: number, paused: boolean, waiting: number, nextWait?: number, received: number }} Clock
 */

/** Entries kept in the page. */
const KEPT = 30_000;

/** Milliseconds in which entries gather. */
const GATHERING = 50;

/** What the account sends by itself: its clock, and the timeline as it grows. */
class Live {
  /** @type {Entry[]} */
  entries = [];
  /** Come, and not drawn yet. @type {Entry[]} */
  fresh = [];
  /** @type {number | undefined} */
  drawing;
  /** @type {Clock | undefined} */
  clock;
  connected = false;
  /** Grows when something has changed that pages show. */
  changes = 0;
  /** @type {Set<() => void>} */
  listeners = new Set();
  /** @type {number | undefined} */
  pending;

  start() {
    const source = new EventSource('/live');
    source.addEventListener('open', () => this.notify((this.connected = true)));
    // The browser connects again by itself, and says what it has read last.
    source.addEventListener('error', () => this.notify((this.connected = false)));
    source.addEventListener('clock', ({ data }) => {
      this.clock = { ...JSON.parse(data), received: Date.now() };
      this.notify();
    });
    source.addEventListener('entries', ({ data }) => this.take(JSON.parse(data)));
    // Much changes without an event; a hidden page asks nothing.
    setInterval(() => document.visibilityState === 'visible' && this.changed(), 15_000);
  }

  /**
   * Many messages come at once where much happens; they are drawn together.
   * @param {Entry[]} fresh
   */
  take(fresh) {
    // After a restart of the account the numbers begin again.
    const last = this.fresh.at(-1) ?? this.entries.at(-1);
    if ((fresh[0]?.number ?? 0) <= (last?.number ?? 0)) {
      this.entries = [];
      this.fresh = [];
    }
    this.fresh.push(...fresh);
    this.drawing ??= setTimeout(() => this.draw(), GATHERING);
  }

  draw() {
    const fresh = this.fresh;
    this.fresh = [];
    this.drawing = undefined;
    this.entries = [...this.entries, ...fresh].slice(-KEPT);
    // What the console reads itself is decided, too, and must not make it read again.
    if (fresh.some(({ kind }) => kind !== 'allowed' && kind !== 'denied')) this.changed();
    this.notify();
  }

  changed() {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.changes += 1;
      this.notify();
    }, 1200);
  }

  /** Virtual milliseconds. */
  now() {
    if (this.clock === undefined) return Date.now();
    return this.clock.now + (this.clock.paused ? 0 : Date.now() - this.clock.received);
  }

  /** @param {unknown} [_] */
  notify(_) {
    for (const listener of this.listeners) listener();
  }
}

export const live = new Live();

/**
 * A value of the live state; the component is drawn again when it changes.
 * @template T
 * @param {(state: Live) => T} select
 * @returns {T}
 */
export function useLive(select) {
  const value = select(live);
  const [, draw] = useState(0);
  const latest = useRef({ select, value });
  latest.current = { select, value };
  useEffect(() => {
    const update = () => {
      const { select: read, value: shown } = latest.current;
      if (!Object.is(read(live), shown)) draw((count) => count + 1);
    };
    // Something may have come between drawing and listening.
    update();
    live.listeners.add(update);
    return () => live.listeners.delete(update);
  }, []);
  return value;
}
