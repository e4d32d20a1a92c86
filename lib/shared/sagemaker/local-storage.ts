import type { WorkflowConfiguration } from '../../config';

/** Instance families with local NVMe disks: a `d` after the generation, and the accelerated families. */
const localStorage = /^ml\.(?:[a-z]+\d[a-z]*d[a-z]*|g5|g6e?|p5\w*|trn\d\w*|i\d\w*)\./;

/**
 * Every volume of this workflow is encrypted with our key. SageMaker accepts no key for an instance whose disks are
 * encrypted by its hardware: it would refuse the job or the endpoint configuration, after the deployment.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
 */
// AWS: sagemaker-jobs/local-storage-takes-no-key
export function refuseLocalStorage({ instances }: WorkflowConfiguration): void {
  for (const [use, { instanceType }] of Object.entries(instances)) {
    if (localStorage.test(instanceType)) {
      throw new Error(
        `lib/config.ts: instances.${use}.instanceType is ${instanceType}, which has local storage. SageMaker refuses a KMS key for its volume, and this workflow ` +
          'always gives one. Choose a type without local storage, such as ml.m5.xlarge or ml.c5.xlarge.',
      );
    }
  }
}
