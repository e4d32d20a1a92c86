import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalAccount } from 'local-account/local-account';
import { isSnapshot } from 'local-account/snapshot/folder';
import { CommandFailed } from '../operator/errors';
import { silent } from '../operator/output';
import { say } from '../rehearsal/command-line';
import { closedImages } from '../rehearsal/images/closed-images';
import { stepsFolder } from '../rehearsal/step-code';
import { synthesize } from '../rehearsal/synth';
import { snapshotFolder, snapshotNames } from './folder';
import { assembliesFolder, openSaved, remembered } from './open';
import type { OpenSettings, StartOptions } from './start';

/**
 * An account in which this project is deployed and a first model is live. The first time it is built, which takes
 * minutes, and saved; from then on it is restored, until a file changes on which it depends.
 */
export function fromRehearsal(root: string, region: string): Pick<StartOptions, 'open' | 'up'> {
  const prefix = `rehearsal-${region}-`;
  const name = `${prefix}${fingerprint(root)}`;
  const snapshot = snapshotFolder(root, name);
  if (isSnapshot(snapshot)) return { open: openSaved(snapshot), up: () => Promise.resolve() };
  return {
    open: openForRehearsal,
    up: async (account, _, signal) => {
      await deployAndRelease(account, root, say, signal);
      try {
        await keep(account, root, prefix, name);
        say(`Saved as "${name}": the next start takes seconds.`);
      } catch (error) {
        // It is up all the same.
        say(`It could not be saved, so the next start takes as long again: ${(error as Error).message}`);
      }
    },
  };
}

/** In the place of those that were built of earlier sources. */
async function keep(account: LocalAccount, root: string, prefix: string, name: string): Promise<void> {
  for (const other of snapshotNames(root).filter((one) => one.startsWith(prefix)))
    rmSync(snapshotFolder(root, other), { recursive: true, force: true });
  await account.save(snapshotFolder(root, name));
  rmSync(assembliesFolder(root), { recursive: true, force: true });
  cpSync(account.assembly, join(assembliesFolder(root), name), { recursive: true });
}

/** Whatever the account depends on: what is deployed, who deploys it, and what runs it. */
const sources = [
  ...['bin', 'lib', 'lambda', 'pipelines', 'operator', 'data', 'rehearsal', 'local-account'],
  ...['cdk.json', 'package-lock.json'],
];
const unimportant = /(^|\/)(node_modules|test|README\.md|__pycache__)(\/|$)/;

function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const files = statSync(path).isFile() ? [''] : readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files) {
      if (unimportant.test(file) || !statSync(join(path, file)).isFile()) continue;
      hash.update(`\n${source}/${file}\n`).update(readFileSync(join(path, file)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

/** An account that deploys this project, which is synthesized meanwhile. */
async function openForRehearsal({ root, signal, ...settings }: OpenSettings): Promise<LocalAccount> {
  rmSync(settings.state, { recursive: true, force: true });
  const assembly = join(settings.folder, 'cdk.out');
  const synthesized = synthesize({ root, output: assembly, signal });
  // It may fail before anybody waits for it.
  synthesized.catch(() => undefined);
  const { startLocalAccount } = await import('local-account/local-account');
  const images = closedImages(() => stepsFolder(assembly));
  return startLocalAccount({ ...settings, assembly, synthesized, images, remembered });
}

/** Deploys everything, takes the first data in, and releases a first model: the story's own first checkpoints. */
async function deployAndRelease(
  account: LocalAccount,
  root: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const [
    { makeClients },
    { makeContext },
    { deploy },
    { ingestKennedy },
    { firstVersion },
    { runStory },
    { emptyState },
  ] = await Promise.all([
    import('../operator/clients'),
    import('../operator/context'),
    import('../rehearsal/story/checkpoints/deployment'),
    import('../rehearsal/story/checkpoints/data'),
    import('../rehearsal/story/checkpoints/first-version'),
    import('../rehearsal/story/run-story'),
    import('../rehearsal/story/state'),
  ]);
  const { endpoint, region, administrator, clock } = account.platform;
  const clients = makeClients({ endpoint, region, credentials: administrator });
  try {
    const results = await runStory({
      rehearsal: account,
      operator: makeContext({
        clients,
        dataFolder: join(root, 'data'),
        pollMilliseconds: 100,
        now: () => Promise.resolve(new Date(clock.now())),
      }),
      output: silent,
      state: emptyState(),
      checkpoints: [deploy, ingestKennedy, firstVersion],
      started: ({ sentence }, number, of) => progress(`${number}/${of}  ${sentence}`),
      signal,
    });
    signal.throwIfAborted();
    const failed = results.find(({ status }) => status === 'failed');
    if (failed !== undefined) throw new CommandFailed(`${failed.id} failed: ${failed.error ?? ''}`);
  } finally {
    clients.destroy();
  }
}
