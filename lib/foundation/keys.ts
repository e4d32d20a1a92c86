import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

import { answers } from '../shared/blueprint/answers';

export interface WorkflowKeysProps {
  /** Days from the deletion of a key to its end, 7 to 30. */
  readonly deletedKeyDays: number;
}

/**
 * Two keys, so that who reads logs cannot read data as well (SVC-18, SEC-05): `data` for everything S3 and the jobs'
 * volumes hold, `operations` for logs, topics, queues and function settings. Both let the account's IAM policies
 * decide, and name each AWS service that uses the key without one of our roles. KMS charges a dollar a month for each.
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

    // CloudTrail encrypts for a trail of this account only; the context names the trail ("Configure AWS KMS key
    // policies for CloudTrail").
    this.data.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailEncrypts',
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
    // It looks at the key before it takes it, and with an S3 bucket key it decrypts the bucket's; the trail is not in
    // that context. Without this statement the trail is refused (InsufficientEncryptionPolicyException).
    this.data.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailUsesBucketKey',
        principals: [new iam.ServicePrincipal('cloudtrail.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: ownAccount,
      }),
    );
    // CloudWatch Logs uses the key for log groups of this account only ("Encrypt log data in CloudWatch Logs using AWS
    // KMS").
    this.operations.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LogsEncrypt',
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
    // Rules and alarms send to encrypted queues and topics: the service needs the key itself, or messages vanish
    // without a trace. No source condition: SNS's page says that EventBridge does not support one on the key, and the
    // examples for queues and for alarms have none. Who may send what is for the policies of queue and topic to say;
    // the key alone gives access to neither.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html ("Enable compatibility between event sources from AWS services and encrypted topics")
    this.operations.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'RulesAndAlarmsEncrypt',
        principals: ['cloudwatch', 'events'].map((name) => new iam.ServicePrincipal(`${name}.amazonaws.com`)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    // AWS: cost/topics-admit-their-senders
    this.operations.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'CostNoticesEncrypt',
        principals: ['budgets', 'costalerts'].map((name) => new iam.ServicePrincipal(`${name}.amazonaws.com`)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ownAccount,
      }),
    );
    answers(this, 'SVC-18', 'SEC-05', 'SECCHK-04');
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
