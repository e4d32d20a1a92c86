import { ArnFormat, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { covers } from '../shared/blueprint/covers';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface AuditTrailProps {
  readonly context: WorkflowContext;
  /** Holds the trail's files. */
  readonly bucket: s3.Bucket;
  /** Buckets whose object reads and writes are recorded too. */
  readonly watched: readonly s3.IBucket[];
}

/**
 * Records every management call, and every read and write of the lake's objects, with digests that show whether a
 * record was changed (SEC-08: why an audit trail; READY-12: what an auditor must be able to follow; MON-07: security
 * events). The files in S3 are the evidence. The copy in CloudWatch Logs lets alarms react within minutes. Costs: 0.10
 * USD per 100,000 data events, 0.50 USD per gigabyte in CloudWatch Logs.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
export class AuditTrail extends Construct {
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { dataKey, operationsKey, logRetention } = props.context;
    // AWS: iam/names-without-regions
    // A multi-region trail appears in every region under this name, so a deployment in a second region needs another.
    const trailName = `${stack.stackName}-audit-${stack.region}`;
    const trailArn = stack.formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: trailName });
    const service = new iam.ServicePrincipal('cloudtrail.amazonaws.com');
    const onlyThisTrail = { StringEquals: { 'aws:SourceArn': trailArn } };
    props.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowCloudTrailAclCheck',
        principals: [service],
        actions: ['s3:GetBucketAcl'],
        resources: [props.bucket.bucketArn],
        conditions: onlyThisTrail,
      }),
    );
    props.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowCloudTrailWrite',
        principals: [service],
        actions: ['s3:PutObject'],
        resources: [props.bucket.arnForObjects(`AWSLogs/${Aws.ACCOUNT_ID}/*`)],
        conditions: { StringEquals: { ...onlyThisTrail.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      encryptionKey: operationsKey,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logsRole = this.logsRole();
    const trail = new cloudtrail.CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      s3BucketName: props.bucket.bucketName,
      kmsKeyId: dataKey.keyArn,
      cloudWatchLogsLogGroupArn: this.logGroup.logGroupArn,
      cloudWatchLogsRoleArn: logsRole.roleArn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      advancedEventSelectors: [
        { name: 'Management events', fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }] },
        {
          name: 'Objects of the lake',
          fieldSelectors: [
            { field: 'eventCategory', equalTo: ['Data'] },
            { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
            { field: 'resources.ARN', startsWith: props.watched.map((bucket) => bucket.arnForObjects('')) },
          ],
        },
      ],
    });
    trail.applyRemovalPolicy(RemovalPolicy.DESTROY);
    // CloudTrail checks the bucket policy when the trail is created.
    if (props.bucket.policy) trail.addResourceDependency(props.bucket.policy.node.defaultChild as s3.CfnBucketPolicy);
    covers(this, 'SEC-08', 'READY-12');
  }

  private logsRole(): iam.Role {
    const stack = Stack.of(this);
    const role = new iam.Role(this, 'LogsRole', {
      description: 'Lets CloudTrail copy its events to one log group.',
      // No aws:SourceArn and no aws:SourceAccount: CloudTrail sends neither when it assumes this role, and CreateTrail
      // would fail. The role can write to one log group only.
      // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
      assumedBy: new iam.ServicePrincipal('cloudtrail.amazonaws.com'),
      inlinePolicies: {
        Deliver: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'WriteTrailLogs',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [
                stack.formatArn({
                  service: 'logs',
                  resource: 'log-group',
                  resourceName: `${this.logGroup.logGroupName}:log-stream:${Aws.ACCOUNT_ID}_CloudTrail_*`,
                  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
                }),
              ],
            }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(role);
    acknowledgeWildcards(role, {
      pattern: '_CloudTrail_*',
      reason: 'EV-003: CloudTrail names its streams by region, and numbers them.',
    });
    return role;
  }
}
