import type { Behaviour } from '../behaviour';

/** What the operations on endpoints refuse, and when. */
export const endpointOperations: readonly Behaviour[] = [
  {
    id: 'sagemaker-hosting/hosting-answers-validation-exception',
    subjects: [
      'sagemaker:DescribeEndpoint',
      'sagemaker:DescribeEndpointConfig',
      'sagemaker:DescribeModel',
      'sagemaker:DescribeModelPackage',
      'sagemaker:DescribeModelPackageGroup',
      'sagemaker:CreateEndpoint',
      'sagemaker:CreateEndpointConfig',
      'sagemaker:CreateModel',
    ],
    does: 'Endpoints, their configurations, models and the registry have no specific errors for missing or existing resources. Both are a ValidationException, and only the text tells them apart: "Could not find endpoint configuration ...", "Cannot create already existing endpoint ...", "ModelPackageGroup ... does not exist".',
    sources: [
      {
        repository: 'hashicorp/terraform-provider-aws',
        at: 'issue 40048 quotes "Could not find endpoint configuration", issue 40080 "Cannot create already existing endpoint"',
      },
      {
        repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
        at: 'aws-sagemaker-modelpackagegroup, DeleteHandler.java: matches the text "ModelPackageGroup ... does not exist"',
      },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of the errors of these operations',
      },
    ],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/endpoint/endpoints.ts',
      'local-account/sagemaker/registry/endpoint-configs.ts',
      'local-account/sagemaker/registry/models.ts',
      'local-account/sagemaker/registry/model-packages.ts',
    ],
    tests: [{ file: 'local-account/test/sagemaker/endpoint.test.ts', title: 'forgets a deleted endpoint' }],
  },
  {
    id: 'sagemaker-hosting/one-change-at-a-time',
    subjects: ['sagemaker:UpdateEndpoint', 'sagemaker:UpdateEndpointWeightsAndCapacities'],
    does: 'An endpoint takes one change at a time, scaling included: while it is Creating, Updating, SystemUpdating or RollingBack an update is refused ("Cannot update in-progress endpoint"). A failed endpoint can only be deleted.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DescribeEndpointOutput, EndpointStatus',
      },
      { repository: 'hashicorp/terraform-provider-aws', at: 'pull request 39152, about a change that is under way' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/endpoint/settled-fleet.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/endpoint-updates.test.ts',
        title: 'retains the scaled instance count only on request, and refuses a second update meanwhile',
      },
      {
        file: 'local-account/test/sagemaker/endpoint.test.ts',
        title: 'fails to create what does not start, and what the role may not read; what failed cannot be updated',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/endpoint-is-deleted-when-it-has-settled',
    subjects: ['sagemaker:DeleteEndpoint', 'AWS::SageMaker::Endpoint'],
    does: 'An endpoint that is being created or changed cannot be deleted: the call is refused, and one that cannot start stays Creating for an hour or longer before it can go.',
    sources: [
      {
        repository: 'aws/amazon-sagemaker-examples',
        at: 'pull request 3188: a notebook must wait until the endpoint is in service before it deletes it',
      },
      {
        repository: 'aws/amazon-sagemaker-examples',
        at: 'issue 3432: an endpoint stuck in Creating cannot be deleted',
      },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DescribeEndpointOutput, EndpointStatus',
      },
    ],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/endpoint/delete-endpoint.ts',
      'local-account/cloudformation/provisioners/sagemaker-endpoint.ts',
    ],
    tests: [
      {
        file: 'local-account/test/sagemaker/endpoint-updates.test.ts',
        title: 'retains the scaled instance count only on request, and refuses a second update meanwhile',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/update-needs-the-configuration-in-force',
    subjects: ['sagemaker:UpdateEndpoint', 'sagemaker:DeleteEndpointConfig'],
    does: 'UpdateEndpoint reads the configuration that is in force as well as the new one. When the old one was deleted first, the update is refused with "Could not find endpoint configuration" and names the old one, though DeleteEndpointConfig had accepted the deletion.',
    sources: [
      {
        repository: 'hashicorp/terraform-provider-aws',
        at: 'issue 40048: the old configuration was deleted before the endpoint was updated',
      },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of UpdateEndpoint and DeleteEndpointConfig: a configuration in use must not be deleted',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/endpoint/update-endpoint.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/endpoint-updates.test.ts',
        title: 'refuses an update when the current configuration was deleted',
      },
    ],
  },
  {
    id: 'sagemaker-hosting/one-variant-is-resized-at-a-time',
    subjects: ['sagemaker:UpdateEndpointWeightsAndCapacities'],
    does: 'One call changes the weights of several variants, but the capacity of one only.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of UpdateEndpointWeightsAndCapacities',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/endpoint/resize-endpoint.ts'],
    tests: [{ file: 'local-account/test/sagemaker/endpoint-updates.test.ts', title: 'resizes one variant at a time' }],
  },
  {
    id: 'sagemaker-hosting/capacities-of-variants',
    subjects: ['sagemaker:UpdateEndpointWeightsAndCapacities'],
    does: 'A change names variants of the endpoint: "The variant name(s) ... is/are not present within endpoint configuration ...". Only asynchronous endpoints have no instances, and serverless variants have none to change; the messages for these are ours.',
    sources: [
      { repository: 'getmoto/moto', at: 'pull request 5082: the message for an unknown variant' },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of DesiredWeightAndCapacity, ServerlessUpdateConfig and ProductionVariant',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/endpoint/resize-endpoint.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/variants.test.ts',
        title: 'get new weights while the endpoint is Updating, then InService',
      },
      { file: 'local-account/test/sagemaker/serverless.test.ts', title: 'has no instances to scale' },
    ],
  },
  {
    id: 'sagemaker-hosting/endpoint-returns-its-arn',
    subjects: ['AWS::SageMaker::Endpoint'],
    does: 'The published schema of the resource lists the ARN as the only attribute that Fn::GetAtt surely returns. CDK reads EndpointName, too; whether that works is not documented by the schema.',
    sources: [
      {
        repository: 'pulumi/pulumi-aws-native',
        at: 'aws-cloudformation-schema/aws-sagemaker-endpoint.json: readOnlyProperties',
      },
    ],
    sure: 'possible',
    enforcedBy: [],
    tests: [],
  },
];
