import { randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

import type { Credentials, Platform } from '../../../platform';
import { kinesisEvent, type Source, type SourceRecord } from './kinesis-event';

export interface Discarded {
  readonly destination: string;
  readonly mapping: string;
  readonly functionArn: string;
  readonly source: Source;
  readonly records: readonly SourceRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** How often the function was called with them. */
  readonly invocations: number;
  /** Whether the last call ended in an error of the function. */
  readonly failed: boolean;
}

/**
 * Sends what is known of discarded records to a queue, a topic or a bucket, as the function's role ("Retain discarded
 * batch records for a Kinesis Data Streams event source"). Only a bucket gets the records themselves.
 */
export async function sendDiscarded(platform: Platform, credentials: Credentials, what: Discarded): Promise<void> {
  const { endpoint, region, accountId, clock } = platform;
  const options = { endpoint, region, credentials, maxAttempts: 2 };
  const { destination } = what;
  const now = new Date(clock.now());
  const document = invocationRecord(what, now);
  const kind = destination.split(':')[2];
  const client =
    kind === 'sns'
      ? new SNSClient(options)
      : kind === 's3'
        ? new S3Client({ ...options, forcePathStyle: true })
        : new SQSClient(options);
  try {
    if (client instanceof SNSClient)
      await client.send(new PublishCommand({ TopicArn: destination, Message: JSON.stringify(document) }));
    else if (client instanceof S3Client) {
      const payload = JSON.stringify(kinesisEvent(what.records, what.source));
      const Key = objectKey(what.mapping, what.source.shardId, now);
      const Body = JSON.stringify({ ...document, payload });
      await client.send(new PutObjectCommand({ Bucket: destination.split(':').pop(), Key, Body }));
    } else {
      const QueueUrl = `${endpoint}/${accountId}/${destination.split(':').pop() ?? ''}`;
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(document) }));
    }
  } finally {
    client.destroy();
  }
}

function invocationRecord({ functionArn, source, records, condition, invocations, failed }: Discarded, now: Date) {
  const [first, last] = [records[0], records[records.length - 1]];
  return {
    requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: invocations },
    ...(invocations > 0
      ? {
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            ...(failed ? { functionError: 'Unhandled' } : {}),
          },
        }
      : {}),
    version: '1.0',
    timestamp: now.toISOString(),
    KinesisBatchInfo: {
      shardId: source.shardId,
      startSequenceNumber: first.SequenceNumber,
      endSequenceNumber: last.SequenceNumber,
      approximateArrivalOfFirstRecord: first.ApproximateArrivalTimestamp.toISOString(),
      approximateArrivalOfLastRecord: last.ApproximateArrivalTimestamp.toISOString(),
      batchSize: records.length,
      streamArn: source.streamArn,
    },
  };
}

/** Aws/lambda/<ESM-UUID>/<shardID>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<Random UUID> */
function objectKey(mapping: string, shardId: string, now: Date): string {
  const time = now.toISOString().slice(0, 19);
  return `aws/lambda/${mapping}/${shardId}/${time.slice(0, 10).replaceAll('-', '/')}/${time.replaceAll(':', '.')}-${randomUUID()}`;
}
