import { setTimeout as wait } from 'node:timers/promises';

import {
  ConflictException,
  DeleteModelPackageCommand,
  ListModelPackagesCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';

import { onDelete, present, type TargetEvent } from '../cloudformation/respond';

const sagemaker = new SageMakerClient({});
const MILLISECONDS_BETWEEN_ROUNDS = 1000;

/**
 * A model package group can be deleted only when it is empty, and CloudFormation does not empty it. A version is still
 * listed while it is being deleted, and deleting it again is a conflict, so this waits until the list is empty.
 */
// AWS: sagemaker-registry/deletion-of-a-version-takes-a-while
export function handler(event: TargetEvent<{ readonly ModelPackageGroupName: string }>): Promise<void> {
  return onDelete(event, async (target) => {
    const ModelPackageGroupName = present(target.ModelPackageGroupName, 'ModelPackageGroupName');
    let removed = 0;
    // Always the first page, because deletions change the next pages.
    for (;;) {
      const { ModelPackageSummaryList } = await sagemaker.send(
        new ListModelPackagesCommand({ ModelPackageGroupName, MaxResults: 100 }),
      );
      if (ModelPackageSummaryList === undefined)
        throw new Error(`SageMaker lists no model packages of ${ModelPackageGroupName}`);
      const foreign = ModelPackageSummaryList.find((one) => one.ModelPackageGroupName !== ModelPackageGroupName);
      if (foreign !== undefined)
        throw new Error(`${foreign.ModelPackageArn} is not of ${ModelPackageGroupName}: nothing more is deleted`);
      if (ModelPackageSummaryList.length === 0)
        return `${removed} model packages removed from ${ModelPackageGroupName}`;
      const remaining = ModelPackageSummaryList.filter(({ ModelPackageStatus }) => ModelPackageStatus !== 'Deleting');
      for (const { ModelPackageArn } of remaining) removed += await remove(ModelPackageArn);
      if (remaining.length === 0) await wait(MILLISECONDS_BETWEEN_ROUNDS);
    }
  });
}

async function remove(ModelPackageName: string | undefined): Promise<number> {
  try {
    await sagemaker.send(new DeleteModelPackageCommand({ ModelPackageName }));
    return 1;
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
    await wait(MILLISECONDS_BETWEEN_ROUNDS);
    return 0;
  }
}
