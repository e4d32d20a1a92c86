import type { Behaviour } from '../behaviour';

/** Models and the variants that serve them. */
export const models: readonly Behaviour[] = [
  {
    id: 'sagemaker-hosting/a-package-is-the-primary-container',
    subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
    does: "A model names a model package as its primary container, also a package of several containers. AWS's SDK sends this form for every package; no published example has the package in a list of containers with an execution mode.",
    sources: [
      {
        repository: 'aws/sagemaker-python-sdk',
        at: 'src/sagemaker/model.py of version 2, class ModelPackage: one container definition that names the package, whatever the package holds',
      },
    ],
    sure: 'possible',
    enforcedBy: [],
    tests: [],
  },
  {
    id: 'sagemaker-hosting/create-model-reads-the-artifact',
    subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
    does: 'CreateModel reads each artifact as the execution role. A denied artifact is refused with "Could not access model data at ...", a missing one with "Could not find model data at ...". In a stack the model fails, not the endpoint.',
    sources: [
      { repository: 'philschmid/llm-sagemaker-sample', at: 'issue 2 quotes the refusal in full' },
      { repository: 'aws-ia/ecs-blueprints', at: 'issue 223: a stack fails with "Could not find model data at"' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/registry/models.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/endpoint.test.ts',
        title: 'refuses a model whose artifact is missing or denied to its role',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/approved-versions-deploy',
    subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
    does: 'A version of a model package group must be Approved before a model can be made of it.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateModelPackageInput, ModelApprovalStatus',
      },
      {
        repository: 'aws/sagemaker-python-sdk',
        at: 'sagemaker-serve/src/sagemaker/serve/model_builder.py: a comment says that CreateModel requires an approved package',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/registry/models.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/model-packages.test.ts',
        title: 'accepts tags for the group, not for a version, and deploys approved versions only',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/containers-in-series-are-named',
    subjects: ['sagemaker:CreateModel'],
    does: 'In an inference pipeline either each container has a host name or none has.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ContainerDefinition, ContainerHostname',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/registry/models.ts'],
    tests: [{ file: 'local-account/test/sagemaker/inference-pipelines.test.ts', title: 'refuses a model: %s' }],
  },
  {
    id: 'sagemaker-hosting/models-have-containers',
    subjects: ['sagemaker:CreateModel', 'AWS::SageMaker::Model'],
    does: 'A model has a primary container or a list of containers, and a container has an image or a model package that holds one. The message is ours.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateModelInput, PrimaryContainer and Containers; ContainerDefinition, Image and ModelPackageName',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/registry/models.ts'],
    tests: [{ file: 'local-account/test/sagemaker/inference-pipelines.test.ts', title: 'refuses a model: %s' }],
  },

  {
    id: 'sagemaker-hosting/variants-have-names-and-one-kind',
    subjects: ['sagemaker:CreateEndpointConfig', 'AWS::SageMaker::EndpointConfig'],
    does: 'The variants of a configuration have different names, and each has either instances or serverless settings. The message is ours.',
    sources: [
      { repository: 'mlflow/mlflow', at: 'pull request 6486: SageMaker refuses a variant name that is there' },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ProductionVariant, ServerlessConfig',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/registry/endpoint-configs.ts'],
    tests: [{ file: 'local-account/test/sagemaker/shadow-variants.test.ts', title: 'makes no configuration with %s' }],
  },
  {
    id: 'sagemaker-hosting/one-shadow-variant',
    subjects: ['sagemaker:CreateEndpointConfig'],
    does: 'A configuration with a shadow variant has one of them, and one production variant.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of CreateEndpointConfigInput, ShadowProductionVariants',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/registry/endpoint-configs.ts'],
    tests: [{ file: 'local-account/test/sagemaker/shadow-variants.test.ts', title: 'is refused %s' }],
  },
];
