import { read } from './api.js';

/**
 * Marks of the account's owner by topic. Undefined where none are kept: a recording has no owner.
 * @returns {Promise<Record<string, string> | undefined>}
 */
export async function readMarks() {
  try {
    return await read('/marks');
  } catch (error) {
    if (/** @type {any} */ (error).code === 'NotRecorded') return undefined;
    throw error;
  }
}

/**
 * Marks how far the learner is with a topic. AWS has no call for this.
 * @param {string} id
 * @param {string} mark
 */
export async function setMark(id, mark) {
  const response = await fetch('/marks', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-console': 'act' },
    body: JSON.stringify({ id, mark }),
  });
  const { error } = response.headers.get('content-type')?.startsWith('application/json')
    ? await response.json()
    : { error: { code: String(response.status), message: await response.text() } };
  if (error) throw Object.assign(new Error(error.message), { code: error.code });
}
