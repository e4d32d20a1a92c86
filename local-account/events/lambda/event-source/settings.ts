import type { Answer } from '../worker';

/** What a caller says of a mapping. */
export interface MappingInput {
  readonly EventSourceArn?: string;
  readonly FunctionName?: string;
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly ParallelizationFactor?: number;
  readonly StartingPosition?: string;
  readonly StartingPositionTimestamp?: Date;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string }; readonly OnSuccess?: object };
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly Tags?: Record<string, string>;
  readonly [member: string]: unknown;
}

/** A mapping's settings, with the defaults of a Kinesis stream ("Lambda parameters for Amazon Kinesis Data Streams"). */
export interface Settings {
  BatchSize: number;
  MaximumBatchingWindowInSeconds: number;
  ParallelizationFactor: number;
  BisectBatchOnFunctionError: boolean;
  MaximumRetryAttempts: number;
  MaximumRecordAgeInSeconds: number;
  FunctionResponseTypes: readonly string[];
  DestinationConfig: MappingInput['DestinationConfig'];
  FilterCriteria?: MappingInput['FilterCriteria'];
}

const DEFAULTS: Settings = {
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  ParallelizationFactor: 1,
  BisectBatchOnFunctionError: false,
  MaximumRetryAttempts: -1,
  MaximumRecordAgeInSeconds: -1,
  FunctionResponseTypes: [],
  DestinationConfig: { OnFailure: {} },
};

/** The settings that a call gives, over those before. */
export function settingsOf(input: MappingInput, before: Settings = DEFAULTS): Settings {
  const given = Object.keys({ ...DEFAULTS, FilterCriteria: 0 }).filter((name) => input[name] !== undefined);
  return { ...before, ...Object.fromEntries(given.map((name) => [name, input[name]])) };
}

/** Where a mapping is in a shard. */
export interface Position {
  /** An iterator that GetShardIterator gave when the mapping was made. */
  readonly start: string;
  /** Number of the last record that is done with. */
  after?: string;
}

export interface Mapping {
  readonly uuid: string;
  readonly arn: string;
  readonly streamArn: string;
  readonly startingPosition: string;
  readonly startingTimestamp?: Date;
  functionArn: string;
  settings: Settings;
  enabled: boolean;
  lastModified: Date;
  result: string;
  /** By shard. */
  readonly positions: Record<string, Position>;
}

export function describe(mapping: Mapping, state = mapping.enabled ? 'Enabled' : 'Disabled'): object {
  const { settings } = mapping;
  return {
    UUID: mapping.uuid,
    StartingPosition: mapping.startingPosition,
    StartingPositionTimestamp: mapping.startingTimestamp,
    ...settings,
    TumblingWindowInSeconds: 0,
    EventSourceArn: mapping.streamArn,
    FunctionArn: mapping.functionArn,
    LastModified: mapping.lastModified,
    LastProcessingResult: mapping.result,
    State: state,
    StateTransitionReason: 'User action',
    EventSourceMappingArn: mapping.arn,
  };
}

/** A function as mappings need it. */
export interface MappedFunction {
  readonly arn: string;
  readonly roleArn: string;
  readonly name: string;
  invoke(event: unknown): Promise<Answer>;
}
