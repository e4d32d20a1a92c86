import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Address {
  readonly port?: number;
  readonly key?: string;
}

/** Port and key that the account's console had last: a browser's bookmarks still fit after a new start. */
export function lastConsole(folder: string): Address {
  try {
    const { port, searchParams } = new URL(readFileSync(fileIn(folder), 'utf8').trim());
    const key = searchParams.get('key');
    return { port: Number(port), ...(key ? { key } : {}) };
  } catch {
    return {};
  }
}

/** Only the account's owner may read it: whoever has the key may act. */
export function keepConsole(folder: string, url: string): void {
  writeFileSync(fileIn(folder), `${url}\n`, { mode: 0o600 });
}

function fileIn(folder: string): string {
  return join(folder, 'console');
}
