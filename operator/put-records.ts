import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CommandFailed } from './errors';

export interface StreamRecord {
  /** Records of one key stay in order, on one shard. */
  readonly key: string;
  readonly data: string;
}

export interface PutSettings {
  readonly streamName: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface PutResult {
  readonly records: number;
  /** Records that were sent again, counted each time. */
  readonly retried: number;
}

/** Limits of one PutRecords request; a record's key counts, too. */
const mostRecords = 500;
const mostBytes = 5 * 1024 * 1024;
const attempts = 12;

/**
 * Puts records on a stream, and again those that a full shard refused: PutRecords succeeds although a part of it
 * failed (DATA-04: what a stream brings to deal with). A record that is sent again may come after later ones, and
 * one whose answer was lost comes twice, which the consumer expects.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 */
export async function putRecords(
  kinesis: Pick<KinesisClient, 'send'>,
  records: readonly StreamRecord[],
  { streamName, sleep }: PutSettings,
): Promise<PutResult> {
  let retried = 0;
  for (const part of parts(records)) {
    let left: readonly StreamRecord[] = part;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === attempts)
        throw new CommandFailed(
          `The stream ${streamName} refused ${left.length} records in ${attempts} attempts.`,
          'A shard takes 1,000 records a second: send slower, or set streaming.shards in lib/config.ts.',
        );
      if (attempt > 0) {
        retried += left.length;
        // A shard has room again in the next second.
        await sleep(Math.min(1_000, 100 * 2 ** attempt));
      }
      const sent = left;
      const { Records = [] } = await kinesis.send(
        new PutRecordsCommand({
          StreamName: streamName,
          Records: sent.map(({ key, data }) => ({ PartitionKey: key, Data: Buffer.from(data) })),
        }),
      );
      left = sent.filter((_, at) => Records[at]?.ErrorCode !== undefined);
    }
  }
  return { records: records.length, retried };
}

function* parts(records: readonly StreamRecord[]): Generator<StreamRecord[]> {
  let part: StreamRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.data) + Buffer.byteLength(record.key);
    if (part.length === mostRecords || bytes + size > mostBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
