import { CallError } from './call-error.js';

/**
 * What the pages asked of an account, and what it answered: enough to show them again without the account.
 * @typedef {{ output: any } | { error: { code: string, message: string } }} Answer
 * @typedef {import('./source.js').Source} Source
 * @typedef {import('./source.js').Request} Request
 * @typedef {{ at: number, content: any, calls: Record<string, Answer>, entries: import('./live.js').Entry[],
 *   details: Record<string, any> }} Recording
 */

/** The code of an answer that is not in the recording. */
export const notRecorded = 'NotRecorded';

/**
 * Answers as the account did when it was recorded.
 * @param {Recording} recording
 * @returns {Source}
 */
export function replay({ content, calls, details }) {
  const missing = (/** @type {string} */ name) =>
    new CallError(notRecorded, 'Not in this recording: nobody opened it while the account was up.', name);
  return {
    recorded: true,
    call: async (request) => {
      const name = `${request.service}:${request.operation}`;
      const answer = Object.hasOwn(calls, keyOf(request)) ? calls[keyOf(request)] : undefined;
      if (answer === undefined) throw missing(name);
      if ('error' in answer) throw new CallError(answer.error.code, answer.error.message, name);
      return answer.output;
    },
    moveClock: async () => {
      throw missing('the clock');
    },
    read: async (path) => {
      if (path === '/content') return content;
      const detail = details[path.slice('/entries/'.length)];
      if (detail === undefined) throw missing(path);
      return detail;
    },
  };
}

/**
 * Asks somebody who keeps the answers, under the key with which `replay` looks for them.
 * @param {(key: string, request: Request) => Promise<Answer>} ask
 */
export function recorder(ask) {
  /** @type {Set<Promise<Answer>>} */
  const open = new Set();
  return {
    source: /** @type {Source} */ ({
      recorded: true,
      call: async (request) => {
        const answering = ask(keyOf(request), request);
        open.add(answering);
        const answer = await answering.finally(() => open.delete(answering));
        if ('error' in answer) throw new CallError(answer.error.code, answer.error.message, '');
        return answer.output;
      },
      moveClock: async () => undefined,
      read: async () => ({}),
    }),
    /** Whether there was something to wait for. */
    answered: async () => {
      const waiting = [...open];
      await Promise.allSettled(waiting);
      return waiting.length > 0;
    },
  };
}

/** @param {Request} request */
function keyOf({ service, operation, input, role }) {
  return JSON.stringify([service, operation, input, role ?? '']);
}
