import { createHash } from 'node:crypto';

/** A token that this account did not give. Callers word the error as their service does. */
export class UnknownToken extends Error {}

/**
 * One page of a list. The token names the item to go on with, so that a reader who deletes or adds items between two
 * pages misses none; its position counts only when that item is gone.
 */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
): { readonly page: T[]; readonly next?: string } {
  const start = token === undefined ? 0 : placeOf(items, token);
  const end = start + size;
  return { page: items.slice(start, end), ...(end < items.length ? { next: tokenOf(items[end], end) } : {}) };
}

function tokenOf(item: unknown, position: number): string {
  return Buffer.from(JSON.stringify([position, identity(item)])).toString('base64url');
}

function placeOf(items: readonly unknown[], token: string): number {
  const [position, id] = read(token);
  const found = items.findIndex((item, index) => index === position && identity(item) === id);
  const moved = found >= 0 ? found : items.findIndex((item) => identity(item) === id);
  return moved >= 0 ? moved : Math.min(position, items.length);
}

function read(token: string): [number, string] {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [position, id] = parsed as unknown[];
      if (Number.isInteger(position) && (position as number) > 0 && typeof id === 'string') {
        return [position as number, id];
      }
    }
  } catch {
    // Not one of ours.
  }
  throw new UnknownToken(token);
}

/** A digest, since an item can be longer than a token may be (1,024 characters in Step Functions' model). */
function identity(item: unknown): string {
  return createHash('sha256').update(whatStays(item)).digest('base64url');
}

/** What of an item stays the same while it changes: its ARNs, ids and names; else the whole of it. */
function whatStays(item: unknown): string {
  if (typeof item !== 'object' || item === null) return String(item);
  const names = Object.entries(item).filter(
    ([name, value]) => /(arn|id|name|key)$/i.test(name) && typeof value === 'string',
  );
  return JSON.stringify(names.length > 0 ? names : item);
}
