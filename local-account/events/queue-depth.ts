import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';

import type { Platform, ServiceCall } from '../platform';
import { jsonSnapshot } from '../snapshot/snapshot';

const MINUTE = 60_000;

/**
 * SQS's metric of visible messages, each minute ("Available CloudWatch metrics for Amazon SQS"). Only queues that hold
 * messages are checked, and only after a call: without one their depth does not change.
 */
export class QueueDepth {
  /** URL -> visible messages at the last check. */
  private readonly holding = new Map<string, number>();
  /** Queues that had a call since. */
  private readonly touched = new Set<string>();
  private cancel: () => void = () => undefined;
  private asking: Promise<void> = Promise.resolve();

  constructor(private readonly platform: Platform) {}

  readonly snapshot = jsonSnapshot(
    'queue-depth',
    () => ({ holding: [...this.holding], touched: [...this.touched] }),
    ({ holding, touched }) => {
      for (const [url, visible] of holding) this.holding.set(url, visible);
      for (const url of touched) this.touched.add(url);
    },
  );

  start(): void {
    this.cancel = this.platform.clock.schedule(
      (after) => (Math.floor(after / MINUTE) + 1) * MINUTE,
      () => {
        // The minute ends when it is known what waits.
        if (this.touched.size > 0) return this.platform.clock.working((this.asking = this.ask()));
        for (const [url, visible] of this.holding) this.publish(url, visible);
        return undefined;
      },
    );
  }

  async stop(): Promise<void> {
    this.cancel();
    await this.asking.catch(() => undefined);
  }

  observe({ service, operation, input }: ServiceCall): void {
    if (service !== 'sqs' || operation === 'GetQueueAttributes') return;
    const url = String(input.QueueUrl);
    if (operation.startsWith('SendMessage') || this.holding.has(url)) this.touched.add(url);
  }

  private async ask(): Promise<void> {
    const { endpoint, region, internalCredentials } = this.platform;
    const sqs = new SQSClient({ endpoint, region, credentials: internalCredentials, maxAttempts: 1 });
    try {
      for (const url of [...this.touched]) {
        // Before the check: a message that arrives meanwhile needs another check.
        this.touched.delete(url);
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl: url,
            AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
          }),
        );
        const visible = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
        const received = Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
        this.holding.set(url, visible);
        // Messages that were received and not deleted become visible again.
        if (received > 0) this.touched.add(url);
      }
      for (const [url, visible] of this.holding) {
        this.publish(url, visible);
        if (visible === 0 && !this.touched.has(url)) this.holding.delete(url);
      }
    } catch (error) {
      // A queue that is gone holds nothing.
      if (!/NonExistent|DoesNotExist/.test((error as Error).name)) throw error;
      this.holding.clear();
      this.touched.clear();
    } finally {
      sqs.destroy();
    }
  }

  private publish(url: string, visible: number): void {
    const dimensions = { QueueName: url.slice(url.lastIndexOf('/') + 1) };
    this.platform.putMetric({
      namespace: 'AWS/SQS',
      name: 'ApproximateNumberOfMessagesVisible',
      dimensions,
      value: visible,
      unit: 'Count',
    });
  }
}
