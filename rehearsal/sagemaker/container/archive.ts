import { mkdir } from 'node:fs/promises';
import { create, extract } from 'tar';
import { filesBelow } from './transfer';

/** Packs a folder into a tar.gz that is the same for the same content: no owners, no times, files in order. */
export async function pack(folder: string, file: string): Promise<void> {
  const files = await filesBelow(folder);
  await create({ gzip: true, file, cwd: folder, portable: true, noMtime: true }, files.length > 0 ? files : ['.']);
}

export async function unpack(file: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await extract({ file, cwd: folder });
}
