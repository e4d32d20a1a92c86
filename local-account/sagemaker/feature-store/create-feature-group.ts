import { randomUUID } from 'node:crypto';
import { GetBucketAclCommand } from '@aws-sdk/client-s3';
import type { CreateFeatureGroupCommandInput, DataCatalogConfig } from '@aws-sdk/client-sagemaker';
import type { Principal } from '../../platform';
import { parseS3Uri } from '../container/transfer';
import { type Engine, now } from '../engine';
import { messageOf } from '../errors';
import { keyArn } from '../infrastructure';
import { arnOf } from '../names';
import { RoleSession } from '../role-session';
import { createTable, failureOf, tableName } from './catalog-table';
import { type FeatureGroup, isOffline, isOnline } from './feature-group';
import { authorizeCreation } from './online-key';

/** The group as its creation begins: what its caller and its role may do has been asked. */
export async function planned(
  engine: Engine,
  { Tags: _, ...request }: CreateFeatureGroupCommandInput,
  principal: Principal,
): Promise<FeatureGroup> {
  const name = request.FeatureGroupName ?? '';
  const arn = arnOf(engine.platform, 'feature-group', name);
  const keyId = isOnline({ request }) ? request.OnlineStoreConfig?.SecurityConfig?.KmsKeyId : undefined;
  const onlineKeyArn = keyId === undefined ? undefined : await keyArn(engine.platform, keyId);
  authorizeCreation(engine, principal, onlineKeyArn);
  if (request.RoleArn !== undefined) await RoleSession.take(engine.platform, request.RoleArn, arn);
  const createdAt = now(engine);
  const seconds = Math.floor(createdAt.getTime() / 1000);
  return {
    name,
    arn,
    createdAt,
    modifiedAt: createdAt,
    request,
    definitions: [...(request.FeatureDefinitions ?? [])],
    addedAt: new Map(),
    metadata: new Map(),
    status: 'Creating',
    onlineKeyArn,
    ...(isOnline({ request })
      ? {
          timeToLive: request.OnlineStoreConfig?.TtlDuration,
          storageType: request.OnlineStoreConfig?.StorageType ?? 'Standard',
        }
      : {}),
    ...(isOffline({ request })
      ? { catalog: catalogOf(request, seconds), resolvedUri: resolvedUri(engine, request, seconds) }
      : {}),
  };
}

// AWS: sagemaker-feature-store/glue-table
function catalogOf(
  { FeatureGroupName = '', OfflineStoreConfig: offline }: CreateFeatureGroupCommandInput,
  seconds: number,
): DataCatalogConfig | undefined {
  if (offline?.DataCatalogConfig) return offline.DataCatalogConfig;
  if (offline?.DisableGlueTableCreation) return undefined;
  return {
    TableName: tableName(FeatureGroupName, seconds),
    Catalog: 'AwsDataCatalog',
    Database: 'sagemaker_featurestore',
  };
}

// AWS: sagemaker-feature-store/offline-store-layout
function resolvedUri(
  { platform: { accountId, region } }: Engine,
  { FeatureGroupName, OfflineStoreConfig }: CreateFeatureGroupCommandInput,
  seconds: number,
): string {
  const given = (OfflineStoreConfig?.S3StorageConfig?.S3Uri ?? '').replace(/\/+$/, '');
  return `${given}/${accountId}/sagemaker/${region}/offline-store/${FeatureGroupName}-${seconds}/data`;
}

/** Makes what the group's stores need; returns why that failed. */
export async function makeStores(
  engine: Engine,
  principal: Principal,
  group: FeatureGroup,
): Promise<string | undefined> {
  if (!isOffline(group)) return undefined;
  const refusal = await bucketRefusal(engine, group);
  if (refusal !== undefined) return refusal;
  if (group.request.OfflineStoreConfig?.DisableGlueTableCreation) return undefined;
  return createTable(engine, principal, group).then(
    () => undefined,
    (error: unknown) => failureOf(error, randomUUID()),
  );
}

/** The bucket must be there, and the role must be allowed to read its access control list. */
// AWS: sagemaker-feature-store/offline-store-is-written-as-the-role
async function bucketRefusal(engine: Engine, group: FeatureGroup): Promise<string | undefined> {
  try {
    const session = await RoleSession.take(engine.platform, group.request.RoleArn ?? '', group.arn);
    const s3 = session.s3();
    try {
      await s3.send(new GetBucketAclCommand({ Bucket: parseS3Uri(group.resolvedUri ?? '').bucket }));
    } finally {
      s3.destroy();
    }
    return undefined;
  } catch (error) {
    return `The offline store's S3 bucket cannot be used by ${group.request.RoleArn}: ${messageOf(error)}`;
  }
}
