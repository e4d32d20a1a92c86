import { currentRoute } from './route.js';
import { source } from './source.js';

/**
 * One call of an AWS operation, signed by the account's console with the learner's credentials, or as a role.
 * @param {string} service
 * @param {string} operation
 * @param {object} [input]
 * @param {string} [role] @default the role in the address, or none
 * @returns {Promise<any>}
 */
export function call(service, operation, input = {}, role = currentRoute().query.as) {
  return source().call({ service, operation, input, role });
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
  return source().moveClock(command, value);
}

/**
 * What AWS has no call for: the project's own content, and the details of a line of the timeline.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function read(path) {
  return source().read(path);
}
