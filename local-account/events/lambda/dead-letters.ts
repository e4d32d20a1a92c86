import { randomUUID } from 'node:crypto';

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import type { Platform } from '../../platform';

export interface DeadEvent {
  /** A queue or a topic. */
  readonly target: string;
  readonly functionArn: string;
  /** Lambda sends dead letters with the function's own role; the queue's policy need not know Lambda. */
  readonly roleArn: string;
  readonly payload: string;
  readonly message: string;
}

/** "Adding a dead-letter queue" (Lambda): the event itself, with the error in attributes. */
export async function bury(
  platform: Platform,
  { target, functionArn, roleArn, payload, message }: DeadEvent,
): Promise<void> {
  const name = functionArn.split(':').pop() ?? '';
  const credentials = await platform.assumeRole('lambda.amazonaws.com', roleArn, name, functionArn);
  const configuration = { endpoint: platform.endpoint, region: platform.region, credentials, maxAttempts: 1 };
  const MessageAttributes = {
    RequestID: { DataType: 'String', StringValue: randomUUID() },
    ErrorCode: { DataType: 'Number', StringValue: '200' },
    ErrorMessage: { DataType: 'String', StringValue: message.slice(0, 1024) || 'Unknown' },
  };
  const client = target.split(':')[2] === 'sns' ? new SNSClient(configuration) : new SQSClient(configuration);
  try {
    const sent =
      client instanceof SNSClient
        ? client.send(new PublishCommand({ TopicArn: target, Message: payload, MessageAttributes }))
        : client.send(
            new SendMessageCommand({ QueueUrl: queueUrl(platform, target), MessageBody: payload, MessageAttributes }),
          );
    await platform.clock.working<unknown>(sent);
  } finally {
    client.destroy();
  }
}

function queueUrl({ endpoint, accountId }: Platform, queueArn: string): string {
  return `${endpoint}/${accountId}/${queueArn.split(':').pop() ?? ''}`;
}
