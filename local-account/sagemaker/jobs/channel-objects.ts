import { createHash } from 'node:crypto';
import type { Channel } from '@aws-sdk/client-sagemaker';
import type { Fetch } from '../container/transfer';

/** Which of a job's hosts gets its share. */
export interface HostShare {
  readonly index: number;
  readonly count: number;
}

/**
 * The objects that one host gets in one epoch, in order. With ShuffleConfig the order is another one in each epoch, and
 * is drawn before the objects are shared out, so that a host gets others each time.
 */
// AWS: sagemaker-jobs/shuffled-by-object
export function objectsOf(channel: Channel, all: readonly Fetch[], host: HostShare, epoch: number): Fetch[] {
  const seed = channel.ShuffleConfig?.Seed;
  const ordered = seed === undefined ? [...all] : shuffled(all, `${seed} ${epoch}`);
  return channel.DataSource?.S3DataSource?.S3DataDistributionType === 'ShardedByS3Key'
    ? ordered.filter((_, index) => index % host.count === host.index)
    : ordered;
}

/** Sorted by a digest: the same seed gives the same order on every host. */
function shuffled(all: readonly Fetch[], seed: string): Fetch[] {
  const rank = ({ bucket, key }: Fetch): string =>
    createHash('sha256').update(`${seed} ${bucket}/${key}`).digest('hex');
  return all
    .map((object) => [rank(object), object] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, object]) => object);
}
