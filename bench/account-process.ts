import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { accountFolder } from '../account/folder';
import { type RunningAccount, requireRunning } from '../account/running';

export const root = resolve(__dirname, '..');

/** An account of `npm run account`, in a process of its own. */
export class AccountProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    /** From the command to the line that says that it is up. */
    readonly seconds: number,
    /** What it wrote as errors: also where its debugger listens. */
    private readonly errors: () => string,
  ) {}

  /** @param node options of Node itself */
  static start(name: string, args: readonly string[], node: readonly string[] = []): Promise<AccountProcess> {
    const began = performance.now();
    const words = [...node, '--import', 'tsx', join(root, 'account', 'main.ts'), ...args, '--name', name];
    const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = { out: '', err: '' };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed.err += text));
    return new Promise((found, reject) => {
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        printed.out += text;
        if (/^Up after/m.test(printed.out))
          found(new AccountProcess(name, child, (performance.now() - began) / 1000, () => printed.err));
      });
      child.once('exit', (code) =>
        reject(new Error(`the account ended with ${code ?? 'a signal'}: ${printed.out}${printed.err}`)),
      );
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): RunningAccount {
    return requireRunning(root, this.name);
  }

  /** For AWS SDK clients. */
  get client() {
    const { endpoint, region, accessKeyId, secretAccessKey } = this.running;
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  }

  /** WebSocket address of its debugger, if Node was started with one. */
  get debugger(): string | undefined {
    return /Debugger listening on (\S+)/.exec(this.errors())?.[1];
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.child.removeAllListeners('exit');
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  /** Its state is on the disk some tenths of a second after the start. */
  async stateIsKept(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      if (existsSync(join(accountFolder(root, this.name), 'state', 'manifest.json'))) return;
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error('the account kept no state');
  }
}

/** A name that no other account has; its folder is gone when `use` has ended. */
export async function withAccountName<T>(use: (name: string) => Promise<T>): Promise<T> {
  const name = `bench-${process.pid}`;
  try {
    return await use(name);
  } finally {
    rmSync(accountFolder(root, name), { recursive: true, force: true });
  }
}

/** Starts an account, and ends it when `use` has ended, however that is. */
export async function withAccount<T>(
  args: readonly string[],
  use: (account: AccountProcess) => Promise<T>,
  node?: readonly string[],
): Promise<T> {
  return withAccountName(async (name) => {
    const account = await AccountProcess.start(name, args, node);
    try {
      return await use(account);
    } finally {
      await account.end('SIGTERM');
    }
  });
}
