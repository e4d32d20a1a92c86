import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { problemDocument } from '../../problem/problem-document';
import { glueType, type ProblemSpec } from '../../problem/problem-spec';
import { covers } from '../../shared/blueprint/covers';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import type { WorkflowContext } from '../../shared/stack/workflow-context';
import { WorkflowStateMachine } from '../../shared/state-machine/state-machine';
import type { Catalog } from '../catalog';
import { buildDefinition } from './build-definition';
import { deliveredEvents } from './delivered-events';
import { buildRole, type GlueRolesProps, qualityRole } from './glue-roles';
import { qualityRules } from './quality-rules';

export interface TrainingSetProps {
  readonly context: WorkflowContext;
  readonly raw: s3.IBucket;
  readonly curated: s3.IBucket;
  readonly catalog: Catalog;
}

const script = join(__dirname, '../../../pipelines/glue/build_training_set.py');
const tableName = 'training_set';
const output = 'training-set';

/**
 * The training set of many months, built by Spark on several hosts, and judged before anything trains on it (SVC-11:
 * Glue's part; DATADEC-01: a large history in S3; DATA-06: checks before training). PrepareData does the same on one
 * host for the months of one training; docs/learn/transformation.md says when to use which.
 *
 * The job has no connection, so it runs in Glue's own network and reaches S3 and the catalog over AWS's. A job with a
 * connection to our isolated subnets would need interface endpoints for Glue, CloudWatch Logs and STS, which cost money
 * by the hour; its data would still only go to S3. IAM and the key policies limit what it reaches.
 * https://docs.aws.amazon.com/glue/latest/dg/vpc-interface-endpoints.html
 */
