import type { AllowedTypes } from './allowed-type';
import { inBucket, jobsGroup, prefix, problem, tagMap, tags } from './references';
import { between, byId, elsewhere, like, members, object, only, ref, textBetween, words } from './rules';

const project = `${prefix}-${problem}`;

/** What each custom resource removes when its stack is deleted. */
const removed = {
  NetworkInterfaces: object({ SecurityGroupId: jobsGroup }),
  RegisteredModels: object({ ModelPackageGroupName: only(project) }),
  JobRecords: object({ ProcessingPrefix: only(`${prefix}-`), TuningPrefix: like(/mla[0-9a-z]{3}-/) }),
  RunningExecutions: object({ PipelineName: only(project) }),
  // Streams of this workflow in the account's own log groups, and the endpoint's group.
  JobLogs: object({
    Groups: members(like(new RegExp(`/aws/sagemaker/Endpoints/${project}(-serverless|-asynchronous)?`))),
    Streams: members(
      only(`/aws/sagemaker/ProcessingJobs:${prefix}-`),
      like(/\/aws\/sagemaker\/TrainingJobs:mla[0-9a-z]{3}-/),
      only(`/aws/sagemaker/TransformJobs:${prefix}-`),
    ),
  }),
} as const;

/** A parameter's name and first value, by the custom resource's id. */
const parameters = {
  StateApprovedModel: ['approved-model-package', 'none'],
  StateProvenModel: ['proven-model-package', 'none'],
  StateChallengerModel: ['challenger-model-package', 'none'],
  StateEndpointState: ['endpoint-state', 'deployed'],
} as const;

export const training: AllowedTypes = {
  'AWS::SageMaker::Pipeline': {
    why: 'Prepares, tunes, evaluates and registers. Its definition is read by the check closed-world-pipeline.',
    stacks: ['Training'],
    after: ['AWS::IAM::Role'],
    properties: {
      PipelineName: only(project),
      PipelineDescription: words,
      PipelineDefinition: object({ PipelineDefinitionBody: elsewhere }),
      ParallelismConfiguration: object({ MaxParallelExecutionSteps: between(1, 20) }),
      RoleArn: ref('IAM::Role', 'Arn', 'PipelineRole'),
      Tags: tags,
    },
  },
  'AWS::SageMaker::ModelPackageGroup': {
    why: 'Versions of the one model. It has no resource policy, so no other account.',
    stacks: ['Training'],
    properties: { ModelPackageGroupName: only(project), ModelPackageGroupDescription: words, Tags: tags },
  },
  'AWS::SageMaker::MlflowApp': {
    why: 'Tracking beyond SageMaker (experiments.mlflow). It registers no models.',
    stacks: ['Monitoring'],
    properties: {
      Name: only(prefix),
      ArtifactStoreUri: inBucket('ArtifactsBucket', 'mlflow'),
      ModelRegistrationMode: only('AutoModelRegistrationDisabled'),
      RoleArn: ref('IAM::Role', 'Arn', 'ExperimentTrackingAppRole'),
      Tags: tags,
    },
  },
  'Custom::StateParameter': {
    why: 'Which package is live, proven, challenging: the releases write it, a deployment never overwrites it.',
    stacks: ['Training'],
    deletion: 'Delete',
    after: ['AWS::IAM::Role', 'AWS::Lambda::Function'],
    properties: {
      Name: byId((id) => only(`/${prefix}/${problem}/${parameters[id as keyof typeof parameters]?.[0]}`)),
      InitialValue: byId((id) => only(parameters[id as keyof typeof parameters]?.[1] ?? 'none')),
      Description: words,
      ServiceToken: ref('Lambda::Function', 'Arn', 'StateFunction'),
      ServiceTimeout: textBetween(30, 900),
      Tags: tagMap,
    },
  },
  'Custom::RemoveOnDelete': {
    why: 'Removes what jobs and releases left, or waits until it is gone.',
    stacks: ['Foundation', 'Training'],
    deletion: 'Delete',
    properties: {
      ServiceToken: byId((id) => ref('Lambda::Function', 'Arn', `${id}Function`)),
      ServiceTimeout: textBetween(60, 900),
      Target: byId((id) => removed[id as keyof typeof removed] ?? only('an entry in training.ts')),
    },
  },
};
