import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The reviewed matrix: a path from the project's folder. */
export const matrixFile = 'docs/reference/generated/access-matrix.md';

export function readMatrix(root: string): string {
  const file = join(root, matrixFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Lines that only one of two matrices has, each with subject and resource: + is a new permission, - a removed one. */
export function differences(reviewed: string, found: string): string[] {
  const before = permissionsOf(reviewed);
  const after = permissionsOf(found);
  return [
    ...[...before].filter((one) => !after.has(one)).map((one) => `- ${one}`),
    ...[...after].filter((one) => !before.has(one)).map((one) => `+ ${one}`),
  ];
}

function permissionsOf(text: string): Set<string> {
  const found = new Set<string>();
  let subject = '';
  let about = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) subject = line.slice(3);
    else if (line.startsWith('    ')) about += ` ${line.trim()}`;
    else if (line.startsWith('  ')) found.add(`${subject}: ${line.trim()} on ${about}`);
    else about = line;
  }
  return found;
}
