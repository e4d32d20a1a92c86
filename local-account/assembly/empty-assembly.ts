import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a cloud assembly without stacks, and returns its folder. */
export function writeEmptyAssembly(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: {} }));
  return folder;
}
