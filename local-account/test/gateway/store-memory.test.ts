import { execFileSync } from 'node:child_process';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { PlatformHost } from '../../gateway/platform-host';
import { clientOf, testPlatform } from '../fixtures/test-platform';

const MESSAGES = 300;
const SIZE = 200_000;

describe('the memory of the store', () => {
  let host: PlatformHost;
  beforeAll(async () => {
    host = await testPlatform();
  }, 60_000);
  afterAll(() => host?.stop());

  /** MB of the store's process, a child of this one. */
  const megabytes = (): number => {
    const lines = execFileSync('ps', ['-A', '-o', 'ppid=,rss=,args='], { encoding: 'utf8' }).split('\n');
    const store = lines.find((line) => line.includes('moto_server.py') && Number.parseInt(line, 10) === process.pid);
    return Number(store?.trim().split(/\s+/)[1]) / 1024;
  };

  test('does not grow by what has been deleted', async () => {
    const sqs = new SQSClient(clientOf(host));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'queue' }));
    const passMessages = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += 1) {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(SIZE) }));
        const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
      }
    };
    await passMessages(30);
    const before = megabytes();
    expect(before).toBeGreaterThan(20);
    await passMessages(MESSAGES);
    expect(megabytes() - before).toBeLessThan((MESSAGES * SIZE) / 1e6 / 2);
  }, 120_000);
});
