import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bootstrap } from 'local-account/cloudformation/deploy';
import { startLocalAccount } from 'local-account/local-account';
import { ensureInterpreters } from 'local-account/python/environment';
import { variables } from '../account/environment';
import { synthesize } from '../rehearsal/synth';
import { root, withAccount } from './account-process';
import { measured } from './print-line';

const ROUNDS = 2;
const AIM = 1.5;
/** Seconds between two questions of the CLI whether a stack is done (waitFor in aws-cdk/lib/index.js). */
const CLI_SLEEPS = 5;

/**
 * `cdk deploy --all` in an empty account, in relation to how the story deploys the same assembly. Both accounts are
 * bootstrapped before. The better of two rounds, taken in turns: what disturbs one disturbs the other.
 */
export async function measureDeployment(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-deployment-'));
  try {
    const assembly = join(folder, 'cdk.out');
    await synthesize({ root, output: assembly });
    const cli: number[] = [];
    const story: number[] = [];
    let stacks = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const deployed = await withStory(assembly, join(folder, `account-${round}`));
      story.push(deployed.seconds);
      stacks = deployed.stacks;
      cli.push(await withCli(assembly));
    }
    const [ours, theirs] = [Math.min(...cli), Math.min(...story)];
    measured('cdk deploy --all / the story deploys', (ours / theirs).toFixed(2), 'times', {
      aim: `${AIM} times`,
      details: `${ours.toFixed(1)} s / ${theirs.toFixed(1)} s; of ${stacks} stacks, for each of which the CLI asks, sleeps ${CLI_SLEEPS} s and asks again`,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withStory(assembly: string, folder: string): Promise<{ seconds: number; stacks: number }> {
  const interpreters = await ensureInterpreters({ environments: join(root, '.rehearsal'), progress: () => undefined });
  const account = await startLocalAccount({ assembly, folder, ...interpreters });
  try {
    await bootstrap(account.platform);
    const stacks = new Set<string>();
    const seconds = await timed(() => account.deploy((text) => stacks.add(text.split(':')[0] ?? '')));
    return { seconds, stacks: [...stacks].filter((one) => !one.endsWith('published')).length };
  } finally {
    await account.stop();
  }
}

function withCli(assembly: string): Promise<number> {
  return withAccount(['start', '--empty'], async ({ running }) => {
    const env = { ...process.env, ...variables(running), CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true' };
    const cdk = (...args: string[]) =>
      promisify(execFile)(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args], {
        cwd: root,
        env,
        maxBuffer: 2 ** 26,
      });
    await cdk('bootstrap');
    return timed(() => cdk('deploy', '--all', '--app', assembly, '--require-approval', 'never'));
  });
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await task();
  return (performance.now() - began) / 1000;
}
