import type { ParquetTable } from '../../parquet/parquet-files';
import { type Column, columnOf } from './columns';
import type { Destination } from './configuration';
import { ConversionError, documentsOf } from './json-records';

export interface GlueColumn {
  readonly Name?: string;
  readonly Type?: string;
}

export interface ConvertedRecords<T> {
  readonly table: ParquetTable;
  readonly rows: number;
  readonly failed: readonly { readonly record: T; readonly error: ConversionError }[];
}

/** Makes rows of records by a table's columns. A record that does not fit is left out whole. */
export function convert<T extends { readonly data: Uint8Array }>(
  records: readonly T[],
  glue: readonly GlueColumn[],
  destination: Destination,
): ConvertedRecords<T> {
  const { InputFormatConfiguration: input, OutputFormatConfiguration: output } =
    destination.DataFormatConversionConfiguration!;
  const openX = input?.Deserializer?.OpenXJsonSerDe;
  const columns = columnsOf(glue, openX !== undefined);
  const insensitive = openX === undefined || openX.CaseInsensitive !== false;
  const keys = keysOf(columns, openX?.ColumnToJsonKeyMappings).map((key) => (insensitive ? key.toLowerCase() : key));
  const dots = openX?.ConvertDotsInJsonKeysToUnderscores === true;
  const values: unknown[][] = columns.map(() => []);
  const failed: { record: T; error: ConversionError }[] = [];
  let rows = 0;
  for (const record of records) {
    try {
      const found = documentsOf(record.data).map((document) => {
        const named = rename(document, insensitive, dots);
        return columns.map(({ read }, at) => {
          const value = named.get(keys[at]);
          return value === undefined || value === null ? null : read(value);
        });
      });
      for (const row of found) row.forEach((value, at) => void values[at].push(value));
      rows += found.length;
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      failed.push({ record, error });
    }
  }
  const codec = (output?.Serializer?.ParquetSerDe?.Compression ?? 'SNAPPY') as ParquetTable['codec'];
  return { table: { columns: columns.map(({ parquet }) => parquet), values, codec }, rows, failed };
}

/** Throws where the table has a column that is not supported. */
export function columnsOf(glue: readonly GlueColumn[], lenient: boolean): Column[] {
  return glue.map(({ Name = '', Type = 'string' }) => columnOf(Name, Type, lenient));
}

/** The JSON key of each column: its own name unless it is mapped to another. */
function keysOf(columns: readonly Column[], mappings: Readonly<Record<string, string>> = {}): string[] {
  return columns.map(({ parquet: { name } }) => mappings[name] ?? name);
}

function rename(document: Record<string, unknown>, insensitive: boolean, dots: boolean): Map<string, unknown> {
  return new Map(
    Object.entries(document).map(([key, value]) => {
      const name = insensitive ? key.toLowerCase() : key;
      return [dots ? name.replaceAll('.', '_') : name, value];
    }),
  );
}
