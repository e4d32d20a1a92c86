import { CfnOutput } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import type { WorkflowStateMachine } from '../shared/state-machine/state-machine';
import { accessLogBucket } from './access-log-bucket';
import { AuditTrail } from './audit-trail';
import { BatchIngest } from './batch-ingest';
import { Catalog, lakeDatabaseName } from './catalog';
import { keepEmptyingLogsInStack } from './empty-on-delete-logs';
import { expiringPrefixes } from './expiry';
import type { DataLakeStage } from './stage';
import { TrainingSet } from './transformation/training-set';
import { WorkflowBucket } from './workflow-bucket';

export interface DataLakeStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
}

/** Where data are, what is in them, and how they come in. */
export class DataLakeStack extends WorkflowStack implements DataLakeStage {
  readonly raw: s3.Bucket;
  readonly curated: s3.Bucket;
  readonly artifacts: s3.Bucket;
  readonly capture: s3.Bucket;
  readonly ingestDeadLetters: DeadLetterQueue;
  readonly auditLogs: logs.ILogGroup;
  readonly trainingSetStateMachine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: DataLakeStackProps) {
    super(scope, id, props);
    const { context } = props;
    const { configuration, problem, pattern, dataKey } = context;
    const { retention } = configuration;
    const expire = expiringPrefixes(retention, pattern);
    const { lookBackDays } = configuration.monitoring.modelQuality;
    if (lookBackDays > retention.captureDays) {
      throw new Error(
        `monitoring.modelQuality.lookBackDays is ${lookBackDays}; captures are kept for ${retention.captureDays} days (retention.captureDays in lib/config.ts)`,
      );
    }

    const accessLogs = accessLogBucket(this, retention);

    const shared = { dataKey, accessLogs, retention };
    this.raw = new WorkflowBucket(this, 'Raw', { ...shared, eventBridgeEnabled: true }).bucket;
    this.curated = new WorkflowBucket(this, 'Curated', {
      ...shared,
      eventBridgeEnabled: true,
      expire: expire.curated,
    }).bucket;
    this.artifacts = new WorkflowBucket(this, 'Artifacts', {
      ...shared,
      expire: expire.artifacts,
      eventBridgeEnabled: true,
      // SageMaker has no parameter for the key of checkpoints, and no page says which header it sends.
      writesWithoutKey: { keyPattern: 'pipeline/*/checkpoints/*' },
    }).bucket;
    this.capture = new WorkflowBucket(this, 'Capture', { ...shared, expire: expire.capture }).bucket;
    // Serving imports these only while its pattern captures. If the export depended on the pattern, CloudFormation could
    // not delete it while Serving still imports it.
    for (const value of [this.capture.bucketName, this.capture.bucketArn]) this.exportValue(value);
    const trail = new WorkflowBucket(this, 'Audit', {
      ...shared,
      expire: expire.audit,
      // Evidence: old versions are kept as long as elsewhere, not as short as personal data.
      expiredVersionDays: retention.oldVersionDays,
      // Digest files are encrypted with S3's key, whatever the trail's key is.
      writesWithoutKey: { service: 'cloudtrail.amazonaws.com' },
    }).bucket;
    covers(this, 'READY-02', 'FLOW-02', 'DATA-01', 'DATADEC-01', 'DATADEC-03', 'SVC-10', 'SEC-04', 'SEC-09', 'COST-07');

    keepEmptyingLogsInStack(this, context);

    const audit = new AuditTrail(this, 'AuditTrail', {
      context,
      bucket: trail,
      watched: [this.raw, this.curated, this.artifacts, this.capture],
    });
    this.auditLogs = audit.logGroup;
    const catalog = new Catalog(this, 'Catalog', {
      context,
      raw: this.raw,
      curated: this.curated,
    });
    const ingest = new BatchIngest(this, 'BatchIngest', {
      context,
      raw: this.raw,
      curated: this.curated,
    });
    this.ingestDeadLetters = ingest.deadLetters;
    this.trainingSetStateMachine = new TrainingSet(this, 'TrainingSet', {
      context,
      raw: this.raw,
      curated: this.curated,
      catalog,
    }).stateMachine;

    const outputs = {
      RawBucketName: this.raw,
      CuratedBucketName: this.curated,
      ArtifactsBucketName: this.artifacts,
      CaptureBucketName: this.capture,
    };
    for (const [key, bucket] of Object.entries(outputs)) new CfnOutput(this, key, { value: bucket.bucketName });
    // What a caller needs to build a request: its columns, and how to compute those that no file holds.
    new CfnOutput(this, 'RequestColumns', { value: problem.features.map(({ name }) => name).join(',') });
    new CfnOutput(this, 'StateRules', { value: JSON.stringify(problem.state) });
    new CfnOutput(this, 'GlueDatabaseName', { value: lakeDatabaseName(context) });
  }
}
