import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header, type HeaderData } from 'tar';
import { unpack } from '../../sagemaker/container/archive';

/** An archive of just these entries: the usual tools refuse to write what is tested here. */
function archive(...entries: (HeaderData & { content?: string })[]): { file: string; folder: string } {
  const blocks = entries.flatMap(({ content = '', ...data }) => {
    const body = Buffer.from(content);
    const block = Buffer.alloc(512);
    new Header({ mode: 0o644, size: body.length, mtime: new Date(0), type: 'File', ...data }).encode(block);
    return [block, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  const scratch = mkdtempSync(join(tmpdir(), 'local-account-archive-'));
  const file = join(scratch, 'model.tar.gz');
  writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return { file, folder: join(scratch, 'to') };
}

const good = { path: 'code/inference.py', content: 'print()' };

describe('unpacking what a container is given', () => {
  it('writes plain files below the folder', async () => {
    const { file, folder } = archive(good);
    await unpack(file, folder);
    expect(readFileSync(join(folder, 'code', 'inference.py'), 'utf8')).toBe('print()');
  });

  it.each<[string, HeaderData & { content?: string }, RegExp]>([
    ['a name that leads out', { path: '../outside' }, /leads out/],
    ['an absolute name', { path: '/etc/outside' }, /leads out/],
    ['a symbolic link', { path: 'link', type: 'SymbolicLink', linkpath: '/etc' }, /is a SymbolicLink/],
    ['a hard link', { path: 'link', type: 'Link', linkpath: 'code/inference.py' }, /is a Link/],
    ['a device', { path: 'null', type: 'CharacterDevice' }, /is a CharacterDevice/],
    ['a named pipe', { path: 'pipe', type: 'FIFO' }, /is a FIFO/],
    ['a setuid bit', { path: 'run', mode: 0o4755 }, /setuid/],
  ])('refuses %s, and writes nothing', async (_name, bad, words) => {
    const { file, folder } = archive(good, bad);
    await expect(unpack(file, folder)).rejects.toThrow(words);
    expect(existsSync(folder)).toBe(false);
  });

  it('stops a bomb while it unpacks', async () => {
    const { file, folder } = archive({ path: 'bomb', content: ' '.repeat(4_000_000) });
    await expect(unpack(file, folder, 1_000_000)).rejects.toThrow('unpacks to more than 1000000 bytes');
    expect(existsSync(folder)).toBe(false);
  });

  it('refuses what is no archive', async () => {
    const { file, folder } = archive(good);
    writeFileSync(file, 'no archive');
    await expect(unpack(file, folder)).rejects.toThrow(/header check/);
    writeFileSync(file, gzipSync('no tar'.repeat(1000)));
    await expect(unpack(file, folder)).rejects.toThrow(/checksum|TAR_/i);
    expect(existsSync(folder)).toBe(false);
  });
});
