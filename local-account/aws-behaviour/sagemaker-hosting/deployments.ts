import type { Behaviour } from '../behaviour';

/** Blue/green and rolling updates of endpoints. */
export const deployments: readonly Behaviour[] = [
  {
    id: 'sagemaker-hosting/silent-rollback',
    subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
    does: 'An update that fails, for want of capacity or in its health checks, ends with the endpoint InService on its old configuration, and the failure reason may be empty. The status alone looks like a success.',
    sources: [
      { repository: 'hashicorp/terraform-provider-aws', at: 'issues 48997, 46663 and 39099, pull request 49020' },
      {
        repository: 'aws-controllers-k8s/sagemaker-controller',
        at: 'pull request 7: the failure reason disappears with the next update',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/provisioners/sagemaker-endpoint.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/endpoint-updates.test.ts',
        title:
          'is a failed update if CloudFormation compares configurations, and a complete one if it checks only the status',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/no-instance-for-a-second-fleet',
    subjects: ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint'],
    does: 'A blue/green update needs instances for two fleets. Without the quota the call fails with ResourceLimitExceeded ("The account-level service limit ... is N Instances"); without capacity the update fails later with "Unable to provision requested ML compute capacity".',
    sources: [
      {
        repository: 'aws-samples/sagemaker-custom-project-templates',
        at: 'issue 51: the words in a CloudFormation event',
      },
      { repository: 'DIAGNijmegen/rse-grand-challenge', at: 'issue 2631: the words for missing capacity' },
    ],
    sure: 'certain',
    enforcedBy: [],
    tests: [],
  },
  {
    id: 'sagemaker-hosting/retained-weights',
    subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
    does: 'RetainAllVariantProperties keeps the weights of variants that exist, not only their instance counts. A new variant gets its InitialVariantWeight in addition, so its share is not the configured one, and later changes of weights in the configuration do nothing.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of UpdateEndpointInput, RetainAllVariantProperties',
      },
      {
        page: 'API VariantProperty',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VariantProperty.md',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/endpoint/update-endpoint.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/variants.test.ts',
        title:
          "retains the existing variant's weight, so a new variant of 10 % gets ten of eleven parts; later percentages change nothing",
      },
      {
        file: 'local-account/test/sagemaker/variants.test.ts',
        title: "uses the configuration's weights each time DesiredWeight is excluded",
      },
    ],
  },
  {
    id: 'sagemaker-hosting/data-capture-is-not-retained',
    subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
    does: 'ExcludeRetainedVariantProperties lists DataCaptureConfig among its values and says "not currently supported".',
    sources: [
      {
        page: 'VariantProperty - Amazon SageMaker API reference',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VariantProperty.html',
      },
    ],
    sure: 'possible',
    enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
    tests: [{ file: 'local-account/test/sagemaker/variants.test.ts', title: 'cannot exclude DataCaptureConfig' }],
  },
  {
    id: 'sagemaker-hosting/deployment-sizes',
    subjects: ['sagemaker:UpdateEndpoint', 'sagemaker:CreateEndpoint', 'AWS::SageMaker::Endpoint'],
    does: 'A deployment configuration names one policy. A canary is at most half the instances, a linear step a tenth to a half, a rolling batch a twentieth to a half; waits and time limits have bounds.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DeploymentConfig, TrafficRoutingConfig, RollingUpdatePolicy',
      },
      {
        repository: 'pulumi/pulumi-aws-native',
        at: 'aws-cloudformation-schema/aws-sagemaker-endpoint.json: bounds of the waits',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
    tests: [{ file: 'local-account/test/sagemaker/rollout.test.ts', title: 'refuses %s' }],
  },
  {
    id: 'sagemaker-hosting/deployment-timeout-exceeds-its-waits',
    subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
    does: 'The time limit of a blue/green deployment must be larger than its waiting times together.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of BlueGreenUpdatePolicy, MaximumExecutionTimeoutInSeconds',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
    tests: [{ file: 'local-account/test/sagemaker/rollout.test.ts', title: 'refuses %s' }],
  },
  {
    id: 'sagemaker-hosting/policies-need-the-same-variants',
    subjects: ['sagemaker:UpdateEndpoint', 'AWS::SageMaker::Endpoint'],
    does: 'A blue/green or rolling deployment needs the same variant names before and after. An update that adds or removes a variant therefore carries no deployment policy; SageMaker then shifts all traffic at once.',
    sources: [
      {
        page: 'Exclusions - Amazon SageMaker AI (Deployment guardrails)',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/rollout.test.ts',
        title: 'refuses a deployment policy for an update that adds a variant, and accepts the update without one',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/rolling-excludes',
    subjects: ['sagemaker:UpdateEndpoint'],
    does: 'Endpoints of several production variants and serverless endpoints have no rolling deployment.',
    sources: [
      {
        page: 'Exclusions - Amazon SageMaker AI (Deployment guardrails)',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/endpoint/deployment-rules.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/rollout.test.ts',
        title: 'refuses to roll an endpoint of several variants',
      },
    ],
  },
];
