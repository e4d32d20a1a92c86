import { type Call, type Field, field, fields, fixed, passRole, type Row, type ServiceCalls, scoped } from './rows';
import { addTags, arn, flag, keyArns, named, SERVICE } from './sagemaker-rows';

const group = named('feature-group', 'FeatureGroupName');

/** Feature groups: rows of the control plane. Keys and tables are asked for by the service (hops.ts). */
export const featureGroups: ServiceCalls['operations'] = {
  CreateFeatureGroup: [
    {
      action: 'sagemaker:CreateFeatureGroup',
      type: 'feature-group',
      resource: group,
      context: {
        'sagemaker:FeatureGroupEnableOnlineStore': flag('OnlineStoreConfig.EnableOnlineStore'),
        'sagemaker:FeatureGroupOnlineStoreKmsKeyArn': keyArns('OnlineStoreConfig.SecurityConfig.KmsKeyId'),
        'sagemaker:FeatureGroupOfflineStoreConfig': (call) =>
          call.input.OfflineStoreConfig === undefined ? undefined : 'true',
        'sagemaker:FeatureGroupOfflineStoreS3Uri': field('OfflineStoreConfig.S3StorageConfig.S3Uri'),
        'sagemaker:FeatureGroupOfflineStoreKmsKeyArn': keyArns('OfflineStoreConfig.S3StorageConfig.KmsKeyId'),
        'sagemaker:FeatureGroupDisableGlueTableCreation': (call) =>
          call.input.OfflineStoreConfig === undefined
            ? undefined
            : flag('OfflineStoreConfig.DisableGlueTableCreation')(call),
      },
    },
    addTags(group, 'feature-group'),
    passRole(SERVICE, 'RoleArn'),
  ],
  ...scoped(
    'sagemaker',
    'feature-group',
    group,
    'DescribeFeatureGroup',
    'UpdateFeatureGroup',
    'DeleteFeatureGroup',
    'DescribeFeatureMetadata',
    'UpdateFeatureMetadata',
  ),
};

const groupsIn =
  (path: string): Field<string[]> =>
  (call: Call) =>
    (fields(path)(call) ?? []).map((name) => arn(call, 'feature-group', name));

const direct: Row['context'] = { 'sagemaker:IsUpdateRecord': fixed('false') };
const written = groupsIn('Entries[].FeatureGroupName');

/** Amazon SageMaker Feature Store Runtime. */
export const featureStoreRuntime: ServiceCalls = {
  prefix: 'sagemaker',
  source: 'Actions, resources, and condition keys for Amazon SageMaker',
  operations: {
    ...scoped('sagemaker', 'feature-group', group, 'GetRecord', 'DeleteRecord', 'ListRecords'),
    ...scoped('sagemaker', 'feature-group', groupsIn('Identifiers[].FeatureGroupName'), 'BatchGetRecord'),
    PutRecord: [{ action: 'sagemaker:PutRecord', type: 'feature-group', resource: group, context: direct }],
    // AWS: sagemaker-feature-store/batch-write-needs-put-record
    BatchWriteRecord: [
      { action: 'sagemaker:BatchWriteRecord', type: 'feature-group', resource: written },
      { action: 'sagemaker:PutRecord', type: 'feature-group', resource: written, context: direct },
    ],
    // AWS: sagemaker-feature-store/updates-are-authorized-as-puts
    UpdateRecord: [
      {
        action: 'sagemaker:PutRecord',
        type: 'feature-group',
        resource: group,
        context: {
          'sagemaker:IsUpdateRecord': fixed('true'),
          'sagemaker:UpdatableFeatures': fields('Features[].FeatureName'),
        },
      },
    ],
  },
};
