import { AwsError } from '../../platform';
import { type FeatureGroup, isOffline, isOnline } from './feature-group';
import { type FeatureGroups, missing } from './feature-groups';
import type { OnlineStore } from './online-store';
import type { RecordStores } from './record-stores';
import { validationError } from './record-values';

export interface Targets {
  readonly online: boolean;
  readonly offline: boolean;
}

/**
 * A group whose records can be read and written. The code for one that is not there is what the operation's model has:
 * ResourceNotFound, or ValidationError where it has none.
 */
// AWS: sagemaker-feature-store/runtime-answers-validation-error
export function findGroup(
  groups: FeatureGroups,
  nameOrArn = '',
  code: 'ResourceNotFound' | 'ValidationError' = 'ValidationError',
): FeatureGroup {
  const group = groups.find(nameOrArn);
  if (!group || group.status === 'Deleting') {
    throw new AwsError(code, missing(nameOrArn), code === 'ResourceNotFound' ? 404 : 400);
  }
  if (group.status === 'Creating' || group.status === 'CreateFailed') {
    throw validationError(`Validation Error: FeatureGroup [${group.name}] is ${group.status}.`);
  }
  return group;
}

// AWS: sagemaker-feature-store/target-stores
export function online(records: RecordStores, group: FeatureGroup): OnlineStore {
  const store = records.of(group).online;
  if (!store) throw notEnabled(group, ['OnlineStore']);
  return store;
}

/** The stores that a request writes to: those it names, or all that the group has. */
// AWS: sagemaker-feature-store/target-stores
export function targetsOf(group: FeatureGroup, named: readonly string[] | undefined): Targets {
  const has = { OnlineStore: isOnline(group), OfflineStore: isOffline(group) };
  const absent = (named ?? []).filter((store) => !has[store as keyof typeof has]);
  if (absent.length > 0) throw notEnabled(group, absent);
  if (named && new Set(named).size < named.length) {
    throw validationError('Validation Error: a store is in TargetStores more than once.');
  }
  return {
    online: has.OnlineStore && (named?.includes('OnlineStore') ?? true),
    offline: has.OfflineStore && (named?.includes('OfflineStore') ?? true),
  };
}

// AWS: sagemaker-feature-store/target-stores
function notEnabled({ name }: FeatureGroup, stores: readonly string[]): AwsError {
  return validationError(
    `Validation Error: [${stores.join(',')}] of FeatureGroup: '${name}' are not enabled, however they are specified in target store.`,
  );
}
