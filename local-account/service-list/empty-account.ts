import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAccount, startLocalAccount } from '../local-account';
import { ensureInterpreters } from '../python/environment';

/** Starts an account whose assembly has no stack, for as long as `use` needs it. */
export async function withEmptyAccount<T>(environments: string, use: (account: LocalAccount) => T): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'local-account-empty-'));
  const assembly = join(scratch, 'cdk.out');
  mkdirSync(assembly);
  writeFileSync(join(assembly, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts: {} }));
  const interpreters = await ensureInterpreters({ environments, progress: console.log });
  const account = await startLocalAccount({ assembly, folder: join(scratch, 'account'), ...interpreters });
  try {
    return use(account);
  } finally {
    await account.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
