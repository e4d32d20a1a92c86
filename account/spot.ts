import { CommandFailed } from '../operator/errors';
import type { RunningAccount } from './running';

interface Interruption {
  /** As soon as the next checkpoint is in S3, instead of now. */
  readonly afterCheckpoint?: boolean;
  /** ISO 8601 duration without other capacity. @default a second */
  readonly away?: string;
}

/** Takes the spot instances of a training job away, as EC2 does when it needs the capacity. */
export async function interruptSpot(
  account: RunningAccount,
  job: string,
  { afterCheckpoint, away }: Interruption,
): Promise<void> {
  const url = new URL('/spot', account.clock);
  url.searchParams.set('interrupt', job);
  if (afterCheckpoint) url.searchParams.set('after', 'checkpoint');
  if (away !== undefined) url.searchParams.set('away', away);
  const response = await fetch(url, { method: 'POST' }).catch((error: unknown) => {
    throw new CommandFailed(`The account "${account.name}" cannot be reached: ${String(error)}`);
  });
  const { error } = (await response.json()) as { readonly error?: string };
  if (!response.ok) throw new CommandFailed(`The training job was not interrupted. ${error ?? response.status}`);
}
