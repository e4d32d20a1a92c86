import { AwsError } from '../../platform';
import type { Stream } from './stream';

type Input = Readonly<Record<string, unknown>>;

function common({ settings }: Stream, status: string) {
  const { name, arn, createdAt, retentionHours, keyId } = settings;
  return {
    StreamName: name,
    StreamARN: arn,
    StreamStatus: status,
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    RetentionPeriodHours: retentionHours,
    // In seconds, as the API shows it.
    StreamCreationTimestamp: new Date(Math.floor(createdAt / 1000) * 1000),
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: keyId === undefined ? 'NONE' : 'KMS',
    ...(keyId === undefined ? {} : { KeyId: keyId }),
  };
}

/** "The default value is 100. If you specify a value greater than 100, at most 100 results are returned." */
export function describeStream(stream: Stream, input: Input, now: number): unknown {
  const after = input.ExclusiveStartShardId as string | undefined;
  const all = stream.shards.filter(({ id }) => after === undefined || id > after);
  const shards = all.slice(0, Math.min(100, Number(input.Limit ?? 100)));
  return {
    StreamDescription: {
      ...common(stream, stream.status(now)),
      Shards: shards.map((shard) => shard.describe()),
      HasMoreShards: shards.length < all.length,
    },
  };
}

export function describeSummary(stream: Stream, now: number): unknown {
  return {
    StreamDescriptionSummary: {
      ...common(stream, stream.status(now)),
      OpenShardCount: stream.shards.length,
      ConsumerCount: 0,
    },
  };
}

/** "MaxResults ... If you don't specify this value, at most 1000" (ListShards). A token names stream and shard. */
export function listShards(find: (input: Input) => Stream, input: Input): unknown {
  const { NextToken, MaxResults, ShardFilter } = input as {
    NextToken?: string;
    MaxResults?: number;
    ShardFilter?: { Type: string };
  };
  // Without splits and merges, all shards are open and as old as their stream.
  if (ShardFilter !== undefined && !['AT_LATEST', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON'].includes(ShardFilter.Type))
    throw new AwsError(
      'UnsupportedOperation',
      `kinesis: ShardFilter ${ShardFilter.Type} is not supported by the local account`,
    );
  const named = input.StreamName ?? input.StreamARN;
  // AWS: kinesis/tokens-of-lists-of-shards
  if (NextToken !== undefined && input.StreamName !== undefined)
    throw new AwsError('InvalidArgumentException', 'NextToken and StreamName cannot be provided together.');
  // AWS: kinesis/tokens-of-lists-of-shards
  if (NextToken === undefined && named === undefined)
    throw new AwsError('InvalidArgumentException', 'Either NextToken or StreamName should be provided.');
  const [name, after] = NextToken === undefined ? [undefined, input.ExclusiveStartShardId] : tokenOf(NextToken);
  const stream = find(name === undefined ? input : { StreamName: name });
  const all = stream.shards.filter(({ id }) => after === undefined || id > String(after));
  const shards = all.slice(0, MaxResults ?? 1000);
  return {
    Shards: shards.map((shard) => shard.describe()),
    ...(shards.length < all.length
      ? { NextToken: Buffer.from(JSON.stringify([stream.settings.name, shards.at(-1)?.id])).toString('base64') }
      : {}),
  };
}

function tokenOf(token: string): [string, string] {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as [string, string];
  } catch {
    // AWS: kinesis/tokens-of-lists-of-shards
    throw new AwsError('InvalidArgumentException', 'NextToken is invalid.');
  }
}

/** "The default value is 100" (ListStreams, Limit). The token is the name of the last stream. */
export function listStreams(streams: readonly Stream[], input: Input, now: number): unknown {
  const after = (input.ExclusiveStartStreamName ?? input.NextToken) as string | undefined;
  const all = streams.filter(({ settings }) => after === undefined || settings.name > after);
  const page = all.slice(0, Number(input.Limit ?? 100));
  const more = page.length < all.length;
  return {
    StreamNames: page.map(({ settings }) => settings.name),
    HasMoreStreams: more,
    StreamSummaries: page.map((stream) => {
      const { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp } = common(
        stream,
        stream.status(now),
      );
      return { StreamName, StreamARN, StreamStatus, StreamModeDetails, StreamCreationTimestamp };
    }),
    ...(more ? { NextToken: page.at(-1)?.settings.name } : {}),
  };
}

export function tagList(tags: Readonly<Record<string, string>>, input: Input): unknown {
  const after = input.ExclusiveStartTagKey as string | undefined;
  const all = Object.entries(tags)
    .sort()
    .filter(([key]) => after === undefined || key > after);
  const page = all.slice(0, Number(input.Limit ?? 50));
  return { Tags: page.map(([Key, Value]) => ({ Key, Value })), HasMoreTags: page.length < all.length };
}
