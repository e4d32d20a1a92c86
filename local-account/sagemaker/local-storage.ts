import { validation } from './errors';

/** Families with NVMe disks of their own, which the instance encrypts itself. */
const LOCAL_STORAGE = /^ml\.(?:[a-z]+\d[a-z]*d[a-z]*|g5|g6e?|p5\w*|trn\d\w*|i\d\w*)\./;

/** "You can't request a VolumeKmsKeyId when using an instance type with local storage." The words are ours. */
// AWS: sagemaker-jobs/local-storage-takes-no-key
export function refuseVolumeKey(
  member: 'VolumeKmsKeyId' | 'KmsKeyId',
  key: string | undefined,
  instanceTypes: readonly (string | undefined)[],
): void {
  const local = instanceTypes.find((type) => type !== undefined && LOCAL_STORAGE.test(type));
  if (key !== undefined && local !== undefined) {
    throw validation(
      `${member} cannot be requested for ${local}: the instance type has local storage, which is encrypted by the instance.`,
    );
  }
}
