/**
 * The names in the lists of rights. `<Stack/Resource>` is a resource of these stacks, `<assets>` the bucket of the CDK's
 * bootstrap stack, `<asset>` the name of a file in it, and `<workflow>` the name of the endpoint, the pipeline and the
 * model package group. `service:name` is an ARN in this account and region.
 */

/** Endpoints of other serving patterns have the pattern in their name. */
export const workflowName =
  /(?<=^|[:/])mla-blueprint-flight-disruption(-serverless|-asynchronous|-batch)?(?=$|[:/])|(?<=parameter\/)mla-blueprint\/flight-disruption(?=\/)/;

export const keys = {
  /** Of data and models. */
  data: '<Foundation/KeysData>',
  /** Of logs, queues and notifications. */
  operations: '<Foundation/KeysOperations>',
} as const;

export const buckets = {
  raw: '<DataLake/RawBucket>',
  curated: '<DataLake/CuratedBucket>',
  artifacts: '<DataLake/ArtifactsBucket>',
  capture: '<DataLake/CaptureBucket>',
} as const;

export type BucketName = keyof typeof buckets;

export const endpoint = 'sagemaker:endpoint/<workflow>';
export const packages = 'sagemaker:model-package/<workflow>/*';
export const packageGroup = 'sagemaker:model-package-group/<workflow>';
export const pipeline = 'sagemaker:pipeline/<workflow>';
export const servingStack = 'cloudformation:stack/MlaBlueprint-Serving/*';
export const notifications = '<Serving/NotificationsTopic>';
export const deploymentRole = '<Release/ServingDeploymentRole>';

/** SageMaker shortens the names of a tuning's training jobs, so ours begin with a short form of the workflow's name. */
export const tuningJobs = 'mla6b2-*';

export const stateMachine = (name: string): string => `states:stateMachine:mla-blueprint-${name}`;
export const parameter = (name: string): string => `ssm:parameter/<workflow>/${name}`;
export const jobs = (kind: string, name: string): string => `sagemaker:${kind}/${name}`;
