import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerOf, takeLock } from '../../account/lock';

describe('the lock of an account', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'account-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is held by one process, until it is given back', () => {
    const release = takeLock(folder) as () => void;
    expect(ownerOf(folder)?.pid).toBe(process.pid);
    expect(takeLock(folder)).toMatchObject({ pid: process.pid });
    release();
    expect(ownerOf(folder)).toBeUndefined();
    expect(takeLock(folder)).toBeInstanceOf(Function);
  });

  test.each([
    ['a process that is gone', JSON.stringify({ pid: spawnSync(process.execPath, ['-e', '']).pid })],
    ['an earlier process with the id of this one', JSON.stringify({ pid: process.pid, start: '1' })],
    ['half a file', '{"pid": '],
  ])('is taken over from %s', (_, text) => {
    if (text.includes('start') && !existsSync('/proc')) return;
    writeFileSync(join(folder, 'lock'), text);
    expect(ownerOf(folder)).toBeUndefined();
    expect(takeLock(folder)).toBeInstanceOf(Function);
    expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  });
});
