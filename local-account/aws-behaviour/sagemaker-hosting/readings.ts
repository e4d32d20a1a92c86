import type { Reading } from '../behaviour';

export const readings: readonly Reading[] = [
  {
    subjects: [
      'AWS::SageMaker::Endpoint',
      'sagemaker:CreateEndpoint',
      'sagemaker:UpdateEndpoint',
      'sagemaker:DescribeEndpoint',
      'sagemaker:DeleteEndpoint',
      'sagemaker:ListEndpoints',
      'sagemaker:UpdateEndpointWeightsAndCapacities',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
      { repository: 'pulumi/pulumi-aws-native', at: 'aws-cloudformation-schema/aws-sagemaker-endpoint.json' },
      {
        page: 'Auto-Rollback Configuration and Monitoring - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html',
      },
      {
        page: 'Exclusions - Amazon SageMaker AI (Deployment guardrails)',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html',
      },
    ],
    found: [
      'sagemaker-hosting/hosting-answers-validation-exception',
      'sagemaker-hosting/one-change-at-a-time',
      'sagemaker-hosting/endpoint-is-deleted-when-it-has-settled',
      'sagemaker-hosting/update-needs-the-configuration-in-force',
      'sagemaker-hosting/one-variant-is-resized-at-a-time',
      'sagemaker-hosting/deployment-sizes',
      'sagemaker-hosting/deployment-timeout-exceeds-its-waits',
      'sagemaker-hosting/rolling-excludes',
      'sagemaker-hosting/policies-need-the-same-variants',
      'application-auto-scaling/holds-instance-types',
    ],
  },
  {
    subjects: [
      'AWS::SageMaker::EndpointConfig',
      'sagemaker:CreateEndpointConfig',
      'sagemaker:DescribeEndpointConfig',
      'sagemaker:DeleteEndpointConfig',
      'sagemaker:ListEndpointConfigs',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
      {
        page: 'ProductionVariantServerlessConfig - Amazon SageMaker',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html',
      },
    ],
    found: [
      'sagemaker-hosting/one-shadow-variant',
      'sagemaker-hosting/serverless-memory-steps',
      'sagemaker-hosting/update-needs-the-configuration-in-force',
    ],
  },
  {
    subjects: [
      'AWS::SageMaker::Model',
      'sagemaker:CreateModel',
      'sagemaker:DescribeModel',
      'sagemaker:DeleteModel',
      'sagemaker:ListModels',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
      { repository: 'pulumi/pulumi-aws-native', at: 'aws-cloudformation-schema/aws-sagemaker-model.json' },
    ],
    found: [
      'sagemaker-hosting/create-model-reads-the-artifact',
      'sagemaker-hosting/approved-versions-deploy',
      'sagemaker-hosting/containers-in-series-are-named',
      'sagemaker-hosting/a-package-is-the-primary-container',
    ],
  },
  {
    subjects: ['sagemaker-runtime:InvokeEndpoint', 'sagemaker-runtime:InvokeEndpointAsync'],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker-runtime/2017-05-13/service-2.json: documentation of both operations and their members',
      },
    ],
    found: [
      'sagemaker-hosting/runtime-answers-validation-error',
      'sagemaker-hosting/runtime-body-limit',
      'sagemaker-hosting/runtime-asynchronous-requests-expire',
    ],
  },
  {
    subjects: ['sagemaker:AddTags', 'sagemaker:ListTags', 'sagemaker:DeleteTags'],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of AddTags, ListTags',
      },
    ],
    found: 'nothing beyond the model',
  },
];
