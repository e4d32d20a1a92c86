import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/**
 * The files of lib/ that contain a statement's Sid, with the line. Several constructs may use the same Sid. If a file's
 * name is part of the holder's logical id, only such files are returned.
 */
export function filesOf(root: string, sid: string, holder: string): string[] {
  if (!/^[A-Za-z]\w*$/.test(sid)) return [];
  const found: string[] = [];
  const folder = join(root, 'lib');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes(`'${sid}'`));
    if (line >= 0) found.push(`${relative(root, file)}:${line + 1}`);
  }
  const id = holder.toLowerCase();
  const likely = found.filter((one) =>
    id.includes(
      basename(one)
        .replace(/\.ts:\d+$/, '')
        .replaceAll('-', ''),
    ),
  );
  return (likely.length > 0 ? likely : found).sort();
}
