import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAccount, startLocalAccount } from '../local-account';
import { ensureInterpreters } from '../python/environment';

/** Starts an account without stacks, for as long as `use` needs it. */
export async function withEmptyAccount<T>(environments: string, use: (account: LocalAccount) => T): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'local-account-empty-'));
  const interpreters = await ensureInterpreters({ environments, progress: console.log });
  const account = await startLocalAccount({ folder: scratch, ...interpreters });
  try {
    return use(account);
  } finally {
    await account.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
