import { AwsError } from '../../platform';
import { type PartitionQuery, parseQuery } from './partition-query';

export interface SchemaConfiguration {
  readonly RoleARN?: string;
  readonly CatalogId?: string;
  readonly DatabaseName?: string;
  readonly TableName?: string;
  readonly Region?: string;
  readonly VersionId?: string;
}

export interface Destination {
  readonly RoleARN: string;
  readonly BucketARN: string;
  readonly Prefix?: string;
  readonly ErrorOutputPrefix?: string;
  readonly BufferingHints?: { readonly SizeInMBs?: number; readonly IntervalInSeconds?: number };
  readonly CompressionFormat?: string;
  readonly EncryptionConfiguration?: {
    readonly NoEncryptionConfig?: string;
    readonly KMSEncryptionConfig?: { readonly AWSKMSKeyARN: string };
  };
  readonly CloudWatchLoggingOptions?: {
    readonly Enabled?: boolean;
    readonly LogGroupName?: string;
    readonly LogStreamName?: string;
  };
  readonly ProcessingConfiguration?: { readonly Enabled?: boolean; readonly Processors?: readonly Processor[] };
  readonly S3BackupMode?: string;
  readonly DataFormatConversionConfiguration?: {
    readonly Enabled?: boolean;
    readonly SchemaConfiguration?: SchemaConfiguration;
    readonly InputFormatConfiguration?: {
      readonly Deserializer?: { readonly OpenXJsonSerDe?: OpenX; readonly HiveJsonSerDe?: Hive };
    };
    readonly OutputFormatConfiguration?: {
      readonly Serializer?: { readonly ParquetSerDe?: { readonly Compression?: string }; readonly OrcSerDe?: object };
    };
  };
  readonly DynamicPartitioningConfiguration?: { readonly Enabled?: boolean };
  readonly FileExtension?: string;
  readonly CustomTimeZone?: string;
}

interface Processor {
  readonly Type: string;
  readonly Parameters?: readonly { readonly ParameterName: string; readonly ParameterValue: string }[];
}
export interface OpenX {
  readonly ConvertDotsInJsonKeysToUnderscores?: boolean;
  readonly CaseInsensitive?: boolean;
  readonly ColumnToJsonKeyMappings?: Readonly<Record<string, string>>;
}
export interface Hive {
  readonly TimestampFormats?: readonly string[];
}

export interface StreamInput {
  readonly DeliveryStreamName: string;
  readonly DeliveryStreamType?: 'DirectPut' | 'KinesisStreamAsSource';
  readonly KinesisStreamSourceConfiguration?: { readonly KinesisStreamARN: string; readonly RoleARN: string };
  readonly ExtendedS3DestinationConfiguration?: Destination;
  readonly Tags?: readonly { readonly Key: string; readonly Value?: string }[];
  readonly [member: string]: unknown;
}

const unsupported = (what: string): never => {
  throw new AwsError('UnsupportedOperation', `firehose: ${what} is not supported by the local account`);
};

const COMPRESSIONS = ['UNCOMPRESSED', 'GZIP', 'ZIP'];

/** Whether a stream's records become Parquet. */
export function converts({ DataFormatConversionConfiguration: conversion }: Destination): boolean {
  return conversion !== undefined && conversion.Enabled !== false;
}

/** The keys that records are grouped by, if they are. */
export function queryOf({ ProcessingConfiguration: processing }: Destination): PartitionQuery | undefined {
  if (!processing?.Enabled) return undefined;
  const extraction = processing.Processors?.find(({ Type }) => Type === 'MetadataExtraction');
  const text = extraction?.Parameters?.find(({ ParameterName }) => ParameterName === 'MetadataExtractionQuery');
  return text === undefined ? undefined : parseQuery(text.ParameterValue);
}

/** Whether a newline is put behind each record. */
export function delimits({ ProcessingConfiguration: processing }: Destination): boolean {
  return (
    processing?.Enabled === true && (processing.Processors ?? []).some(({ Type }) => Type === 'AppendDelimiterToRecord')
  );
}

