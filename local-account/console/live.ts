import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VirtualClock } from '../events/clock';
import type { Timeline } from './timeline';

/** Entries in one message. */
const BATCH = 500;

/**
 * Sends a browser the clock each second, and the timeline as it grows (server-sent events). What a slow browser has not
 * read yet stays in the timeline, not in the memory of its connection; a browser that comes back gets what it missed.
 */
export function streamLive(
  request: IncomingMessage,
  response: ServerResponse,
  { timeline, clock }: { readonly timeline: Timeline; readonly clock: VirtualClock },
): void {
  let sent =
    Number(request.headers['last-event-id'] ?? new URL(request.url ?? '/', 'http://x').searchParams.get('after')) || 0;
  // The numbers of another account, or of this one before it was started again.
  if (sent > timeline.newest) sent = 0;
  let draining = false;
  const write = (text: string): void => {
    draining = !response.write(text);
  };
  const sendEntries = (): void => {
    while (!draining) {
      const entries = timeline.after(sent, BATCH);
      const last = entries.at(-1);
      if (last === undefined) return;
      sent = last.number;
      write(`id: ${sent}\nevent: entries\ndata: ${JSON.stringify(entries)}\n\n`);
    }
  };
  const sendClock = (): void => {
    if (draining) return;
    const { number, earliest } = clock.waits;
    write(
      `event: clock\ndata: ${JSON.stringify({ now: clock.now(), paused: clock.paused, waiting: number, nextWait: earliest })}\n\n`,
    );
  };
  let due: NodeJS.Timeout | undefined;
  // Many entries come at once; they go together.
  const stopListening = timeline.onChange(() => {
    due ??= setTimeout(() => {
      due = undefined;
      sendEntries();
    }, 100);
  });
  response.on('drain', () => {
    draining = false;
    sendEntries();
  });
  const ticking = setInterval(sendClock, 1000);
  response.on('close', () => {
    clearInterval(ticking);
    clearTimeout(due);
    stopListening();
  });
  sendClock();
  sendEntries();
}
