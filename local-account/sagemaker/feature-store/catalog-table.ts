import {
  type Column,
  CreateDatabaseCommand,
  CreateTableCommand,
  GetDatabaseCommand,
  GetTableCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import type { FeatureDefinition } from '@aws-sdk/client-sagemaker';
import { AwsError, type Principal } from '../../platform';
import type { Engine } from '../engine';
import { RoleSession } from '../role-session';
import type { FeatureGroup } from './feature-group';

const TYPES = { Integral: 'bigint', Fractional: 'double', String: 'string' } as const;

/** The table over the files of an offline store, made in the name of who creates the group. */
// AWS: sagemaker-feature-store/glue-table
export async function createTable(engine: Engine, caller: Principal, group: FeatureGroup): Promise<void> {
  const { Database = '', TableName = '' } = group.catalog ?? {};
  const may = permission(engine, caller, Database, TableName);
  await withGlue(engine, async (glue) => {
    may('GetDatabase');
    const there = await glue.send(new GetDatabaseCommand({ Name: Database })).then(
      () => true,
      () => false,
    );
    if (!there) {
      may('CreateDatabase');
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: Database } }));
    }
    may('CreateTable');
    await glue.send(
      new CreateTableCommand({
        DatabaseName: Database,
        TableInput: {
          Name: TableName,
          TableType: 'EXTERNAL_TABLE',
          Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
          StorageDescriptor: {
            Columns: columns(group.definitions),
            Location: group.resolvedUri,
            InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
            OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
            SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
          },
        },
      }),
    );
  });
}

/** The table with the features that were added: as the group's role, whose managed policy allows it. */
// AWS: sagemaker-feature-store/glue-table
export async function updateTable(engine: Engine, group: FeatureGroup): Promise<void> {
  const { Database = '', TableName = '' } = group.catalog ?? {};
  const session = await RoleSession.take(engine.platform, group.request.RoleArn ?? '', group.arn);
  const may = permission(engine, session.principal, Database, TableName);
  may('GetTable');
  may('UpdateTable');
  await withGlue(engine, async (glue) => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: Database, Name: TableName }));
    const { Name, TableType, Parameters, StorageDescriptor } = Table ?? {};
    await glue.send(
      new UpdateTableCommand({
        DatabaseName: Database,
        TableInput: {
          Name,
          TableType,
          Parameters,
          StorageDescriptor: { ...StorageDescriptor, Columns: columns(group.definitions) },
        },
      }),
    );
  });
}

// AWS: sagemaker-feature-store/offline-store-columns
function columns(definitions: readonly FeatureDefinition[]): Column[] {
  return [
    ...definitions.map(({ FeatureName = '', FeatureType = 'String' }) => ({
      Name: FeatureName.toLowerCase(),
      Type: TYPES[FeatureType],
    })),
    { Name: 'write_time', Type: 'timestamp' },
    { Name: 'api_invocation_time', Type: 'timestamp' },
    { Name: 'is_deleted', Type: 'boolean' },
  ];
}

/** "Name-1" of a group is "name_1_<time>" of a table. */
// AWS: sagemaker-feature-store/glue-table
export function tableName(groupName: string, seconds: number): string {
  return `${groupName.toLowerCase().replace(/-/g, '_')}_${seconds}`;
}

type Act = 'GetDatabase' | 'CreateDatabase' | 'CreateTable' | 'GetTable' | 'UpdateTable';

/** An operation on a table also needs its catalog and database. */
function permission({ platform }: Engine, principal: Principal, database: string, table: string): (act: Act) => void {
  const arn = (resource: string): string =>
    `arn:${platform.partition}:glue:${platform.region}:${platform.accountId}:${resource}`;
  return (act) => {
    const resources = [
      'catalog',
      `database/${database}`,
      ...(act.endsWith('Table') ? [`table/${database}/${table}`] : []),
    ];
    for (const resource of resources)
      platform.authorize('feature group table', { principal, action: `glue:${act}`, resource: arn(resource) });
  };
}

async function withGlue(
  { platform: { endpoint, region, internalCredentials: credentials } }: Engine,
  work: (glue: GlueClient) => Promise<void>,
): Promise<void> {
  const glue = new GlueClient({ endpoint, region, credentials, maxAttempts: 2 });
  try {
    await work(glue);
  } finally {
    glue.destroy();
  }
}

/** How SageMaker shows a failure of Glue's in FailureReason: as AWS's SDK for Java writes it. */
// AWS: sagemaker-feature-store/glue-table
export function failureOf(error: unknown, requestId: string): string {
  const { message, name } = error as Error;
  const code = error instanceof AwsError ? error.code : name;
  return `${message} (Service: AWSGlue; Status Code: 400; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
}
