import type {
  CreateFeatureGroupCommandInput,
  FeatureDefinition,
  UpdateFeatureGroupCommandInput,
} from '@aws-sdk/client-sagemaker';
import type { AwsError } from '../../platform';
import { validation } from '../errors';
import { type FeatureGroup, isOnline } from './feature-group';

const RESERVED = new Set(['is_deleted', 'write_time', 'api_invocation_time']);

function unsupported(what: string): AwsError {
  return validation(`${what} is not supported by the local account.`);
}

/** Refuses what SageMaker refuses before it creates anything, and what is not built here. */
// AWS: sagemaker-feature-store/groups-have-a-store, sagemaker-feature-store/definitions
export function checkCreation(input: CreateFeatureGroupCommandInput): void {
  const { OnlineStoreConfig: online, OfflineStoreConfig: offline, FeatureDefinitions: definitions = [] } = input;
  if (online?.EnableOnlineStore !== true && offline === undefined) {
    throw validation(
      'Validation Error: OnlineStore and OfflineStore cannot be both disabled. Please enable at least one of them and retry the request.',
    );
  }
  if (offline !== undefined && input.RoleArn === undefined) {
    throw validation('Validation Error: RoleArn is required when OfflineStoreConfig is provided.');
  }
  if (online?.StorageType === 'InMemory') throw unsupported('StorageType InMemory');
  if (offline?.TableFormat === 'Iceberg') throw unsupported('TableFormat Iceberg');
  checkThroughput(input.ThroughputConfig?.ThroughputMode);
  checkDefinitions(definitions, []);
  const types = new Map(definitions.map(({ FeatureName, FeatureType }) => [FeatureName, FeatureType]));
  for (const [member, name] of [
    ['RecordIdentifierFeatureName', input.RecordIdentifierFeatureName],
    ['EventTimeFeatureName', input.EventTimeFeatureName],
  ] as const) {
    if (!types.has(name)) {
      throw validation(`Validation Error: ${member} [${name}] is not among the FeatureDefinitions.`);
    }
  }
  if (types.get(input.EventTimeFeatureName) === 'Integral') {
    throw validation(
      `Validation Error: the FeatureType of EventTimeFeatureName [${input.EventTimeFeatureName}] must be String or Fractional.`,
    );
  }
}

// AWS: sagemaker-feature-store/definitions
export function checkDefinitions(given: readonly FeatureDefinition[], present: readonly FeatureDefinition[]): void {
  const names = new Set(present.map(({ FeatureName = '' }) => FeatureName.toLowerCase()));
  for (const { FeatureName = '', CollectionType, CollectionConfig } of given) {
    if (RESERVED.has(FeatureName.toLowerCase())) {
      throw validation(
        `Validation Error: FeatureName [${FeatureName}] is a reserved word: ${[...RESERVED].join(', ')}.`,
      );
    }
    if (CollectionType !== undefined || CollectionConfig !== undefined) {
      // AWS has collections in the InMemory tier only.
      throw unsupported(`CollectionType of feature ${FeatureName}`);
    }
    if (names.has(FeatureName.toLowerCase())) {
      throw validation(`Validation Error: FeatureName [${FeatureName}] is defined more than once.`);
    }
    names.add(FeatureName.toLowerCase());
  }
}

/** Refuses an update; each request changes one thing. */
// AWS: sagemaker-feature-store/updates
export function checkUpdate(group: FeatureGroup, input: UpdateFeatureGroupCommandInput): void {
  const given = [input.FeatureAdditions, input.OnlineStoreConfig, input.ThroughputConfig].filter(
    (part) => part !== undefined,
  );
  if (given.length !== 1) {
    throw validation(
      'Validation Error: exactly one of FeatureAdditions, OnlineStoreConfig and ThroughputConfig must be given.',
    );
  }
  if (group.status !== 'Created' || group.lastUpdate?.Status === 'InProgress') {
    throw validation(
      `Validation Error: FeatureGroup [${group.name}] cannot be updated while ${group.status === 'Created' ? 'another update is in progress' : `it is ${group.status}`}.`,
    );
  }
  checkDefinitions(input.FeatureAdditions ?? [], group.definitions);
  if (group.definitions.length + (input.FeatureAdditions?.length ?? 0) > 2500) {
    throw validation('Validation Error: a FeatureGroup has at most 2,500 features.');
  }
  if (input.OnlineStoreConfig && !isOnline(group)) {
    throw validation(`Validation Error: FeatureGroup [${group.name}] has no OnlineStore.`);
  }
  const { StorageType } = input.OnlineStoreConfig ?? {};
  if (StorageType === 'InMemory') throw unsupported('StorageType InMemory');
  if (StorageType === 'Standard' && group.storageType === 'Standard_V2') {
    throw validation('Validation Error: the migration from Standard to Standard_V2 cannot be reversed.');
  }
  checkThroughput(input.ThroughputConfig?.ThroughputMode);
}

function checkThroughput(mode: string | undefined): void {
  if (mode === 'Provisioned') throw unsupported('ThroughputMode Provisioned');
}
