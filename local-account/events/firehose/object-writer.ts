import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import type { ParquetFiles } from '../../parquet/parquet-files';
import type { Platform } from '../../platform';
import { converts, type Destination, delimits } from './configuration';
import { convert } from './conversion';
import { publish } from './delivery-metrics';
import type { ReadRecord } from './kinesis-source';
import { errorPrefixOf, prefixOf, suffixOf } from './prefix';
import type { FirehoseRoles } from './role-session';
import { readColumns } from './table-schema';

export interface Failed {
  readonly record: ReadRecord;
  readonly code: string;
  readonly message: string;
}

export interface WriterOptions {
  readonly platform: Platform;
  readonly name: string;
  readonly destination: Destination;
  readonly roles: FirehoseRoles;
  readonly parquet: ParquetFiles;
}

const NEWLINE = Buffer.from('\n');

/** Writes what was buffered as one object, and what could not be converted as another, as the destination's role. */
export class ObjectWriter {
  constructor(private readonly options: WriterOptions) {}

  async write(records: readonly ReadRecord[], keys: Readonly<Record<string, string>>): Promise<void> {
    const { platform, destination, name, roles, parquet } = this.options;
    if (!converts(destination)) {
      const separator = delimits(destination) ? [NEWLINE] : [];
      const bytes = Buffer.concat(records.flatMap(({ data }) => [data, ...separator]));
      await this.put(records, keys, compressed(bytes, destination), extensionOf(destination));
      return;
    }
    const { SchemaConfiguration: schema = {} } = destination.DataFormatConversionConfiguration!;
    const columns = await readColumns(platform, roles, schema);
    const { table, rows, failed } = convert(records, columns, destination);
    if (rows > 0) {
      const bytes = await platform.clock.working(parquet.write(table));
      const converted = failed.length === 0 ? records : without(records, failed);
      await this.put(converted, keys, bytes, extensionOf(destination));
    }
    publish(platform, name, {
      'SucceedConversion.Records': records.length - failed.length,
      'FailedConversion.Records': failed.length,
    });
    await this.writeFailed(
      failed.map(({ record, error }) => ({ record, code: error.code, message: error.message })),
      'format-conversion-failed',
    );
  }

  /** "For each failed record, Amazon Data Firehose writes a JSON document" (Handle errors for data format conversion). */
  async writeFailed(failed: readonly Failed[], kind: string): Promise<void> {
    if (failed.length === 0) return;
    const { platform, destination, name } = this.options;
    const at = oldestOf(failed.map(({ record }) => record));
    const now = platform.clock.now();
    const lines = failed.map((one) => JSON.stringify(this.document(one, kind, now)));
    const Key = errorPrefixOf(destination, at, kind) + suffixOf(name, at, '', destination.CustomTimeZone);
    await this.send(Key, Buffer.from(`${lines.join('\n')}\n`));
  }

  private document({ record, code, message }: Failed, kind: string, now: number): object {
    const { accountId, region, partition } = this.options.platform;
    const common = { attemptsMade: 1, arrivalTimestamp: record.at };
    const rawData = Buffer.from(record.data).toString('base64');
    if (kind !== 'format-conversion-failed')
      return { ...common, errorCode: code, errorMessage: message, attemptEndingTimestamp: now, rawData };
    const { DatabaseName, TableName, Region, VersionId, CatalogId } =
      this.options.destination.DataFormatConversionConfiguration?.SchemaConfiguration ?? {};
    return {
      ...common,
      lastErrorCode: code,
      lastErrorMessage: message,
      attemptEndingTimestamp: now,
      rawData,
      sequenceNumber: record.sequenceNumber,
      subSequenceNumber: null,
      dataCatalogTable: {
        catalogId: CatalogId ?? accountId,
        databaseName: DatabaseName,
        tableName: TableName,
        region: Region ?? region,
        versionId: VersionId ?? 'LATEST',
        catalogArn: `arn:${partition}:glue:${region}:${accountId}:catalog`,
      },
    };
  }

  private async put(
    records: readonly ReadRecord[],
    keys: Readonly<Record<string, string>>,
    body: Uint8Array,
    extension: string,
  ): Promise<void> {
    const { platform, destination, name } = this.options;
    const at = oldestOf(records);
    const Key = prefixOf(destination, at, keys) + suffixOf(name, at, extension, destination.CustomTimeZone);
    await this.send(Key, body);
    publish(platform, name, {
      'DeliveryToS3.Records': records.length,
      'DeliveryToS3.Bytes': body.length,
      'DeliveryToS3.Success': 1,
      'DeliveryToS3.DataFreshness': Math.max(0, platform.clock.now() - at) / 1000,
    });
  }

  private async send(Key: string, Body: Uint8Array): Promise<void> {
    const { platform, destination, roles } = this.options;
    const key = destination.EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN;
    const s3 = new S3Client({ ...(await roles.client(destination.RoleARN)), forcePathStyle: true });
    try {
      const sent = s3.send(
        new PutObjectCommand({
          Bucket: destination.BucketARN.split(':::')[1],
          Key,
          Body,
          ...(key === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: key }),
        }),
      );
      await platform.clock.working(sent);
    } finally {
      s3.destroy();
    }
  }
}

function without(records: readonly ReadRecord[], failed: readonly { readonly record: ReadRecord }[]): ReadRecord[] {
  const left = new Set(failed.map(({ record }) => record));
  return records.filter((record) => !left.has(record));
}

function oldestOf(records: readonly ReadRecord[]): number {
  return records.reduce((oldest, { at }) => Math.min(oldest, at), Number.POSITIVE_INFINITY);
}

/** "Configure Amazon S3 object name format": the default file extensions. */
function extensionOf(destination: Destination): string {
  if (destination.FileExtension) return destination.FileExtension;
  if (converts(destination)) return '.parquet';
  return { GZIP: '.gz', ZIP: '.zip' }[destination.CompressionFormat ?? ''] ?? '';
}

function compressed(bytes: Buffer, { CompressionFormat }: Destination): Uint8Array {
  if (CompressionFormat === 'GZIP') return gzipSync(bytes);
  return CompressionFormat === 'ZIP' ? zipSync({ data: bytes }) : bytes;
}
