import { AwsError, type Platform, type ServiceCall } from '../../platform';
import { readIterator, writeIterator } from '../../shard-iterator';
import type { StreamAccess } from './access';
import { useKey } from './encryption';
import { readSequenceNumber } from './sequence-number';
import type { Shard, Stream } from './stream';

/** "The maximum size of data that GetRecords can return is 10 MiB" (GetRecords). */
const ANSWER = 10 * 1024 * 1024;
/** "A shard iterator expires 5 minutes after it is returned to the requester" (GetShardIterator). */
const ITERATOR_LIVES = 300_000;

interface IteratorInput {
  readonly ShardId: string;
  readonly ShardIteratorType: string;
  readonly StartingSequenceNumber?: string;
  readonly Timestamp?: Date;
}

export function getShardIterator(platform: Platform, stream: Stream, input: IteratorInput): unknown {
  const { name } = stream.settings;
  const shard = stream.shards.find(({ id }) => id === input.ShardId);
  if (shard === undefined) throw noShard(platform, name, input.ShardId);
  const next = startOf(platform, stream, shard, input);
  const ShardIterator = writeIterator({ stream: name, shard: shard.id, next, issued: platform.clock.now() });
  return { ShardIterator };
}

/** AWS: kinesis/iterators-begin-where-their-type-says */
function startOf(platform: Platform, stream: Stream, shard: Shard, input: IteratorInput): number {
  const { ShardIteratorType: type, StartingSequenceNumber: number, Timestamp: time } = input;
  const refuse = (words: string): never => {
    throw new AwsError('InvalidArgumentException', words);
  };
  const either =
    'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ';
  const bySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (bySequence !== (number !== undefined))
    refuse(`${either}Request specified ${type} and ${bySequence ? 'no' : 'also a'} StartingSequenceNumber.`);
  if (number !== undefined) {
    const { name } = stream.settings;
    const used = `StartingSequenceNumber ${number} used in GetShardIterator on shard ${shard.id} in stream ${name} under account ${platform.accountId} is invalid`;
    const sequence = readSequenceNumber(number) ?? refuse(`${used}.`);
    if (sequence.shard !== shard.number)
      refuse(
        `Invalid StartingSequenceNumber. It encodes shardId-${String(sequence.shard).padStart(12, '0')}, while it was used in a call to a shard with ${shard.id}`,
      );
    if (sequence.createdAt !== Math.floor(stream.settings.createdAt / 1000) * 1000)
      refuse(`${used} because it did not come from this stream.`);
    return Math.max(shard.log.first, sequence.index + (type === 'AT_SEQUENCE_NUMBER' ? 0 : 1));
  }
  if (type === 'TRIM_HORIZON') return shard.log.first;
  if (type === 'LATEST') return shard.log.next;
  if (time === undefined)
    return refuse(
      'Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.',
    );
  const now = platform.clock.now();
  if (time.getTime() > now)
    refuse(
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${time.getTime()}, currentTimestampInMillis: ${now}`,
    );
  return shard.log.since(time.getTime());
}

export function getRecords(
  access: StreamAccess,
  streamOf: (name: string) => Stream | undefined,
  { input, principal }: ServiceCall,
): unknown {
  const { platform, metrics } = access;
  const now = platform.clock.now();
  const iterator = readIterator(String(input.ShardIterator));
  // AWS: kinesis/iterators-begin-where-their-type-says
  if (iterator === undefined) throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
  const { stream: name, issued } = iterator;
  // AWS: kinesis/iterators-expire
  if (now - issued > ITERATOR_LIVES)
    throw new AwsError(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${utc(issued)} while right now it is ${utc(now)} which is further in the future than the tolerated delay of ${ITERATOR_LIVES} milliseconds.`,
    );
  const stream = streamOf(name);
  const shard = stream?.shards.find(({ id }) => id === iterator.shard);
  if (stream === undefined || shard === undefined || stream.status(now) === 'DELETING')
    throw noShard(platform, name, iterator.shard);
  useKey(platform, principal, stream, 'kms:Decrypt');
  if (!shard.throughput.mayRead(now)) {
    metrics.add(name, { ReadProvisionedThroughputExceeded: 1, 'GetRecords.Success': 0 });
    // AWS: kinesis/shards-have-a-throughput
    throw new AwsError(
      'ProvisionedThroughputExceededException',
      `Rate exceeded for shard ${shard.id} in stream ${name} under account ${platform.accountId}.`,
    );
  }
  const found = recordsFrom(stream, shard, iterator.next, Number(input.Limit ?? 10_000), now);
  shard.throughput.gave(found.bytes, now);
  metrics.add(name, {
    'GetRecords.Success': 1,
    'GetRecords.Records': found.records.length,
    'GetRecords.Bytes': found.bytes,
    ReadProvisionedThroughputExceeded: 0,
  });
  metrics.age(name, 'GetRecords.IteratorAgeMilliseconds', found.behind);
  return {
    Records: found.records,
    NextShardIterator: writeIterator({ ...iterator, next: found.next, issued: now }),
    MillisBehindLatest: found.behind,
  };
}

function recordsFrom(stream: Stream, shard: Shard, from: number, limit: number, now: number) {
  const horizon = stream.horizon(now);
  const EncryptionType = stream.settings.keyId === undefined ? 'NONE' : 'KMS';
  const records: object[] = [];
  let [bytes, next, lastAt] = [0, from, now];
  shard.log.read(from, ({ at, key, data }, index) => {
    if (at < horizon) {
      next = index + 1;
      return true;
    }
    if (records.length >= limit || (records.length > 0 && bytes + data.length > ANSWER)) return false;
    records.push({
      SequenceNumber: shard.sequence(index, at),
      ApproximateArrivalTimestamp: new Date(at),
      Data: data,
      PartitionKey: key,
      EncryptionType,
    });
    bytes += data.length;
    next = index + 1;
    lastAt = at;
    return true;
  });
  // Whoever has read all is not behind, however old the newest record is.
  return { records, bytes, next, behind: next < shard.log.next ? Math.max(0, now - lastAt) : 0 };
}

function noShard({ accountId }: Platform, stream: string, shard: string): AwsError {
  const words = `Shard ${shard} in stream ${stream} under account ${accountId} does not exist`;
  return new AwsError('ResourceNotFoundException', words);
}

/** Thu Jan 22 01:22:02 UTC 2015 */
function utc(time: number): string {
  const [, day = '', date = '', month = '', year = '', clock = ''] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(new Date(time).toUTCString()) ?? [];
  return `${day} ${month} ${date} ${clock} UTC ${year}`;
}
