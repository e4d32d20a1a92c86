import { availableParallelism } from 'node:os';
import type { LocalAccount, LocalAccountOptions } from './account';
import { VirtualClock } from './events/clock';
import { Moto } from './gateway/moto';
import { PreparedInterpreter } from './python/prepared-interpreter';
import { isSnapshot, readManifest } from './snapshot/folder';

export type { LocalAccount, LocalAccountOptions } from './account';

/**
 * Every local account starts at 08:00 UTC, so that daily schedules fall at the same point of each run. The next
 * morning, not the last one: virtual time never runs behind real time.
 */
function nextMorning(now: number): number {
  const morning = new Date(now).setUTCHours(8, 0, 0, 0);
  return morning >= now ? morning : morning + 24 * 60 * 60_000;
}

/**
 * Starts an account. Its store, and the interpreter that a saved account's endpoints need at once, are programs of their
 * own: they load their libraries while this process loads the rest of the account.
 */
export async function startLocalAccount(options: LocalAccountOptions): Promise<LocalAccount> {
  const { python, containerPython, state } = options;
  const folder = options.snapshot ?? (state !== undefined && isSnapshot(state) ? state : undefined);
  const saved = folder === undefined ? undefined : { folder, manifest: readManifest(folder) };
  const region = saved?.manifest.region ?? options.region ?? 'eu-central-1';
  // Nothing happens before everything is restored.
  const clock =
    saved === undefined ? new VirtualClock(nextMorning(Date.now())) : VirtualClock.pausedAt(saved.manifest.now);
  const store = Moto.start({ python, region, now: () => clock.now() });
  // It may fail before anybody waits for it.
  store.catch(() => undefined);
  const interpreter = saved && new PreparedInterpreter(containerPython, availableParallelism());
  const { startAccount } = await import('./start-account');
  return startAccount(options, { store, clock, region, saved, interpreter });
}
