import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checkpoints } from '../../snapshot/checkpoints';
import { checkSnapshot, isSnapshot, restoreSnapshot, writeSnapshot } from '../../snapshot/folder';
import { jsonSnapshot, type Snapshot } from '../../snapshot/snapshot';

const about = { versions: {}, region: 'eu-central-1', now: 0, paused: false };
/** A process that is no more. */
const nobody = 2 ** 22 + 1;

/** What Node throws then. */
const diskIsFull = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28, syscall: 'write' });

describe('the folder of a snapshot', () => {
  let parent: string;
  let folder: string;
  let taken: number[];
  const part = (value: number): Snapshot =>
    jsonSnapshot(
      'part',
      () => value,
      (state) => void taken.push(state),
    );
  const restored = async (): Promise<number[]> => {
    taken = [];
    await restoreSnapshot(folder, [part(0)], await checkSnapshot(folder, {}));
    return taken;
  };

  beforeEach(async () => {
    parent = mkdtempSync(join(tmpdir(), 'local-account-snapshot-'));
    folder = join(parent, 'one');
    await writeSnapshot(folder, [part(1)], about);
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  test('a full disk leaves the earlier snapshot, and nothing else', async () => {
    const full: Snapshot = {
      ...part(2),
      name: 'large',
      save: (file) => {
        writeFileSync(file, 'half of it');
        throw diskIsFull();
      },
    };
    await expect(writeSnapshot(folder, [part(2), full], about)).rejects.toThrow('ENOSPC');
    expect(readdirSync(parent)).toEqual(['one']);
    expect(await restored()).toEqual([1]);
  });

  test('a process that is killed while it writes leaves the earlier snapshot', async () => {
    mkdirSync(join(parent, `.draft-${nobody}-one-abcdef`));
    expect(await restored()).toEqual([1]);
    expect(readdirSync(parent)).toEqual(['one']);
  });

  test('a process that is killed between the two renames leaves the earlier snapshot', async () => {
    renameSync(folder, join(parent, `.before-${nobody}-one`));
    expect(isSnapshot(folder)).toBe(true);
    expect(await restored()).toEqual([1]);
  });

  test('drafts of a process that writes now are left alone', async () => {
    mkdirSync(join(parent, `.draft-${process.pid}-other-abcdef`));
    await writeSnapshot(folder, [part(2)], about);
    expect(existsSync(join(parent, `.draft-${process.pid}-other-abcdef`))).toBe(true);
    expect(await restored()).toEqual([2]);
  });

  test('parts that this version does not have, or has in addition, are refused', async () => {
    const manifest = await checkSnapshot(folder, {});
    await expect(restoreSnapshot(folder, [], manifest)).rejects.toThrow('other parts than this version: part');
    const more = { ...part(0), name: 'more' };
    await expect(restoreSnapshot(folder, [part(0), more], manifest)).rejects.toThrow(
      'other parts than this version: more',
    );
  });
});

describe('checkpoints', () => {
  test('are written after quiet, not for each change, and once more at the end', async () => {
    let saved = 0;
    const checkpoints = new Checkpoints(
      async () => void (saved += 1),
      () => undefined,
    );
    for (let change = 0; change < 20; change += 1) checkpoints.changed();
    await new Promise((done) => setTimeout(done, 1_000));
    expect(saved).toBe(1);
    checkpoints.changed();
    await checkpoints.end();
    expect(saved).toBe(2);
    checkpoints.changed();
    await checkpoints.end();
    expect(saved).toBe(2);
  });

  test('that fail are told, and written later', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'local-account-checkpoint-')), 'state');
    let isFull = true;
    const told: string[] = [];
    const checkpoints = new Checkpoints(
      async () => {
        if (isFull) throw diskIsFull();
        writeFileSync(file, 'state');
      },
      ({ message }) => void told.push(message),
    );
    for (let change = 0; change < 2; change += 1) {
      checkpoints.changed();
      await new Promise((done) => setTimeout(done, 1_000));
    }
    // Twice in vain, told once.
    expect(told).toEqual([expect.stringContaining('ENOSPC')]);
    isFull = false;
    await checkpoints.end();
    expect(readFileSync(file, 'utf8')).toBe('state');
    rmSync(file);
  });
});
