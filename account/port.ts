import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The port that an account had, so that clients with its address still reach it after a new start. */
export function lastPort(folder: string): number | undefined {
  try {
    return Number(readFileSync(fileIn(folder), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

export function keepPort(folder: string, endpoint: string): void {
  writeFileSync(fileIn(folder), `${new URL(endpoint).port}\n`);
}

function fileIn(folder: string): string {
  return join(folder, 'port');
}
