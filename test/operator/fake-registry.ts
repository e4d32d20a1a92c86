/** A model package group that exists only in a test. */
export const packageArn = (version: number) =>
  `arn:aws:sagemaker:eu-central-1:123456789012:model-package/group/${version}`;

/** Answer of ListModelPackages: versions 1, 2, ... with these approval statuses. */
export const packages = (...statuses: string[]) => ({
  ModelPackageSummaryList: statuses.map((status, at) => ({
    ModelPackageVersion: at + 1,
    ModelPackageArn: packageArn(at + 1),
    ModelApprovalStatus: status,
  })),
});