/** Refuses what is not done, by name, and what Firehose refuses. */
export function checkStream(input: StreamInput): Destination {
  for (const member of Object.keys(input))
    if (/DestinationConfiguration$/.test(member) && member !== 'ExtendedS3DestinationConfiguration')
      unsupported(member);
  for (const member of ['MSKSourceConfiguration', 'DatabaseSourceConfiguration', 'DirectPutSourceConfiguration'])
    if (input[member] !== undefined) unsupported(member);
  if (input.DeliveryStreamEncryptionConfigurationInput !== undefined)
    unsupported('DeliveryStreamEncryptionConfigurationInput');
  const destination = input.ExtendedS3DestinationConfiguration;
  // AWS: firehose/streams-have-one-destination
  if (destination === undefined)
    throw new AwsError(
      'InvalidArgumentException',
      'Exactly one destination configuration is supported for a Firehose.',
    );
  checkUndone(destination);
  checkDestination(destination);
  return destination;
}

function checkUndone(destination: Destination): void {
  const { CompressionFormat: compression = 'UNCOMPRESSED', ProcessingConfiguration: processing } = destination;
  if (!COMPRESSIONS.includes(compression)) unsupported(`CompressionFormat ${compression}`);
  if (destination.S3BackupMode === 'Enabled') unsupported('S3BackupMode Enabled');
  for (const { Type, Parameters = [] } of processing?.Enabled ? (processing.Processors ?? []) : []) {
    if (!['MetadataExtraction', 'AppendDelimiterToRecord'].includes(Type)) unsupported(`the processor ${Type}`);
    for (const { ParameterName, ParameterValue } of Parameters)
      if (ParameterName === 'Delimiter' && ParameterValue !== '\\n') unsupported(`the delimiter ${ParameterValue}`);
  }
  if (!converts(destination)) return;
  const { InputFormatConfiguration: input, OutputFormatConfiguration: output } =
    destination.DataFormatConversionConfiguration!;
  if (output?.Serializer?.OrcSerDe !== undefined) unsupported('OrcSerDe');
  if ((input?.Deserializer?.HiveJsonSerDe?.TimestampFormats ?? []).some((format) => format !== 'millis'))
    unsupported('TimestampFormats of HiveJsonSerDe, but for millis,');
}

/** AWS: firehose/format-conversion-has-conditions */
function checkDestination(destination: Destination): void {
  const refuse = (words: string): never => {
    throw new AwsError('InvalidArgumentException', words);
  };
  if (!converts(destination)) return;
  const {
    SchemaConfiguration: schema,
    InputFormatConfiguration: input,
    OutputFormatConfiguration: output,
  } = destination.DataFormatConversionConfiguration!;
  if (!schema?.RoleARN || !schema.DatabaseName || !schema.TableName)
    refuse('SchemaConfiguration must have RoleARN, DatabaseName and TableName when data format conversion is enabled.');
  const { OpenXJsonSerDe, HiveJsonSerDe } = input?.Deserializer ?? {};
  if ((OpenXJsonSerDe === undefined) === (HiveJsonSerDe === undefined))
    refuse('Exactly one deserializer must be specified when data format conversion is enabled.');
  if (output?.Serializer?.ParquetSerDe === undefined)
    refuse('Exactly one serializer must be specified when data format conversion is enabled.');
  if ((destination.CompressionFormat ?? 'UNCOMPRESSED') !== 'UNCOMPRESSED')
    refuse('CompressionFormat must be UNCOMPRESSED when data format conversion is enabled.');
  if ((destination.BufferingHints?.SizeInMBs ?? 128) < 64)
    refuse('BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.');
}

/** "when format conversion isn't enabled, the default value is 5. The value becomes 128 when you enable it" */
export function buffering(destination: Destination): { readonly bytes: number; readonly milliseconds: number } {
  const { SizeInMBs = converts(destination) ? 128 : 5, IntervalInSeconds = 300 } = destination.BufferingHints ?? {};
  return { bytes: SizeInMBs * 1024 * 1024, milliseconds: IntervalInSeconds * 1000 };
}
