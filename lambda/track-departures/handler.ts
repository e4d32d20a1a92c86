import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { FlightTable } from './flight-table';
import { track } from './track';

const airports = (process.env.AIRPORTS ?? '').split(',');
const sqs = new SQSClient({});
const flights = new FlightTable(new DynamoDBClient({}), {
  tableName: process.env.FLIGHT_TABLE ?? '',
  keptHours: Number(process.env.KEPT_HOURS),
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
      await sqs.send(
        new SendMessageCommand({ QueueUrl: process.env.REFUSED_QUEUE_URL, MessageBody: JSON.stringify(record) }),
      );
    },
    log: (message) => console.warn(message),
  });
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
