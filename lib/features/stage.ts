import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';

/** What other stages use of the stream and its features. Names are text, so that no export ties the stacks together. */
export interface FeaturesStage {
  readonly streamName: string;
  readonly deliveryStreamName: string;
  readonly consumerName: string;
  readonly writerName: string;
  /** Events that were refused, and batches that were given up. */
  readonly refusedEvents: DeadLetterQueue;
  /** Moments whose state was not written. */
  readonly missedMoments: DeadLetterQueue;
}