export class TrainingSet extends Construct {
  readonly stateMachine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: TrainingSetProps) {
    super(scope, id);
    const { context, raw, curated, catalog } = props;
    const { configuration, problem, dataKey, operationsKey } = context;
    const { transformation, streaming, prefix } = configuration;
    const jobName = `${prefix}-build-training-set`;
    const rulesetName = `${prefix}-training-set`;
    const table = this.table(props);

    const code = new Asset(this, 'Script', { path: script });
    const contract = new Asset(this, 'Contract', { path: stagedContract(problem) });
    // Glue's own groups belong to the whole account and never expire; these are deleted with the stack.
    // https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging.html
    const logPrefix = `/aws-glue/${jobName}`;
    const logGroups = ['output', 'error'].map(
      (kind) =>
        new logs.LogGroup(this, `Logs-${kind}`, {
          logGroupName: `${logPrefix}/${kind}`,
          encryptionKey: operationsKey,
          retention: context.logRetention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
    );
    // The job's output, its log and its bookmarks are under our keys (SEC-05: why S3 permission alone is not enough).
    const security = new glue.CfnSecurityConfiguration(this, 'Security', {
      name: jobName,
      encryptionConfiguration: {
        s3Encryptions: [{ s3EncryptionMode: 'SSE-KMS', kmsKeyArn: dataKey.keyArn }],
        cloudWatchEncryption: { cloudWatchEncryptionMode: 'SSE-KMS', kmsKeyArn: operationsKey.keyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: 'CSE-KMS', kmsKeyArn: operationsKey.keyArn },
      },
    });
    const roleProps: GlueRolesProps = {
      context,
      curated,
      ...(streaming.enabled && { raw }),
      output,
      codeArns: [code, contract].map((asset) => asset.bucket.arnForObjects(asset.s3ObjectKey)),
      logGroupArns: logGroups.map((group) => group.logGroupArn),
      databaseName: catalog.databaseName,
      tableName,
      rulesetName,
    };
    const jobRole = buildRole(this, roleProps);
    const judge = qualityRole(this, roleProps);
    const job = new glue.CfnJob(this, 'Job', {
      name: jobName,
      description: 'Builds the training set from curated flights with Spark.',
      role: jobRole.roleArn,
      command: { name: 'glueetl', pythonVersion: '3', scriptLocation: code.s3ObjectUrl },
      // Spark 3.5.4, Python 3.11, Java 17.
      glueVersion: '5.0',
      workerType: transformation.workerType,
      numberOfWorkers: transformation.workers,
      timeout: transformation.timeoutMinutes,
      maxRetries: transformation.retries,
      // Two runs at once would replace each other's partitions.
      executionProperty: { maxConcurrentRuns: 1 },
      securityConfiguration: security.name,
      defaultArguments: {
        '--problem': contract.s3ObjectUrl,
        '--curated': `s3://${curated.bucketName}/curated/flights/`,
        ...(streaming.enabled && { '--events': `s3://${raw.bucketName}/${deliveredEvents}` }),
        '--output': `s3://${curated.bucketName}/${output}/`,
        '--database': catalog.databaseName,
        '--table': tableName,
        // A bookmark would skip files that the first flights of a month need, and a corrected file of an old month. A
        // run replaces whole months instead, so it may be repeated.
        '--job-bookmark-option': 'job-bookmark-disable',
        '--enable-metrics': 'true',
        '--custom-logGroup-prefix': logPrefix,
      },
    });
    job.addResourceDependency(security);
    job.node.addDependency(...logGroups);
    const ruleset = new glue.CfnDataQualityRuleset(this, 'Rules', {
      name: rulesetName,
      description: 'What a training set must be before anything trains on it.',
      ruleset: qualityRules(problem),
      targetTable: { databaseName: catalog.databaseName, tableName },
    });
    ruleset.addResourceDependency(table);

    this.stateMachine = new WorkflowStateMachine(this, 'StateMachine', {
      stateMachineName: jobName,
      context,
      definition: buildDefinition({
        jobName,
        jobTimeoutMinutes: transformation.timeoutMinutes * (transformation.retries + 1),
        databaseName: catalog.databaseName,
        tableName,
        rulesetName,
        qualityRoleArn: judge.roleArn,
        qualityWorkers: transformation.qualityWorkers,
        qualityTimeoutMinutes: transformation.timeoutMinutes,
      }),
      statements: this.statements(jobName, rulesetName, judge),
    });
    acknowledgeWildcards(this.stateMachine.role, {
      pattern: 'dataQualityRuleset/*',
      reason: 'EV-039: Glue asks for the runs and results of data quality on all rulesets.',
    });
    new CfnOutput(this, 'StateMachineArn', { value: this.stateMachine.stateMachineArn }).overrideLogicalId(
      'TrainingSetStateMachineArn',
    );
    covers(this, 'SVC-11', 'DATADEC-01', 'DATA-06');
  }

  private statements(jobName: string, rulesetName: string, judge: iam.Role): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    const arn = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'glue', resource, resourceName });
    return [
      new iam.PolicyStatement({
        sid: 'RunJob',
        // With .sync, Step Functions asks for the run's state, and stops a run whose execution is stopped.
        // https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html
        actions: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
        resources: [arn('job', jobName)],
      }),
      new iam.PolicyStatement({
        sid: 'StartRules',
        actions: ['glue:StartDataQualityRulesetEvaluationRun'],
        resources: [arn('dataQualityRuleset', rulesetName)],
      }),
      // Neither the run nor the result names its ruleset.
      // https://docs.aws.amazon.com/glue/latest/dg/data-quality-authorization.html
      new iam.PolicyStatement({
        sid: 'ReadResult',
        actions: ['glue:GetDataQualityRulesetEvaluationRun', 'glue:GetDataQualityResult'],
        resources: [arn('dataQualityRuleset', '*')],
      }),
      new iam.PolicyStatement({
        sid: 'PassQualityRole',
        actions: ['iam:PassRole'],
        resources: [judge.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
      }),
    ];
  }

  /** Parquet by airport and month. The job registers its partitions: Spark and Glue read no projection. */
  private table({ context: { problem }, curated, catalog }: TrainingSetProps): glue.CfnTable {
    const table = new glue.CfnTable(this, 'Table', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName: catalog.databaseName,
      tableInput: {
        name: tableName,
        tableType: 'EXTERNAL_TABLE',
        parameters: { classification: 'parquet' },
        partitionKeys: [
          { name: 'airport', type: 'string' },
          { name: 'month', type: 'string' },
        ],
        storageDescriptor: {
          columns: [
            { name: problem.recordId, type: 'string' },
            { name: problem.source.column, type: 'string' },
            // All numbers as double, as training reads them.
            ...problem.features.map((feature) => ({
              name: feature.name,
              type: glueType(feature) === 'string' ? 'string' : 'double',
              comment: feature.why,
            })),
            { name: problem.target.name, type: 'int', comment: `1: ${problem.target.positive}` },
            { name: 'known_before', type: 'bigint', comment: 'minutes between the newest value used and the schedule' },
          ],
          location: `s3://${curated.bucketName}/${output}/`,
          inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
          serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
        },
      },
    });
    table.addResourceDependency(catalog.database);
    return table;
  }
}

/** Writes problem.json into a file that is named by its content and appears complete or not at all. */
function stagedContract(problem: ProblemSpec): string {
  const text = JSON.stringify(problemDocument(problem), null, 1);
  const folder = join(__dirname, '../../../.build/glue');
  mkdirSync(folder, { recursive: true });
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const file = join(folder, `problem-${digest}.json`);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
  return file;
}
