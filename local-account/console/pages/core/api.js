import { currentRoute } from './route.js';

/** An error as AWS words it. */
export class CallError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} call
   */
  constructor(code, message, call) {
    super(message);
    this.code = code;
    this.call = call;
  }
}

/**
 * One call of an AWS operation, signed by the account's console with the learner's credentials, or as a role.
 * @param {string} service
 * @param {string} operation
 * @param {object} [input]
 * @param {string} [role] @default the role in the address, or none
 * @returns {Promise<any>}
 */
export function call(service, operation, input = {}, role = currentRoute().query.as) {
  return post('/call', { service, operation, input, role }, `${service}:${operation}`);
}

/**
 * All pages of a list, up to a limit.
 * @param {string} service
 * @param {string} operation
 * @param {object} input
 * @param {string} list name of the list in the output
 * @param {number} [limit]
 * @returns {Promise<any[]>}
 */
export async function listAll(service, operation, input, list, limit = 1000) {
  const found = [];
  let token = {};
  do {
    const output = await call(service, operation, { ...input, ...token });
    found.push(...(output[list] ?? []));
    const name = ['NextToken', 'nextToken', 'NextContinuationToken', 'NextMarker'].find(
      (one) => output[one] !== undefined,
    );
    token = name === undefined ? {} : { [tokenInput[name] ?? name]: output[name] };
  } while (Object.keys(token).length > 0 && found.length < limit);
  return found;
}

/** @type {Record<string, string>} */
const tokenInput = { NextContinuationToken: 'ContinuationToken', NextMarker: 'Marker' };

/**
 * Lets time stand still, flow, or pass.
 * @param {'pause' | 'run' | 'advance'} command
 * @param {string} [value]
 */
export function moveClock(command, value = '') {
  return post('/clock', { command, value }, 'the clock');
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function read(path) {
  const response = await fetch(path);
  const body = await response.json();
  if (!response.ok) throw new CallError(body.error?.code ?? String(response.status), body.error?.message ?? '', path);
  return body;
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
