import { randomUUID } from 'node:crypto';
import {
  DescribeStreamCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis';

import { AwsError, type Credentials, type Platform } from '../../../platform';
import { parsePattern } from '../../event-pattern';
import { sendDiscarded } from './failure-destination';
import { checkDestination, checkSource } from './role-checks';
import { describe, type MappedFunction, type Mapping, type MappingInput, settingsOf } from './settings';
import { type ReaderAccess, ShardReader } from './shard-reader';
import { refuseUndoneMapping } from './undone-mappings';

/** Knows when a stream has got records. */
export interface Arrivals {
  onArrival(streamArn: string, listener: () => void): () => void;
}

interface Running {
  readonly readers: readonly ShardReader[];
  readonly end: () => void;
}

interface Session {
  readonly roleArn: string;
  readonly credentials: Credentials;
  readonly kinesis: KinesisClient;
}

/** Event source mappings: they read streams as the function's role, and call the function. */
export class EventSourceMappings {
  private readonly mappings = new Map<string, Mapping>();
  private readonly running = new Map<string, Running>();
  private readonly sessions = new Map<string, Promise<Session>>();

  /** @param find a function by name or ARN; throws where there is none */
  constructor(
    private readonly platform: Platform,
    private readonly arrivals: Arrivals,
    private readonly find: (nameOrArn: string | undefined) => MappedFunction,
  ) {}

  state(): readonly Mapping[] {
    return [...this.mappings.values()];
  }

  take(mappings: readonly Mapping[]): void {
    for (const mapping of mappings) this.mappings.set(mapping.uuid, mapping);
  }

  /** After a restart, each goes on behind the last records that were done with. */
  resume(): void {
    for (const mapping of this.mappings.values()) if (mapping.enabled) this.start(mapping);
  }

  stop(): void {
    for (const { uuid } of this.mappings.values()) this.end(uuid);
  }

  /** The mapping's ARN, if it is one of a mapping here. */
  arnOf(resource: string | undefined): string | undefined {
    return [...this.mappings.values()].find(({ arn }) => arn === resource)?.arn;
  }

  async create(input: MappingInput): Promise<object> {
    refuseUndoneMapping(input);
    const { partition, region, accountId, clock } = this.platform;
    const hosted = this.find(input.FunctionName);
    const streamArn = input.EventSourceArn ?? '';
    this.check(input, hosted, streamArn);
    if ([...this.mappings.values()].some((one) => one.streamArn === streamArn && one.functionArn === hosted.arn))
      throw new AwsError(
        'ResourceConflictException',
        `An event source mapping with Kinesis arn (" ${streamArn} ") and function (" ${hosted.name} ") already exists. Please update or delete the existing mapping with UUID ${this.uuidOf(streamArn, hosted.arn)}`,
        409,
      );
    const uuid = randomUUID();
    const mapping: Mapping = {
      uuid,
      arn: `arn:${partition}:lambda:${region}:${accountId}:event-source-mapping:${uuid}`,
      streamArn,
      startingPosition: input.StartingPosition!,
      startingTimestamp: input.StartingPositionTimestamp,
      functionArn: hosted.arn,
      settings: settingsOf(input),
      enabled: input.Enabled ?? true,
      lastModified: new Date(clock.now()),
      result: 'No records processed',
      positions: {},
    };
    await this.locate(mapping);
    this.mappings.set(uuid, mapping);
    if (mapping.enabled) this.start(mapping);
    return describe(mapping, 'Creating');
  }

  get(uuid: string): object {
    return describe(this.mapping(uuid));
  }

  list({ EventSourceArn, FunctionName }: MappingInput): object[] {
    const arn = FunctionName === undefined ? undefined : this.find(FunctionName).arn;
    return [...this.mappings.values()]
      .filter((one) => EventSourceArn === undefined || one.streamArn === EventSourceArn)
      .filter((one) => arn === undefined || one.functionArn === arn)
      .map((one) => describe(one));
  }

  update(uuid: string, input: MappingInput): object {
    refuseUndoneMapping(input);
    const mapping = this.mapping(uuid);
    const hosted = this.find(input.FunctionName ?? mapping.functionArn);
    const settings = settingsOf(input, mapping.settings);
    this.checkRest({ ...input, ...settings }, hosted);
    this.end(uuid);
    mapping.functionArn = hosted.arn;
    mapping.settings = settings;
    mapping.enabled = input.Enabled ?? mapping.enabled;
    mapping.lastModified = new Date(this.platform.clock.now());
    if (mapping.enabled) this.start(mapping);
    const state = input.Enabled === undefined ? 'Updating' : input.Enabled ? 'Enabling' : 'Disabling';
    return describe(mapping, state);
  }

  delete(uuid: string): object {
    const mapping = this.mapping(uuid);
    this.end(uuid);
    this.mappings.delete(uuid);
    return describe(mapping, 'Deleting');
  }

  /** AWS: lambda/mappings-check-the-role */
  private check(input: MappingInput, hosted: MappedFunction, streamArn: string): void {
    // AWS: lambda/stream-mappings-have-a-start
    if (input.StartingPosition === undefined)
      throw new AwsError(
        'InvalidParameterValueException',
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
      );
    if (input.StartingPosition === 'AT_TIMESTAMP' && input.StartingPositionTimestamp === undefined)
      throw new AwsError(
        'InvalidParameterValueException',
        'StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.',
      );
    checkSource(this.platform, hosted, streamArn);
    this.checkRest(input, hosted);
  }

  private checkRest(input: MappingInput, hosted: MappedFunction): void {
    const { MaximumRecordAgeInSeconds: age } = input;
    // AWS: lambda/stream-mappings-have-a-start
    if (age !== undefined && age !== -1 && age < 60)
      throw new AwsError(
        'InvalidParameterValueException',
        'MaximumRecordAgeInSeconds must be -1, or between 60 and 604800.',
      );
    for (const { Pattern } of input.FilterCriteria?.Filters ?? []) this.checkPattern(Pattern ?? '');
    const destination = input.DestinationConfig?.OnFailure?.Destination;
    if (destination) checkDestination(this.platform, hosted, destination);
  }

  /** AWS: lambda/filters-are-event-patterns */
  private checkPattern(pattern: string): void {
    try {
      parsePattern(pattern);
    } catch (error) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Invalid filter pattern definition. ${(error as Error).message}`,
      );
    }
  }

  /** Where each shard is read from: as the function's role, once and for all. */
  private async locate(mapping: Mapping): Promise<void> {
    const { kinesis } = await this.session(mapping);
    const StreamARN = mapping.streamArn;
    const ask = async () => {
      for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
        const input = NextToken === undefined ? { StreamARN } : { NextToken };
        const answer = await kinesis.send(new ListShardsCommand(input));
        for (const { ShardId = '' } of answer.Shards ?? []) {
          const { ShardIterator = '' } = await kinesis.send(
            new GetShardIteratorCommand({
              StreamARN,
              ShardId,
              ShardIteratorType: mapping.startingPosition as 'LATEST',
              Timestamp: mapping.startingTimestamp,
            }),
          );
          mapping.positions[ShardId] = { start: ShardIterator };
        }
        NextToken = answer.NextToken;
      }
    };
    await ask().catch((error: Error) => {
      // AWS: lambda/mappings-check-the-role
      throw new AwsError('InvalidParameterValueException', error.message);
    });
  }

  private start(mapping: Mapping): void {
    const access: ReaderAccess = {
      platform: this.platform,
      mapping,
      client: async () => (await this.session(mapping)).kinesis,
      roleArn: () => this.find(mapping.functionArn).roleArn,
      invoke: (event) => this.find(mapping.functionArn).invoke(event),
      retention: () => this.retention(mapping),
      discard: async (what) => {
        const destination = mapping.settings.DestinationConfig?.OnFailure?.Destination;
        if (!destination) return;
        const { credentials } = await this.session(mapping);
        const { uuid, functionArn } = mapping;
        await sendDiscarded(this.platform, credentials, { ...what, destination, mapping: uuid, functionArn }).catch(
          (error: Error) =>
            this.platform.record({
              kind: 'undelivered',
              summary: `${functionArn} -> ${destination}: ${error.message}`,
            }),
        );
      },
      processed: (lastArrival) => {
        const { clock } = this.platform;
        const dimensions = { FunctionName: mapping.functionArn.split(':').pop() ?? '' };
        const value = Math.max(0, clock.now() - lastArrival);
        this.platform.putMetric({
          namespace: 'AWS/Lambda',
          name: 'IteratorAge',
          dimensions,
          value,
          unit: 'Milliseconds',
        });
      },
    };
    const readers = Object.entries(mapping.positions).map(([id, position]) => new ShardReader(id, position, access));
    const silence = this.arrivals.onArrival(mapping.streamArn, () => readers.forEach((reader) => reader.wake()));
    this.running.set(mapping.uuid, {
      readers,
      end: () => {
        silence();
        for (const reader of readers) reader.stop();
      },
    });
    for (const reader of readers) reader.wake();
  }

  private end(uuid: string): void {
    this.running.get(uuid)?.end();
    this.running.delete(uuid);
    void this.sessions.get(uuid)?.then(
      ({ kinesis }) => kinesis.destroy(),
      () => undefined,
    );
    this.sessions.delete(uuid);
  }

  /** Keys of the function's role, as long as it keeps that role. */
  private async session(mapping: Mapping): Promise<Session> {
    const { roleArn, name, arn } = this.find(mapping.functionArn);
    const known = this.sessions.get(mapping.uuid);
    if (known && (await known).roleArn === roleArn) return known;
    const { endpoint, region } = this.platform;
    const made = this.platform.assumeRole('lambda.amazonaws.com', roleArn, name, arn).then((credentials) => ({
      roleArn,
      credentials,
      kinesis: new KinesisClient({ endpoint, region, credentials, maxAttempts: 1 }),
    }));
    this.sessions.set(mapping.uuid, made);
    made.catch(() => this.sessions.delete(mapping.uuid));
    return made;
  }

  private readonly retentions = new Map<string, { readonly at: number; readonly hours: number }>();

  /** Asked again each hour. */
  private async retention(mapping: Mapping): Promise<number> {
    const now = this.platform.clock.now();
    let known = this.retentions.get(mapping.uuid);
    if (known === undefined || now - known.at > 3_600_000) {
      const { kinesis } = await this.session(mapping);
      const { StreamDescription } = await kinesis.send(
        new DescribeStreamCommand({ StreamARN: mapping.streamArn, Limit: 1 }),
      );
      known = { at: now, hours: StreamDescription?.RetentionPeriodHours ?? 24 };
      this.retentions.set(mapping.uuid, known);
    }
    return known.hours * 3_600_000;
  }

  private uuidOf(streamArn: string, functionArn: string): string {
    return [...this.mappings.values()].find((one) => one.streamArn === streamArn && one.functionArn === functionArn)!
      .uuid;
  }

  private mapping(uuid: string): Mapping {
    const mapping = this.mappings.get(uuid);
    if (mapping === undefined)
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
    return mapping;
  }
}
