import type { Behaviour, Source } from '../behaviour';

const GROUPS = 'local-account/test/sagemaker/feature-store-groups.test.ts';
const RECORDS = 'local-account/test/sagemaker/feature-store-records.test.ts';
const OFFLINE_STORE = 'local-account/test/sagemaker/feature-store-offline.test.ts';
const STACKS = 'local-account/test/sagemaker/feature-store-stacks.test.ts';
const MODEL = (of: string): Source => ({
  repository: 'boto/botocore',
  at: `botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ${of}`,
});
const QUOTAS: Source = {
  page: 'Quotas, naming rules and data types - Amazon SageMaker AI',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-quotas.html',
};
const MANAGED_POLICY: Source = {
  page: 'AWS managed policies for Amazon SageMaker Feature Store - Amazon SageMaker AI',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol-feature-store.html',
};
const SCHEMA: Source = {
  repository: 'pulumi/pulumi-aws-native',
  at: 'aws-cloudformation-schema/aws-sagemaker-featuregroup.json: permissions of the handlers, createOnlyProperties',
};

/** Feature groups: how they are made, changed and deleted, and what that takes. */
export const groups: readonly Behaviour[] = [
  {
    id: 'sagemaker-feature-store/groups-have-a-store',
    subjects: ['sagemaker:CreateFeatureGroup', 'AWS::SageMaker::FeatureGroup'],
    does: 'A group has an online store, an offline store or both; without either: "Validation Error: OnlineStore and OfflineStore cannot be both disabled. Please enable at least one of them and retry the request." An offline store needs a role; the words for that are ours.',
    sources: [
      { repository: 'aws/sagemaker-core', at: 'issue 175: the error in full' },
      MODEL('CreateFeatureGroupRequest, RoleArn'),
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/feature-store/group-rules.ts'],
    tests: [{ file: GROUPS, title: 'are refused with %s' }],
  },
  {
    id: 'sagemaker-feature-store/definitions',
    subjects: ['sagemaker:CreateFeatureGroup', 'sagemaker:UpdateFeatureGroup', 'sagemaker:UpdateFeatureMetadata'],
    does: 'is_deleted, write_time and api_invocation_time are reserved; the record identifier and the event time are among the definitions, the event time as String or Fractional; names differ, also without regard to case, because Athena does not regard it. A feature has at most 25 parameters. The words are ours.',
    sources: [QUOTAS, MODEL('CreateFeatureGroupRequest, FeatureDefinition, FeatureParameters')],
    sure: 'likely',
    enforcedBy: [
      'local-account/sagemaker/feature-store/group-rules.ts',
      'local-account/sagemaker/feature-store/feature-metadata.ts',
    ],
    tests: [
      { file: GROUPS, title: 'are refused with %s' },
      { file: GROUPS, title: 'have descriptions and parameters for their features' },
    ],
  },
  {
    id: 'sagemaker-feature-store/group-names',
    subjects: [
      'sagemaker:CreateFeatureGroup',
      'sagemaker:DescribeFeatureGroup',
      'sagemaker-featurestore-runtime:PutRecord',
    ],
    does: 'A taken name is ResourceInUse: "Resource Already Exists: FeatureGroup with name ... already exists. Choose a different name." A missing group is: "Resource Not Found: Amazon SageMaker can\'t find a FeatureGroup with name [...]."',
    sources: [
      {
        repository: 'getmoto/moto',
        at: 'tests/test_sagemaker/test_sagemaker_feature_groups.py: the first error in full',
      },
      { repository: 'aws/sagemaker-python-sdk', at: 'issue 2606: the second error in full' },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/feature-store/feature-groups.ts'],
    tests: [
      { file: GROUPS, title: 'have one name each' },
      { file: RECORDS, title: 'are not found in a group that is not there' },
    ],
  },
  {
    id: 'sagemaker-feature-store/glue-table',
    subjects: ['sagemaker:CreateFeatureGroup', 'sagemaker:UpdateFeatureGroup', 'AWS::SageMaker::FeatureGroup'],
    does: 'Unless it is told not to, the service makes a table in the database sagemaker_featurestore, which it makes, too, or under the given names. Its name is that of the group with underscores, and the seconds of its creation. It needs the caller\'s permissions on Glue, since the managed policy of the role has none to create; what Glue refuses is the reason of CreateFailed, as the SDK for Java words it: "... (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException; ...)". Added features change the table as the role, whose managed policy allows that. The table has no partition keys: a query without a list of columns shows none.',
    sources: [
      MODEL('OfflineStoreConfig, DisableGlueTableCreation and DataCatalogConfig'),
      SCHEMA,
      MANAGED_POLICY,
      { repository: 'aws/amazon-sagemaker-examples', at: 'issue 2079: a FailureReason in full' },
      {
        repository: 'aws/sagemaker-python-sdk',
        at: 'sagemaker-mlops/src/sagemaker/mlops/feature_store/feature_utils.py: as_hive_ddl',
      },
      {
        repository: 'aws-samples/amazon-sagemaker-feature-store-end-to-end-workshop',
        at: '02-module-working-with-offline-store/m2_nb1_feature_store_dataset_extraction.ipynb: columns of SELECT *',
      },
    ],
    sure: 'likely',
    enforcedBy: [
      'local-account/sagemaker/feature-store/catalog-table.ts',
      'local-account/sagemaker/feature-store/create-feature-group.ts',
    ],
    tests: [
      { file: OFFLINE_STORE, title: 'is a table in Glue, in the database of the feature store' },
      { file: GROUPS, title: 'fail to be created when the caller may not create their table' },
      { file: GROUPS, title: 'get more features, also in their table' },
    ],
  },
  {
    id: 'sagemaker-feature-store/online-store-key',
    subjects: [
      'sagemaker:CreateFeatureGroup',
      'sagemaker-featurestore-runtime:PutRecord',
      'sagemaker-featurestore-runtime:GetRecord',
      'sagemaker-featurestore-runtime:DeleteRecord',
    ],
    does: 'Who creates a group with a key for its online store needs eleven actions on the key (from Encrypt to RevokeGrant); who reads or writes its records needs kms:Decrypt.',
    sources: [MODEL('OnlineStoreSecurityConfig, KmsKeyId')],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/feature-store/online-key.ts'],
    tests: [{ file: GROUPS, title: 'with a key let in only who may decrypt with it' }],
  },
  {
    id: 'sagemaker-feature-store/updates',
    subjects: ['sagemaker:UpdateFeatureGroup', 'AWS::SageMaker::FeatureGroup'],
    does: 'One update at a time, of one thing: added features, the online store or the throughput. It is asynchronous; LastUpdateStatus says how it went. Features are never removed. A new default time to live is for records that come later; without unit and value there is none. The step from Standard to Standard_V2 cannot be reversed. The words are ours.',
    sources: [
      MODEL('UpdateFeatureGroup, OnlineStoreConfigUpdate, ThroughputConfigUpdate'),
      {
        page: 'Time to live (TTL) duration for records - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-time-to-live.html',
      },
    ],
    sure: 'likely',
    enforcedBy: [
      'local-account/sagemaker/feature-store/group-rules.ts',
      'local-account/sagemaker/feature-store/feature-groups.ts',
      'local-account/cloudformation/provisioners/sagemaker-feature-group.ts',
    ],
    tests: [
      { file: GROUPS, title: 'get more features, also in their table' },
      { file: STACKS, title: 'comes from a template, is changed in place, and is deleted with it' },
    ],
  },
  {
    id: 'sagemaker-feature-store/template-knows-fewer-types',
    subjects: ['AWS::SageMaker::FeatureGroup'],
    does: 'A template knows the storage types Standard and InMemory only. Another online store, another key of it or another type replaces the group, which no template can do without a new name. The words for the type are ours.',
    sources: [
      {
        page: 'AWS::SageMaker::FeatureGroup OnlineStoreConfig - AWS CloudFormation',
        url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-sagemaker-featuregroup-onlinestoreconfig.html',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/provisioners/sagemaker-feature-group.ts'],
    tests: [{ file: STACKS, title: 'comes from a template, is changed in place, and is deleted with it' }],
  },
  {
    id: 'sagemaker-feature-store/deletion-keeps-the-offline-store',
    subjects: ['sagemaker:DeleteFeatureGroup', 'AWS::SageMaker::FeatureGroup'],
    does: 'The records of the online store are gone at once; the files of the offline store, and the database and the table in Glue, stay.',
    sources: [MODEL('DeleteFeatureGroup')],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/feature-store/feature-groups.ts'],
    tests: [{ file: STACKS, title: 'comes from a template, is changed in place, and is deleted with it' }],
  },
  {
    id: 'sagemaker-feature-store/offline-store-is-written-as-the-role',
    subjects: ['sagemaker:CreateFeatureGroup', 'sagemaker-featurestore-runtime:PutRecord'],
    does: 'The role of the group writes the offline store: s3:GetBucketAcl, s3:PutObject and s3:PutObjectAcl, and kms:GenerateDataKey for the key of the offline store. That a bucket which the role cannot use makes the creation fail, and the words for it, are our reading.',
    sources: [MANAGED_POLICY, MODEL('S3StorageConfig, KmsKeyId')],
    sure: 'likely',
    enforcedBy: [
      'local-account/sagemaker/feature-store/offline-writer.ts',
      'local-account/sagemaker/feature-store/create-feature-group.ts',
    ],
    tests: [
      { file: OFFLINE_STORE, title: 'is blocked while its role may not write, and loses nothing' },
      { file: GROUPS, title: 'fail to be created when the caller may not create their table' },
    ],
  },
];
