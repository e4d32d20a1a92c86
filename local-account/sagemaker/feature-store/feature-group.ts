import type {
  CreateFeatureGroupCommandInput,
  DataCatalogConfig,
  FeatureDefinition,
  FeatureGroupStatus,
  FeatureType,
  LastUpdateStatus,
  OfflineStoreStatus,
  StorageType,
  TtlDuration,
} from '@aws-sdk/client-sagemaker';
import type { Entity } from '../store';

export interface FeatureMetadata {
  description?: string;
  readonly parameters: Map<string, string>;
  modifiedAt: Date;
}

/** A feature group: plain data, so that a snapshot can hold it. */
export interface FeatureGroup extends Entity {
  /** As it was created, without tags. */
  readonly request: CreateFeatureGroupCommandInput;
  /** Those of its creation, then those that were added: never removed, never moved. */
  readonly definitions: FeatureDefinition[];
  /** When each feature came, where that was later than the group. */
  readonly addedAt: Map<string, Date>;
  readonly metadata: Map<string, FeatureMetadata>;
  status: FeatureGroupStatus;
  failureReason?: string;
  lastUpdate?: LastUpdateStatus;
  /** With an online store: its default time to live. */
  timeToLive?: TtlDuration;
  storageType?: StorageType;
  /** The ARN of the key of its online store. */
  readonly onlineKeyArn?: string;
  /** With an offline store. */
  offlineStatus?: OfflineStoreStatus;
  readonly catalog?: DataCatalogConfig;
  /** s3://.../data: below it are the files. */
  readonly resolvedUri?: string;
}

export function isOnline({ request }: Pick<FeatureGroup, 'request'>): boolean {
  return request.OnlineStoreConfig?.EnableOnlineStore === true;
}

export function isOffline({ request }: Pick<FeatureGroup, 'request'>): boolean {
  return request.OfflineStoreConfig !== undefined;
}

export function typeOf({ definitions }: Pick<FeatureGroup, 'definitions'>, feature: string): FeatureType | undefined {
  return definitions.find(({ FeatureName }) => FeatureName === feature)?.FeatureType;
}

const positions = new WeakMap<readonly FeatureDefinition[], Map<string, number>>();

/** Where a feature is among the definitions, by its name. */
export function positionsOf({ definitions }: Pick<FeatureGroup, 'definitions'>): ReadonlyMap<string, number> {
  const known = positions.get(definitions);
  if (known?.size === definitions.length) return known;
  const made = new Map(definitions.map(({ FeatureName }, index) => [FeatureName ?? '', index]));
  positions.set(definitions, made);
  return made;
}

const SECONDS = { Seconds: 1, Minutes: 60, Hours: 3600, Days: 86_400, Weeks: 604_800 } as const;

export function ttlMilliseconds(ttl: { readonly Unit?: string; readonly Value?: number }): number {
  return (ttl.Value ?? 0) * SECONDS[ttl.Unit as keyof typeof SECONDS] * 1000;
}
