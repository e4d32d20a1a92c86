import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';

import type { Platform } from '../../platform';
import type { SchemaConfiguration } from './configuration';
import type { GlueColumn } from './conversion';
import type { FirehoseRoles } from './role-session';

/**
 * A table's columns, read as the schema's role: "glue:GetTable, glue:GetTableVersion, glue:GetTableVersions" (Grant
 * Firehose access to AWS Glue for data format conversion). Partition columns are no part of the file.
 */
export async function readColumns(
  platform: Platform,
  roles: FirehoseRoles,
  { RoleARN = '', DatabaseName = '', TableName = '' }: SchemaConfiguration,
): Promise<readonly GlueColumn[]> {
  const { partition, region, accountId, clock } = platform;
  const arn = (resource: string): string => `arn:${partition}:glue:${region}:${accountId}:${resource}`;
  const glue = new GlueClient(await roles.client(RoleARN));
  try {
    const { Table } = await clock.working(glue.send(new GetTableCommand({ DatabaseName, Name: TableName })));
    const resources = ['catalog', `database/${DatabaseName}`, `table/${DatabaseName}/${TableName}`].map(arn);
    for (const resource of resources)
      platform.authorize('firehose schema', {
        principal: roles.principal(RoleARN),
        action: 'glue:GetTableVersions',
        resource,
      });
    return Table?.StorageDescriptor?.Columns ?? [];
  } finally {
    glue.destroy();
  }
}
