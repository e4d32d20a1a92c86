import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { useDataKeyThroughS3 } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../../shared/security/acknowledge';
import type { WorkflowContext } from '../../shared/stack/workflow-context';
import { deliveredEvents } from './delivered-events';

export interface GlueRolesProps {
  readonly context: WorkflowContext;
  /** Where the stream's departures are delivered to, if there is a stream. */
  readonly raw?: s3.IBucket;
  readonly curated: s3.IBucket;
  /** Prefix of the training set in the curated bucket, without a slash. */
  readonly output: string;
  /** Script and contract in the deployment bucket. */
  readonly codeArns: readonly string[];
  readonly logGroupArns: readonly string[];
  readonly databaseName: string;
  readonly tableName: string;
  readonly rulesetName: string;
}

/** Glue works in this account only. */
function assumedByGlue(): iam.ServicePrincipal {
  // https://docs.aws.amazon.com/glue/latest/dg/cross-service-confused-deputy-prevention.html
  return new iam.ServicePrincipal('glue.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}

/**
 * The job reads curated flights, and the departures of a stream if there is one, and writes the training set, nothing
 * else (SEC-01: one role, one use).
 */
export function buildRole(scope: Construct, props: GlueRolesProps): iam.Role {
  const { context, raw, curated, output } = props;
  const role = new iam.Role(scope, 'JobRole', {
    description: 'Glue job: reads curated flights, writes the training set.',
    assumedBy: assumedByGlue(),
    inlinePolicies: {
      Data: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ sid: 'ReadCode', actions: ['s3:GetObject'], resources: [...props.codeArns] }),
          new iam.PolicyStatement({
            sid: 'ReadCurated',
            actions: ['s3:GetObject'],
            resources: [curated.arnForObjects('curated/*')],
          }),
          ...(raw === undefined ? [] : readEvents(raw)),
          // Spark writes a replaced partition aside first and then copies it: it reads what it wrote.
          new iam.PolicyStatement({
            sid: 'ReplaceTrainingSet',
            actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
            // Glue's file system marks a new folder by an empty object next to it.
            // https://repost.aws/knowledge-center/emr-s3-empty-files
            resources: [curated.arnForObjects(`${output}/*`), curated.arnForObjects(`${output}_$folder$`)],
          }),
          new iam.PolicyStatement({
            sid: 'ListCurated',
            actions: ['s3:ListBucket'],
            resources: [curated.bucketArn],
            conditions: { StringLike: { 's3:prefix': ['curated/*', `${output}/*`] } },
          }),
          useDataKeyThroughS3(scope, context.dataKey),
          new iam.PolicyStatement({
            sid: 'RegisterPartitions',
            actions: ['glue:GetTable', 'glue:BatchCreatePartition'],
            resources: catalogArns(scope, props),
          }),
        ],
      }),
      Runtime: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            sid: 'WriteLogs',
            // The groups are ours. Glue gives them the key of the security configuration again.
            // https://docs.aws.amazon.com/glue/latest/dg/set-up-encryption.html
            actions: ['logs:CreateLogGroup', 'logs:AssociateKmsKey', 'logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [...props.logGroupArns],
          }),
          publishMetrics('Glue'),
        ],
      }),
    },
  });
  acknowledgeInlinePolicies(role);
  acknowledgeWildcards(
    role,
    { pattern: '/curated/*', reason: 'EV-001: Curated files are named after the raw files.' },
    ...(raw === undefined
      ? []
      : [{ pattern: `/${deliveredEvents}*`, reason: 'EV-001: Firehose names the files that it writes.' }]),
    { pattern: `/${output}/*`, reason: 'EV-001: Spark names the files that it writes.' },
    { pattern: '*', reason: 'EV-002: cloudwatch:PutMetricData takes no resource; the namespace condition limits it.' },
  );
  return role;
}

/** What the stream delivered, and nothing else that arrives in the raw bucket. */
function readEvents(raw: s3.IBucket): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'ReadEvents',
      actions: ['s3:GetObject'],
      resources: [raw.arnForObjects(`${deliveredEvents}*`)],
    }),
    new iam.PolicyStatement({
      sid: 'ListEvents',
      actions: ['s3:ListBucket'],
      resources: [raw.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${deliveredEvents}*` } },
    }),
  ];
}

/** The evaluation reads the training set, and changes nothing. */
export function qualityRole(scope: Construct, props: GlueRolesProps): iam.Role {
  const { context, curated, output } = props;
  const stack = Stack.of(scope);
  const role = new iam.Role(scope, 'QualityRole', {
    description: 'Glue Data Quality: reads the training set, and evaluates its rules.',
    assumedBy: assumedByGlue(),
    inlinePolicies: {
      Data: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            sid: 'ReadTrainingSet',
            actions: ['s3:GetObject'],
            resources: [curated.arnForObjects(`${output}/*`)],
          }),
          new iam.PolicyStatement({
            sid: 'ListTrainingSet',
            actions: ['s3:ListBucket'],
            resources: [curated.bucketArn],
            conditions: { StringLike: { 's3:prefix': `${output}/*` } },
          }),
          useDataKeyThroughS3(scope, context.dataKey, ['kms:Decrypt']),
          new iam.PolicyStatement({
            sid: 'ReadTable',
            actions: ['glue:GetDatabase', 'glue:GetTable', 'glue:GetPartitions'],
            resources: catalogArns(scope, props),
          }),
          new iam.PolicyStatement({
            sid: 'PublishResult',
            actions: ['glue:GetDataQualityRuleset', 'glue:PublishDataQuality'],
            resources: [
              stack.formatArn({ service: 'glue', resource: 'dataQualityRuleset', resourceName: props.rulesetName }),
            ],
          }),
          publishMetrics('Glue Data Quality'),
        ],
      }),
    },
  });
  acknowledgeInlinePolicies(role);
  acknowledgeWildcards(
    role,
    { pattern: `/${output}/*`, reason: 'EV-001: Spark names the files that it writes.' },
    { pattern: '*', reason: 'EV-002: cloudwatch:PutMetricData takes no resource; the namespace condition limits it.' },
  );
  return role;
}

function publishMetrics(namespace: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'PublishMetrics',
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
  });
}

/** A table's permissions are asked for on its catalog and its database, too. */
function catalogArns(scope: Construct, { databaseName, tableName }: GlueRolesProps): string[] {
  const stack = Stack.of(scope);
  const arn = (resource: string, resourceName?: string) =>
    stack.formatArn({
      service: 'glue',
      resource,
      resourceName,
      arnFormat: resourceName === undefined ? ArnFormat.NO_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME,
    });
  return [arn('catalog'), arn('database', databaseName), arn('table', `${databaseName}/${tableName}`)];
}
