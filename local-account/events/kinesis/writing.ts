import { AwsError } from '../../platform';
import type { StreamAccess } from './access';
import type { Stream } from './stream';

interface Entry {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  readonly ExplicitHashKey?: string;
}

/** "up to a limit of 5 MiB for the entire request, including partition keys" (PutRecords). */
const REQUEST = 5 * 1024 * 1024;
const FULL = 'ProvisionedThroughputExceededException';

interface Written {
  readonly ShardId: string;
  readonly SequenceNumber: string;
}
interface Refused {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const sizeOf = ({ Data, PartitionKey }: Entry): number => Data.length + Buffer.byteLength(PartitionKey);

export function putRecord(access: StreamAccess, stream: Stream, input: Entry): unknown {
  const { name } = stream.settings;
  const answer = write(access, stream, input, access.platform.clock.now());
  if ('ErrorCode' in answer) {
    access.metrics.add(name, { WriteProvisionedThroughputExceeded: 1, 'PutRecord.Success': 0 });
    // AWS: kinesis/shards-have-a-throughput
    throw new AwsError(answer.ErrorCode, answer.ErrorMessage);
  }
  const bytes = sizeOf(input);
  access.metrics.add(name, {
    IncomingRecords: 1,
    IncomingBytes: bytes,
    WriteProvisionedThroughputExceeded: 0,
    'PutRecord.Success': 1,
    'PutRecord.Bytes': bytes,
  });
  access.arrived(stream);
  return { ...answer, EncryptionType: stream.settings.keyId === undefined ? 'NONE' : 'KMS' };
}

export function putRecords(access: StreamAccess, stream: Stream, { Records }: { readonly Records: Entry[] }): unknown {
  const sizes = Records.map(sizeOf);
  // AWS: kinesis/requests-have-a-size
  if (sizes.reduce((sum, size) => sum + size, 0) > REQUEST)
    throw new AwsError('InvalidArgumentException', 'Records size exceeds 5 MB limit');
  const now = access.platform.clock.now();
  let [failed, bytes] = [0, 0];
  const answers = Records.map((entry, index) => {
    const answer = write(access, stream, entry, now, sizes[index]);
    if ('ErrorCode' in answer) failed += 1;
    else bytes += sizes[index];
    return answer;
  });
  const stored = Records.length - failed;
  access.metrics.add(stream.settings.name, {
    IncomingRecords: stored,
    IncomingBytes: bytes,
    WriteProvisionedThroughputExceeded: failed,
    'PutRecords.Success': stored > 0 ? 1 : 0,
    'PutRecords.Bytes': bytes,
    'PutRecords.TotalRecords': Records.length,
    'PutRecords.SuccessfulRecords': stored,
    'PutRecords.ThrottledRecords': failed,
    'PutRecords.FailedRecords': 0,
  });
  if (stored > 0) access.arrived(stream);
  return {
    FailedRecordCount: failed,
    Records: answers,
    EncryptionType: stream.settings.keyId === undefined ? 'NONE' : 'KMS',
  };
}

/** AWS: kinesis/shards-have-a-throughput */
function write(
  { platform }: StreamAccess,
  stream: Stream,
  entry: Entry,
  now: number,
  size = sizeOf(entry),
): Written | Refused {
  const { Data: data, PartitionKey: key, ExplicitHashKey } = entry;
  const shard = stream.shardOf(key, ExplicitHashKey);
  // AWS: kinesis/hash-keys-have-128-bits
  if (shard === undefined)
    throw new AwsError(
      'InvalidArgumentException',
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  if (!shard.throughput.writes(size, now)) {
    const words = `Rate exceeded for shard ${shard.id} in stream ${stream.settings.name} under account ${platform.accountId}.`;
    return { ErrorCode: FULL, ErrorMessage: words };
  }
  const index = shard.log.append({ at: now, key, data });
  return { ShardId: shard.id, SequenceNumber: shard.sequence(index, now) };
}
