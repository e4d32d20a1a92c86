import { matches, parsePattern } from '../../event-pattern';

/** A record as a reader of the stream gets it. */
export interface SourceRecord {
  readonly SequenceNumber: string;
  readonly PartitionKey: string;
  readonly Data: Uint8Array;
  readonly ApproximateArrivalTimestamp: Date;
}

/** Who reads what. */
export interface Source {
  readonly streamArn: string;
  readonly shardId: string;
  readonly roleArn: string;
  readonly region: string;
}

/** The event of "Using Lambda to process records from Amazon Kinesis Data Streams". */
export function kinesisEvent(records: readonly SourceRecord[], source: Source): { readonly Records: object[] } {
  return {
    Records: records.map((record) => ({
      kinesis: kinesisPart(record, Buffer.from(record.Data).toString('base64')),
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${source.shardId}:${record.SequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: source.roleArn,
      awsRegion: source.region,
      eventSourceARN: source.streamArn,
    })),
  };
}

function kinesisPart(record: SourceRecord, data: unknown): object {
  return {
    kinesisSchemaVersion: '1.0',
    partitionKey: record.PartitionKey,
    sequenceNumber: record.SequenceNumber,
    data,
    approximateArrivalTimestamp: record.ApproximateArrivalTimestamp.getTime() / 1000,
  };
}

/** Bytes of a record in an event: "the payload limit of 6 MB" counts them. */
export function payloadOf({ Data, PartitionKey }: SourceRecord): number {
  return Math.ceil(Data.length / 3) * 4 + Buffer.byteLength(PartitionKey) + 600;
}

/**
 * "Control which events Lambda sends to your function": a record passes when one of the patterns fits, with its data
 * decoded. Data that is no JSON fits no pattern of fields.
 */
export function filterOf(patterns: readonly string[]): (record: SourceRecord) => boolean {
  if (patterns.length === 0) return () => true;
  const parsed = patterns.map(parsePattern);
  return (record) => {
    const text = Buffer.from(record.Data).toString('utf8');
    let data: unknown = text;
    try {
      data = JSON.parse(text);
    } catch {
      // Plain text can still be matched as such.
    }
    const event = kinesisPart(record, data);
    return parsed.some((pattern) => matches(pattern, event));
  };
}
