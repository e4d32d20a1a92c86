import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalAccount } from 'local-account/local-account';
import { CommandFailed } from '../operator/errors';
import { closedImages } from '../rehearsal/images/closed-images';
import { stepsFolder } from '../rehearsal/step-code';
import type { OpenSettings } from './start';

/** The account as it was when it ended; one in which nothing is deployed, if it is new. */
export function openKept(settings: OpenSettings): Promise<LocalAccount> {
  return open(settings);
}

/** An account in which nothing is deployed, whatever was in the one of this name. */
export function openEmpty(settings: OpenSettings): Promise<LocalAccount> {
  rmSync(settings.state, { recursive: true, force: true });
  return open(settings);
}

/** The account that was saved in a folder, in the place of the one of this name. */
export function openSaved(snapshot: string): (settings: OpenSettings) => Promise<LocalAccount> {
  return (settings) => open(settings, snapshot);
}

async function open({ root, ...settings }: OpenSettings, snapshot?: string): Promise<LocalAccount> {
  const { startLocalAccount } = await import('local-account/local-account');
  const images = closedImages(() => stepsFolder(synthesized(root)));
  try {
    return await startLocalAccount({ ...settings, snapshot, images, remembered });
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('The snapshot '))) throw error;
    if (snapshot !== undefined) throw new CommandFailed(error.message);
    throw new CommandFailed(
      `The state that the account has kept cannot be read. ${error.message}`,
      'Begin with an empty account (npm run account -- start --empty) or with a saved one (npm run account -- restore NAME).',
    );
  }
}

/** Decisions, calls and events that an account remembers: it may be up for weeks, and nobody proves its policies. */
export const remembered = 10_000;

/** Folder of the assemblies of accounts that were deployed by `from rehearsal`. */
export function assembliesFolder(root: string): string {
  return join(root, '.rehearsal', 'assemblies');
}

/**
 * The stand-ins of AWS's monitoring images run step code of this project: as `cdk deploy` has last synthesized it, or
 * as the account had it that `from rehearsal` deployed.
 */
function synthesized(root: string): string {
  const own = join(root, 'cdk.out');
  const folder = assembliesFolder(root);
  const [other] = existsSync(folder) ? readdirSync(folder) : [];
  return existsSync(own) || other === undefined ? own : join(folder, other);
}
