import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** Runs a command to its end. */
export function seconds(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  input?: string,
): { seconds: number; output: string } {
  const started = performance.now();
  const done = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed:\n${(done.stderr || done.stdout).slice(-2000)}`);
  return { seconds: (performance.now() - started) / 1000, output: done.stdout };
}
