import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

import { covers } from '../shared/blueprint/covers';

export interface WorkflowKeysProps {
  /** Days from the deletion of a key to its end, 7 to 30. */
  readonly deletedKeyDays: number;
}

/**
 * Two keys, so that a person who may read logs cannot read data (SVC-18: what a KMS key adds to S3 permissions; SEC-05:
 * why S3 permission alone is not enough). `data` encrypts buckets and job volumes, `operations` encrypts logs, topics,
 * queues and function settings. In both key policies the account's IAM policies decide, and each AWS service that uses
 * the key without one of our roles has a statement. KMS charges 1 USD a month for each.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export class WorkflowKeys extends Construct {
  readonly data: kms.Key;
  readonly operations: kms.Key;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkflowKeysProps,
  ) {
    super(scope, id);
    this.data = this.key('Data', 'Data at rest: buckets, job volumes, captures.');
    this.operations = this.key('Operations', 'Logs, topics, queues, function settings.');
    const stack = Stack.of(this);
    const ownAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };

    // CloudTrail encrypts for a trail of this account only. The encryption context names the trail.
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    this.data.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowCloudTrailEncryption',
        principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: ['kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: {
          ...ownAccount,
          StringLike: {
            'kms:EncryptionContext:aws:cloudtrail:arn': stack.formatArn({
              service: 'cloudtrail',
              region: '*',
              resource: 'trail',
              resourceName: '*',
            }),
          },
        },
      }),
    );
    // CloudTrail describes the key before it accepts it, and decrypts the S3 bucket key. The encryption context of
    // these calls does not name the trail. Without this statement, CreateTrail fails
    // (InsufficientEncryptionPolicyException).
    this.data.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowCloudTrailBucketKey',
        principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: ownAccount,
      }),
    );
    // CloudWatch Logs uses the key for log groups of this account only.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    this.operations.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowCloudWatchLogsEncryption',
        principals: [new iam.ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    // Rules and alarms send to encrypted queues and topics. The sending service itself needs the key; without it, the
    // messages are lost and no log shows it. No source condition: SNS's page says that EventBridge does not support one
    // on the key, and AWS's examples for queues and for alarms have none. The policies of queue and topic limit the
    // senders; the key alone gives access to neither.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html ("Enable compatibility between event sources from AWS services and encrypted topics")
    this.operations.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowEventAndAlarmEncryption',
        principals: ['cloudwatch', 'events'].map((name) => new iam.ServicePrincipal(`${name}.amazonaws.com`)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    // AWS: cost/topics-admit-their-senders
    this.operations.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AllowCostNotificationEncryption',
        principals: ['budgets', 'costalerts'].map((name) => new iam.ServicePrincipal(`${name}.amazonaws.com`)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ownAccount,
      }),
    );
    covers(this, 'SVC-18', 'SEC-05', 'SECCHK-04');
  }

  private key(id: string, description: string): kms.Key {
    return new kms.Key(this, id, {
      description,
      enableKeyRotation: true,
      pendingWindow: Duration.days(this.props.deletedKeyDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
