import { GetPartitionsCommand, GetTableCommand, type GlueClient, type Table } from '@aws-sdk/client-glue';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { ParquetReader } from '../../parquet/parquet-reader';
import type { Dataset } from '../dqdl/evaluate';
import { s3Location } from '../names';
import type { GlueSession } from '../role-session';

interface Part {
  readonly location: string;
  /** Values of the partition columns. */
  readonly keys: Readonly<Record<string, string>>;
}

/** A table of the catalog, read as Glue reads it: as the role, by its registered partitions. */
export interface TableData extends Dataset {
  close(): Promise<void>;
}

// AWS: glue/quality-reads-registered-partitions
export async function openTable(
  session: GlueSession,
  databaseName: string,
  tableName: string,
  /** Of the partitions, as GetPartitions takes it. @default all of them */
  predicate?: string,
): Promise<TableData> {
  const glue = session.glue();
  let table: Table | undefined;
  let parts: Part[];
  try {
    ({ Table: table } = await glue.send(new GetTableCommand({ DatabaseName: databaseName, Name: tableName })));
    parts = table === undefined ? [] : await partsOf(glue, table, databaseName, predicate);
  } finally {
    glue.destroy();
  }
  const { StorageDescriptor: storage, PartitionKeys: keys = [] } = table ?? {};
  const format = storage?.SerdeInfo?.SerializationLibrary ?? '';
  if (!format.endsWith('ParquetHiveSerDe'))
    throw new Error(
      `data quality of a table whose files are not Parquet (${format}) is not supported by the local account`,
    );
  const filed = (storage?.Columns ?? []).map(({ Name = '' }) => Name);
  const s3 = session.s3();
  const reader = new ParquetReader();
  return {
    columns: [...filed, ...keys.map(({ Name = '' }) => Name)],
    batches: async function* (names) {
      const inFiles = names.filter((name) => filed.includes(name));
      for (const { location, keys: values } of parts) {
        for (const bytes of await filesBelow(s3, location)) {
          for await (const { rows, columns } of reader.read(await bytes(), inFiles)) {
            const constant = Object.entries(values).map(([name, value]) => [name, Array(rows).fill(value)] as const);
            yield { rows, columns: { ...columns, ...Object.fromEntries(constant) } };
          }
        }
      }
    },
    close: async () => {
      s3.destroy();
      await reader.stop();
    },
  };
}

async function partsOf(
  glue: GlueClient,
  table: Table,
  DatabaseName: string,
  Expression: string | undefined,
): Promise<Part[]> {
  const names = (table.PartitionKeys ?? []).map(({ Name = '' }) => Name);
  if (names.length === 0) return [{ location: table.StorageDescriptor?.Location ?? '', keys: {} }];
  const parts: Part[] = [];
  let NextToken: string | undefined;
  do {
    const page = await glue.send(
      new GetPartitionsCommand({ DatabaseName, TableName: table.Name, Expression, NextToken }),
    );
    for (const { Values = [], StorageDescriptor } of page.Partitions ?? [])
      parts.push({
        location: StorageDescriptor?.Location ?? '',
        keys: Object.fromEntries(names.map((name, index) => [name, Values[index] ?? ''])),
      });
    ({ NextToken } = page);
  } while (NextToken);
  return parts;
}

/** The files of a folder, each fetched when it is asked for. Names that begin with _ or . are no data. */
async function filesBelow(s3: S3Client, location: string): Promise<(() => Promise<Uint8Array>)[]> {
  const { bucket: Bucket = '', key = '' } = s3Location(location) ?? {};
  const Prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    for (const { Key } of page.Contents ?? [])
      if (Key !== undefined && !/(^|\/)[_.][^/]*$|\/$/.test(Key)) keys.push(Key);
    ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (ContinuationToken);
  return keys.map((Key) => async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  });
}
