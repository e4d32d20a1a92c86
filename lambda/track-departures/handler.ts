import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { requiredList, requiredNumber, requiredText } from '../environment/required';
import { FlightTable } from './flight-table';
import { track } from './track';

const airports = requiredList('AIRPORTS');
const refusedQueueUrl = requiredText('REFUSED_QUEUE_URL');
const sqs = new SQSClient({});
const flights = new FlightTable(new DynamoDBClient({}), {
  tableName: requiredText('FLIGHT_TABLE'),
  keptHours: requiredNumber('KEPT_HOURS'),
});

interface KinesisEvent {
  readonly Records: readonly {
    readonly kinesis: { readonly sequenceNumber: string; readonly partitionKey: string; readonly data: string };
  }[];
}

/** Called by the event source mapping with records of one shard, in their order. */
export async function handler({ Records }: KinesisEvent) {
  const records = Records.map(({ kinesis: { sequenceNumber, partitionKey, data } }) => ({
    sequenceNumber,
    partitionKey,
    data: Buffer.from(data, 'base64').toString('utf8'),
  }));
  const failed = await track(records, {
    airports,
    flights,
    refuse: async (record) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: refusedQueueUrl, MessageBody: JSON.stringify(record) }));
    },
    log: (message) => console.warn(message),
  });
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
