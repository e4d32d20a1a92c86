import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { VirtualClock } from '../../events/clock';
import { type EventServices, startEvents } from '../../events/start-events';
import type { PlatformHost } from '../../gateway/platform-host';
import { testPlatform } from '../fixtures/test-platform';

describe('the metric of what waits in a queue', () => {
  const clock = new VirtualClock();
  const published: number[] = [];
  let host: PlatformHost;
  let events: EventServices;
  let sqs: SQSClient;

  beforeAll(async () => {
    host = await testPlatform({ clock });
    events = startEvents(host);
    host.onMetric(({ name, value }) => void (name === 'ApproximateNumberOfMessagesVisible' && published.push(value)));
    sqs = new SQSClient({
      endpoint: host.platform.endpoint,
      region: 'eu-west-1',
      credentials: host.platform.administrator,
    });
  }, 60_000);

  afterAll(async () => {
    sqs.destroy();
    await events.stop();
    await host.stop();
    clock.stop();
  });

  test('is published each minute, checks once after a call, and ends when the queue is empty', async () => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'kept' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const send = jest.spyOn(SQSClient.prototype, 'send');
    await clock.advance(10 * 60_000);
    expect(published).toEqual(Array(10).fill(1));
    expect(send).toHaveBeenCalledTimes(1);
    send.mockRestore();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'two' }));
    await clock.advance(60_000);
    expect(published.at(-1)).toBe(2);
    for (let left = 2; left > 0; left -= 1) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
    }
    await clock.advance(60_000);
    expect(published.at(-1)).toBe(0);
    const sofar = published.length;
    await clock.advance(5 * 60_000);
    expect(published).toHaveLength(sofar);
  });
});
