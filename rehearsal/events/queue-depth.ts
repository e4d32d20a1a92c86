import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';

import type { Platform, ServiceCall } from '../platform';

const MINUTE = 60_000;

/** SQS's metric of what waits in a queue, each minute ("Available CloudWatch metrics for Amazon SQS"). Asked are only queues that hold something. */
export class QueueDepth {
  private readonly holding = new Set<string>();
  private cancel: () => void = () => undefined;

  constructor(private readonly platform: Platform) {}

  start(): void {
    this.cancel = this.platform.clock.schedule(
      (after) => (Math.floor(after / MINUTE) + 1) * MINUTE,
      () => (this.holding.size === 0 ? undefined : this.publish()),
    );
  }

  stop(): void {
    this.cancel();
  }

  observe({ service, operation, input }: ServiceCall): void {
    if (service === 'sqs' && /^SendMessage/.test(operation)) this.holding.add(String(input.QueueUrl));
  }

  private async publish(): Promise<void> {
    const { endpoint, region, backstage } = this.platform;
    const sqs = new SQSClient({ endpoint, region, credentials: backstage, maxAttempts: 1 });
    try {
      for (const url of this.holding) {
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] }));
        const visible = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
        const dimensions = { QueueName: url.slice(url.lastIndexOf('/') + 1) };
        this.platform.putMetric({ namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', dimensions, value: visible, unit: 'Count' });
        if (visible === 0 && Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0) === 0) this.holding.delete(url);
      }
    } catch (error) {
      // A queue that is gone holds nothing.
      if (!/NonExistent|DoesNotExist/.test((error as Error).name)) throw error;
      this.holding.clear();
    } finally {
      sqs.destroy();
    }
  }
}
