import type { ServiceLedger } from './behaviour';

export const sagemakerRegistry: ServiceLedger = {
  service: 'sagemaker-registry',
  behaviours: [
    {
      id: 'sagemaker-registry/deletion-of-a-version-takes-a-while',
      subjects: ['sagemaker:DeleteModelPackage', 'sagemaker:ListModelPackages', 'AWS::SageMaker::ModelPackageGroup'],
      does: 'A model package has the status Deleting while it is deleted, and DeleteModelPackage knows ConflictException. A version may therefore be listed after its deletion was accepted, and deleting it again may be refused.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'service model of sagemaker: ModelPackageStatus, errors of DeleteModelPackage',
        },
      ],
      sure: 'possible',
      enforcedBy: ['local-account/sagemaker/registry/model-packages.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/model-packages.test.ts',
          title: 'lists a version as Deleting until it is gone',
        },
      ],
    },
    {
      id: 'sagemaker-registry/reads-the-artifact-as-the-caller',
      subjects: ['sagemaker:CreateModelPackage'],
      does:
        "CreateModelPackage reads the model artifact as whoever calls it, which in a pipeline is the pipeline's role. Without s3:GetObject the call is refused with " +
        '"Access denied for bucket", naming the object.',
      sources: [
        {
          repository: 'unnamed',
          at: "a public repository that the search did not name: a comment on a bucket policy's statement for RegisterModel, which quotes the failed run",
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/registry/model-packages.ts'],
      tests: [{ file: 'local-account/test/sagemaker/pipeline-steps.test.ts', title: 'and fails without %s' }],
    },
    {
      id: 'sagemaker-registry/model-card-follows-a-schema',
      subjects: ['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'],
      does: "The content of a package's model card follows a JSON schema with a greatest length for each text: 63 characters for the name of an evaluation, a group of metrics, and the parts of the objective function. It knows no member but those it lists; a package's overview has the creator and the artifact only.",
      sources: [
        {
          repository: 'aws/sagemaker-python-sdk',
          at: 'sagemaker-core/src/sagemaker/core/tools/model_card/model_card_schema.json',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ModelPackageModelCard and ModelCardContent',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/sagemaker/registry/model-card.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/model-packages.test.ts',
          title: "refuses to register a card outside the registry's schema",
        },
      ],
    },
    {
      id: 'sagemaker-registry/versions-take-no-tags',
      subjects: ['sagemaker:CreateModelPackage'],
      does: 'A version uses the tags of its group, and a request for one may not have tags of its own.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateModelPackageInput, Tags',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/model-packages.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/model-packages.test.ts',
          title: 'accepts tags for the group, not for a version, and deploys approved versions only',
        },
      ],
    },
    {
      id: 'sagemaker-registry/group-is-deleted-empty',
      subjects: ['sagemaker:DeleteModelPackageGroup', 'AWS::SageMaker::ModelPackageGroup'],
      does: 'A model package group with versions cannot be deleted (ConflictException). CloudFormation does not empty it.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DeleteModelPackageGroup: its one error',
        },
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'aws-sagemaker-modelpackagegroup, DeleteHandler.java: deletes the group and waits, and nothing else',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/model-packages.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/model-packages.test.ts',
          title: 'refuses to delete a group that still has versions',
        },
      ],
    },
    {
      id: 'sagemaker-registry/groups-without-a-policy',
      subjects: ['sagemaker:GetModelPackageGroupPolicy'],
      does: 'A group without a resource policy answers GetModelPackageGroupPolicy with a ValidationException. The message is ours.',
      sources: [{ repository: 'mondoohq/mql', at: 'pull request 9166: takes the ValidationException for "no policy"' }],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/model-packages.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/model-packages.test.ts',
          title: 'creates a package with a name or in a group, and reports a group without a policy as AWS does',
        },
      ],
    },
    {
      id: 'sagemaker-registry/packages-have-a-name-or-a-group',
      subjects: ['sagemaker:CreateModelPackage'],
      does: 'A package is a version of a group or has a name of its own. Both are refused with "Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use.", neither with "Missing ARN."',
      sources: [{ repository: 'getmoto/moto', at: "pull request 7165, which reports AWS's answers" }],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/registry/model-packages.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/model-packages.test.ts',
          title: 'creates a package with a name or in a group, and reports a group without a policy as AWS does',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: ['sagemaker:CreateModelPackage', 'sagemaker:CreateModelPackageGroup', 'sagemaker:DescribeModelPackage'],
      pages: [
        {
          page: 'Amazon SageMaker AI API Reference: CreateModelPackage',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html',
        },
      ],
      found: ['sagemaker-registry/reads-the-artifact-as-the-caller', 'sagemaker-pipelines/register-model-calls'],
    },
    {
      subjects: [
        'AWS::SageMaker::ModelPackageGroup',
        'sagemaker:CreateModelPackageGroup',
        'sagemaker:DescribeModelPackageGroup',
        'sagemaker:DeleteModelPackageGroup',
        'sagemaker:ListModelPackageGroups',
        'sagemaker:PutModelPackageGroupPolicy',
        'sagemaker:GetModelPackageGroupPolicy',
        'sagemaker:DeleteModelPackageGroupPolicy',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
        },
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'aws-sagemaker-modelpackagegroup: schema and DeleteHandler.java',
        },
      ],
      found: ['sagemaker-registry/group-is-deleted-empty'],
    },
    {
      subjects: [
        'sagemaker:CreateModelPackage',
        'sagemaker:UpdateModelPackage',
        'sagemaker:DescribeModelPackage',
        'sagemaker:DeleteModelPackage',
        'sagemaker:ListModelPackages',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
        },
        { repository: 'aws/sagemaker-python-sdk', at: 'pull request 4726: the card in a register step' },
      ],
      found: [
        'sagemaker-registry/model-card-follows-a-schema',
        'sagemaker-registry/versions-take-no-tags',
        'sagemaker-jobs/lists-sort-by-their-own-defaults',
      ],
    },
    {
      subjects: [
        'sagemaker:Search',
        'sagemaker:ListExperiments',
        'sagemaker:ListTrials',
        'sagemaker:ListAIBenchmarkJobs',
        'sagemaker:ListAIRecommendationJobs',
        'sagemaker:ListAIWorkloadConfigs',
        'sagemaker:ListAlgorithms',
        'sagemaker:ListAppImageConfigs',
        'sagemaker:ListApps',
        'sagemaker:ListAutoMLJobs',
        'sagemaker:ListClusterSchedulerConfigs',
        'sagemaker:ListClusters',
        'sagemaker:ListCodeRepositories',
        'sagemaker:ListCompilationJobs',
        'sagemaker:ListComputeQuotas',
        'sagemaker:ListDeviceFleets',
        'sagemaker:ListDevices',
        'sagemaker:ListDomains',
        'sagemaker:ListEdgeDeploymentPlans',
        'sagemaker:ListEdgePackagingJobs',
        'sagemaker:ListFlowDefinitions',
        'sagemaker:ListHumanTaskUis',
        'sagemaker:ListImages',
        'sagemaker:ListInferenceComponents',
        'sagemaker:ListInferenceExperiments',
        'sagemaker:ListInferenceRecommendationsJobs',
        'sagemaker:ListLabelingJobs',
        'sagemaker:ListMlflowApps',
        'sagemaker:ListMlflowTrackingServers',
        'sagemaker:ListModelCards',
        'sagemaker:ListNotebookInstanceLifecycleConfigs',
        'sagemaker:ListNotebookInstances',
        'sagemaker:ListOptimizationJobs',
        'sagemaker:ListPartnerApps',
        'sagemaker:ListProjects',
        'sagemaker:ListSpaces',
        'sagemaker:ListStudioLifecycleConfigs',
        'sagemaker:ListSubscribedWorkteams',
        'sagemaker:ListTrainingPlans',
        'sagemaker:ListUserProfiles',
        'sagemaker:ListWorkforces',
        'sagemaker:ListWorkteams',
        'sagemaker:UpdateTrainingJob',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations; the project never calls them',
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
