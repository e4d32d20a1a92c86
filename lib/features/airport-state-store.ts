import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { lakeDatabaseName } from '../data-lake/catalog';
import { covers } from '../shared/blueprint/covers';
import { useDataKeyThroughS3 } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { type StoredFeature, storedFeatures } from './state-features';

export interface AirportStateStoreProps {
  readonly context: WorkflowContext;
  readonly curated: s3.IBucket;
}

const prefix = 'features/airport-state';
const tableName = 'airport_state';

/** Glue's types for the types of features. */
const glueTypes = { Integral: 'bigint', Fractional: 'double', String: 'string' } as const;

/**
 * The state of each airport as features: the newest online, for a prediction in milliseconds, and every one offline, for
 * training (READY-04: what a feature owes to production; FEAT-04: how online and offline features diverge). Both are
 * written by one call from one computation. Online, a state expires: a missing value is better than one of yesterday.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store.html
 */
export class AirportStateStore extends Construct {
  readonly featureGroupName: string;
  readonly featureGroupArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AirportStateStoreProps,
  ) {
    super(scope, id);
    const { context, curated } = props;
    const { configuration, dataKey } = context;
    this.featureGroupName = `${configuration.prefix}-airport-state`;
    this.featureGroupArn = Stack.of(this).formatArn({
      service: 'sagemaker',
      resource: 'feature-group',
      resourceName: this.featureGroupName,
    });
    const features = storedFeatures(context.problem);
    const table = this.table(features);
    const role = this.role();
    const group = new sagemaker.CfnFeatureGroup(this, 'Group', {
      featureGroupName: this.featureGroupName,
      description: 'How an airport runs at a moment: what was known then of the flights of the hours before.',
      recordIdentifierFeatureName: 'airport',
      eventTimeFeatureName: 'event_time',
      featureDefinitions: features.map(({ name, type }) => ({ featureName: name, featureType: type })),
      // CDK passes these two on as they are.
      onlineStoreConfig: {
        EnableOnlineStore: true,
        SecurityConfig: { KmsKeyId: dataKey.keyArn },
        TtlDuration: { Unit: 'Minutes', Value: configuration.streaming.stateLifetimeMinutes },
      },
      offlineStoreConfig: {
        S3StorageConfig: { S3Uri: `s3://${curated.bucketName}/${prefix}`, KmsKeyId: dataKey.keyArn },
        // The table below, and not one that SageMaker makes: `cdk destroy` would leave that one behind.
        DisableGlueTableCreation: true,
        DataCatalogConfig: { Catalog: 'AwsDataCatalog', Database: lakeDatabaseName(context), TableName: tableName },
      },
      roleArn: role.roleArn,
    });
    group.applyRemovalPolicy(RemovalPolicy.DESTROY);
    group.addResourceDependency(table);
    group.node.addDependency(role);
    covers(this, 'FEAT-04', 'READY-04');
  }

  /**
   * The offline store in the catalog. SageMaker adds account, region and the second of the group's creation to the
   * prefix, which no template knows, so the location is the prefix: a table reads all files below it.
   */
  private table(features: readonly StoredFeature[]): glue.CfnTable {
    const { context, curated } = this.props;
    return new glue.CfnTable(this, 'Table', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: lakeDatabaseName(context),
      tableInput: {
        name: tableName,
        tableType: 'EXTERNAL_TABLE',
        parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
        storageDescriptor: {
          columns: [
            ...features.map(({ name, type }) => ({ name, type: glueTypes[type] })),
            { name: 'write_time', type: 'timestamp' },
            { name: 'api_invocation_time', type: 'timestamp' },
            { name: 'is_deleted', type: 'boolean' },
          ],
          location: `s3://${curated.bucketName}/${prefix}/`,
          inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
          serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
        },
      },
    });
  }

  /** SageMaker writes the offline store with it. */
  // AWS: sagemaker-feature-store/offline-store-is-written-as-the-role
  private role(): iam.Role {
    const { context, curated } = this.props;
    const role = new iam.Role(this, 'Role', {
      description: 'Lets SageMaker write the offline store of the airport state.',
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        OfflineStore: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'WriteOfflineStore',
              actions: ['s3:PutObject', 's3:PutObjectAcl'],
              resources: [curated.arnForObjects(`${prefix}/*`)],
            }),
            new iam.PolicyStatement({
              sid: 'CheckBucket',
              actions: ['s3:GetBucketAcl'],
              resources: [curated.bucketArn],
            }),
            useDataKeyThroughS3(this, context.dataKey, ['kms:GenerateDataKey']),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(role);
    acknowledgeWildcards(role, { pattern: `/${prefix}/*`, reason: 'EV-001: SageMaker names the files.' });
    return role;
  }
}
