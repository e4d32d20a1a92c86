import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRunning } from 'local-account/python/environment';

export const root = resolve(__dirname, '..', '..');
const command = ['--import', 'tsx', join(root, 'account', 'main.ts')];

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command of `npm run account` to its end. */
export function run(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [...command, ...args], { cwd: root }, (_, out, err) =>
      done({ code: child.exitCode, out, err }),
    );
  });
}

/** A name that no other test uses. */
export function freshName(word: string): string {
  return `test-${word}-${process.pid}-${Date.now().toString(36)}`;
}

export function folderOf(name: string): string {
  return join(root, '.rehearsal', 'accounts', name);
}

/** An account that this test has started, in a process group of its own, as in a terminal. */
export class Started {
  printed = '';
  readonly ended: Promise<number | null>;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.printed += text));
    this.ended = new Promise((done) => child.once('close', done));
  }

  /** @param args of `start`, or another command that starts an account, with its own */
  static start(name: string, ...args: string[]): Promise<Started> {
    const words = args[0] === undefined || args[0].startsWith('--') ? ['start', ...args] : args;
    return Started.spawn(name, process.execPath, [...command, ...words, '--name', name]);
  }

  /** Its processes may write no file of more than this: to them, the disk is full from there on. */
  static startOnSmallDisk(name: string, megabytes: number): Promise<Started> {
    // In blocks of 512 bytes (POSIX).
    const program = ['-c', 'ulimit -f "$0" && exec "$@"', String(megabytes * 2048), process.execPath];
    return Started.spawn(name, 'sh', [...program, ...command, 'start', '--name', name]);
  }

  private static async spawn(name: string, program: string, args: readonly string[]): Promise<Started> {
    const child = spawn(program, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = new Started(name, child);
    await until('the account to be up', 500, () => /Ctrl-C ends/.test(started.printed) || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error(started.printed);
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Reaches every process of the group, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Every process that the account has started, also those that are in groups of their own. */
  processes(): number[] {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
    const below = (parent: number): number[] =>
      pairs.flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid, ...below(pid)] : []));
    return [this.pid, ...below(this.pid)];
  }

  /** For the end of a test, whatever came before. */
  async remove(): Promise<void> {
    if (isRunning(this.pid)) this.signalGroup('SIGKILL');
    await this.ended;
    rmSync(folderOf(this.name), { recursive: true, force: true });
  }
}

export async function until(what: string, seconds: number, met: () => boolean): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!met()) {
    if (Date.now() > end) throw new Error(`waited ${seconds} seconds for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
