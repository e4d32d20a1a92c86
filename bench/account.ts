import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const TIMES = 3;

/**
 * How long an account takes from the command to its address, in seconds: an empty one, the deployed one with a model
 * that serves, and the same after `kill -9`. The best of three, because others are disturbed.
 */
export async function measureAccount(
  root: string,
  line: (name: string, value: string, details?: string) => void,
): Promise<void> {
  const name = `bench-${process.pid}`;
  const remove = () => rmSync(join(root, '.rehearsal', 'accounts', name), { recursive: true, force: true });
  const report = (what: string, taken: readonly number[]): void =>
    line(`${what}, seconds`, Math.min(...taken).toFixed(1), taken.map((one) => one.toFixed(1)).join(' '));
  try {
    report(
      'start of an empty account',
      await repeated(async () => {
        const { child, seconds } = await started(root, ['start', '--empty', '--name', name]);
        await ended(child, 'SIGTERM');
        return seconds;
      }),
    );
    // Builds what is restored below, unless it is there.
    await ended((await started(root, ['from', 'rehearsal', '--name', name])).child, 'SIGTERM');
    const afterKill: number[] = [];
    report(
      'restore of the deployed account',
      await repeated(async () => {
        const restored = await started(root, ['from', 'rehearsal', '--name', name]);
        await stateIsKept(root, name);
        await ended(restored.child, 'SIGKILL');
        const again = await started(root, ['start', '--name', name]);
        afterKill.push(again.seconds);
        await ended(again.child, 'SIGTERM');
        return restored.seconds;
      }),
    );
    report('start after kill -9', afterKill);
  } finally {
    remove();
  }
}

async function repeated(measure: () => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < TIMES; time += 1) taken.push(await measure());
  return taken;
}

async function started(root: string, args: readonly string[]): Promise<{ child: ChildProcess; seconds: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'account', 'main.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (/^Up after/m.test(printed)) resolve({ child, seconds: (performance.now() - began) / 1000 });
    });
    child.once('exit', (code) => reject(new Error(`the account ended with ${code ?? 'a signal'}: ${printed}`)));
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.removeAllListeners('exit');
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** The first checkpoint, some tenths of a second after the start. */
async function stateIsKept(root: string, name: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (existsSync(join(root, '.rehearsal', 'accounts', name, 'state', 'manifest.json'))) return;
  }
  throw new Error('the account kept no state');
}
