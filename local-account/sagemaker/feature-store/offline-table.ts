import type { FeatureDefinition } from '@aws-sdk/client-sagemaker';
import type { ParquetColumn, ParquetTable } from '../../parquet/parquet-files';
import type { OfflineRow } from './offline-file';

interface FeatureType {
  readonly parquet: Omit<ParquetColumn, 'name'>;
  readonly read: (text: string) => unknown;
}

/** By a feature's type. A value may begin with a plus sign, which BigInt does not read. */
const TYPES: Readonly<Record<string, FeatureType>> = {
  Integral: { parquet: { type: 'INT64' }, read: (text) => BigInt(text.replace(/^\+/, '')) },
  Fractional: { parquet: { type: 'DOUBLE' }, read: Number },
  String: { parquet: { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, read: (text) => text },
};

const TIME = { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' } as const;

/** Feature columns by the definitions, then write_time, api_invocation_time and is_deleted. */
// AWS: sagemaker-feature-store/offline-store-columns
export function offlineTable(
  definitions: readonly FeatureDefinition[],
  rows: readonly OfflineRow[],
  writtenAt: number,
): ParquetTable {
  const features = definitions.map(({ FeatureName: name = '', FeatureType }, at) => {
    const { parquet, read } = TYPES[FeatureType ?? 'String'];
    return { column: { name, ...parquet }, values: rows.map(({ values }) => optional(values[at], read)) };
  });
  return {
    columns: [
      ...features.map(({ column }) => column),
      { name: 'write_time', ...TIME },
      { name: 'api_invocation_time', ...TIME },
      { name: 'is_deleted', type: 'BOOLEAN' },
    ],
    values: [
      ...features.map(({ values }) => values),
      rows.map(() => BigInt(writtenAt)),
      rows.map(({ invokedAt }) => BigInt(invokedAt)),
      rows.map(({ deleted }) => deleted),
    ],
    codec: 'UNCOMPRESSED',
  };
}

function optional(text: string | null | undefined, read: FeatureType['read']): unknown {
  return text === null || text === undefined ? null : read(text);
}
