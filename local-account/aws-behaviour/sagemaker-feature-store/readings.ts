import type { Reading } from '../behaviour';
import { groups } from './groups';
import { records } from './records';

export const readings: readonly Reading[] = [
  {
    subjects: [
      'AWS::SageMaker::FeatureGroup',
      'sagemaker:CreateFeatureGroup',
      'sagemaker:DescribeFeatureGroup',
      'sagemaker:UpdateFeatureGroup',
      'sagemaker:DeleteFeatureGroup',
      'sagemaker:ListFeatureGroups',
      'sagemaker:DescribeFeatureMetadata',
      'sagemaker:UpdateFeatureMetadata',
    ],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of these operations and their members',
      },
      {
        repository: 'pulumi/pulumi-aws-native',
        at: 'aws-cloudformation-schema/aws-sagemaker-featuregroup.json',
      },
      {
        page: 'Quotas, naming rules and data types - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-quotas.html',
      },
      {
        page: 'AWS managed policies for Amazon SageMaker Feature Store - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-feature-store.html',
      },
    ],
    found: groups.map(({ id }) => id),
  },
  {
    subjects: [
      'PutRecord',
      'GetRecord',
      'DeleteRecord',
      'UpdateRecord',
      'ListRecords',
      'BatchGetRecord',
      'BatchWriteRecord',
    ].map((operation) => `sagemaker-featurestore-runtime:${operation}`),
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker-featurestore-runtime/2020-07-01/service-2.json: documentation of all operations and their members',
      },
      {
        page: 'Amazon SageMaker Feature Store offline store data format - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html',
      },
      {
        page: 'Time to live (TTL) duration for records - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-time-to-live.html',
      },
      {
        page: 'Logging Feature Store operations by using AWS CloudTrail - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-logging-using-cloudtrail.html',
      },
    ],
    found: records.map(({ id }) => id),
  },
];
