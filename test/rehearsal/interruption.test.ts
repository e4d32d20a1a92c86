import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { scripts } from '../../package.json';
import { makeRunFolder } from '../../rehearsal/run-folder';

const root = resolve(__dirname, '..', '..');
const parent = join(root, '.rehearsal');
const runs = () => new Set(existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith('run-')) : []);

async function until(what: string, seconds: number, met: () => boolean): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!met()) {
    if (Date.now() > end) throw new Error(`waited ${seconds} seconds for ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

test('the commands that clean up on Ctrl-C run without the tsx command, which kills a busy process after 60 ms', () => {
  for (const script of [scripts.rehearse, scripts.mlops]) expect(script).toMatch(/^node .*--import tsx /);
});

test('a terminal that is closed leaves no folder and no process of a rehearsal behind', async () => {
  const before = runs();
  // The group is what a terminal hangs up on; its lines then have nowhere to go.
  const child = spawn(process.execPath, ['--import', 'tsx', 'rehearsal/main.ts', '--verbose'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const made = () => [...runs()].filter((name) => !before.has(name));
  try {
    await until("the run's folder", 120, () => made().length > 0);
    child.stdout.destroy();
    child.stderr.destroy();
    process.kill(-(child.pid ?? 0), 'SIGHUP');
    await ended;
    await until('the folder to go', 60, () => made().length === 0);
    await until('the processes to end', 30, () => !groupIsAlive(child.pid ?? 0));
  } finally {
    if (groupIsAlive(child.pid ?? 0)) process.kill(-(child.pid ?? 0), 'SIGKILL');
    for (const name of made()) rmSync(join(parent, name), { recursive: true, force: true });
  }
}, 300_000);

test.each([200, 3_000])(
  'Ctrl-C %d ms after the folder is made leaves nothing behind and prints no traceback',
  async (milliseconds) => {
    const before = runs();
    // A group of its own, as a terminal's foreground group: Ctrl-C reaches every process of it.
    const child = spawn(process.execPath, ['--import', 'tsx', 'rehearsal/main.ts'], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const ended = new Promise<number | null>((done) => child.once('close', done));
    const made = () => [...runs()].filter((name) => !before.has(name));
    try {
      await until("the run's folder", 120, () => made().length > 0);
      await new Promise((done) => setTimeout(done, milliseconds));
      process.kill(-(child.pid ?? 0), 'SIGINT');
      expect(await ended).toBe(130);
      expect(made()).toEqual([]);
      await until('the processes to end', 30, () => !groupIsAlive(child.pid ?? 0));
      expect(printed).not.toMatch(/Traceback|KeyboardInterrupt|^\s+at /m);
      expect(printed).toMatch(/SIGINT: stopping everything/);
    } finally {
      if (groupIsAlive(child.pid ?? 0)) process.kill(-(child.pid ?? 0), 'SIGKILL');
      for (const name of made()) rmSync(join(parent, name), { recursive: true, force: true });
    }
  },
  300_000,
);

function groupIsAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a new run removes the folders of runs that were killed, and no others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runs-'));
  try {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    for (const name of [`run-${gone}-abcdef`, `run-${process.pid}-abcdef`, 'python-0123', 'run-abcdef'])
      mkdirSync(join(folder, name, 'account'), { recursive: true });
    const made = makeRunFolder(folder);
    expect(made.startsWith(join(folder, `run-${process.pid}-`))).toBe(true);
    expect(
      readdirSync(folder)
        .filter((name) => join(folder, name) !== made)
        .sort(),
    ).toEqual(['python-0123', 'run-abcdef', `run-${process.pid}-abcdef`].sort());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
