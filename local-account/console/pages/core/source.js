import { CallError } from './call-error.js';

/**
 * Where the pages ask: the console of an account, or a recording of what one answered.
 * @typedef {{ service: string, operation: string, input: object, role?: string }} Request
 * @typedef {{ call: (request: Request) => Promise<any>, moveClock: (command: string, value: string) => Promise<any>,
 *   read: (path: string) => Promise<any>, recorded?: boolean }} Source
 */

/** The console that serves this page. */
const servingConsole = /** @type {Source} */ ({
  call: (request) => post('/call', request, `${request.service}:${request.operation}`),
  moveClock: (command, value) => post('/clock', { command, value }, 'the clock'),
  read: async (path) => {
    const response = await fetch(path);
    const body = await response.json();
    if (!response.ok) throw new CallError(body.error?.code ?? String(response.status), body.error?.message ?? '', path);
    return body;
  },
});

/** The only place where it is chosen. */
let chosen = servingConsole;

export function source() {
  return chosen;
}

/** @param {Source} other */
export function askFrom(other) {
  chosen = other;
}

/** Whether the pages show a recording: nothing changes, and nothing can be done. */
export function isRecording() {
  return chosen.recorded === true;
}

/**
 * @param {string} path
 * @param {object} body
 * @param {string} name
 */
async function post(path, body, name) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-console': 'act' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new CallError('NotReachable', 'The account does not answer. Is it still running?', name);
  });
  if (response.status === 401) throw new CallError('KeyMissing', await response.text(), name);
  const { output, error } = await response.json();
  if (error) throw new CallError(error.code, error.message, name);
  return output;
}
