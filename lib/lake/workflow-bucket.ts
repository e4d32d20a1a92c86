import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { acknowledge } from '../foundation/acknowledge';

export interface WorkflowBucketProps {
  readonly dataKey: kms.IKey;
  readonly accessLogs: s3.IBucket;
  /** Prefixes whose objects go after so many days; all else stays until the stack is destroyed. */
  readonly expire?: Readonly<Record<string, number>>;
  readonly eventBridgeEnabled?: boolean;
}

const keyHeader = 's3:x-amz-server-side-encryption-aws-kms-key-id';

/**
 * A bucket as every bucket here is: our key, TLS only, no public access, versions, access logs, emptied when the stack goes (SVC-10, SEC-04,
 * DATA-01). Old versions go after a month: without that rule a versioned bucket only grows.
 */
export class WorkflowBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: WorkflowBucketProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: props.dataKey,
      // One data key for the bucket instead of one for each object: a hundredth of the KMS requests.
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      lifecycleRules: [
        { id: 'OldVersions', noncurrentVersionExpiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...Object.entries(props.expire ?? {}).map(([prefix, days]) => ({ id: `Expire-${prefix}`, prefix: `${prefix}/`, expiration: Duration.days(days) })),
      ],
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    if (props.eventBridgeEnabled) {
      // L1: the L2's own switch adds a function with managed policies to set what CloudFormation can set itself.
      (this.bucket.node.defaultChild as s3.CfnBucket).addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    }
    // An object written with another key would be there and yet unreadable, or readable by whoever owns that key.
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'DenyForeignKeys',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        // Both conditions: without the header the bucket's own key is used, which is fine, and a negated comparison alone also holds for a header
        // that is not there (the rehearsal refused every upload until the second line stood here).
        conditions: {
          StringNotEquals: { [keyHeader]: props.dataKey.keyArn },
          Null: { [keyHeader]: 'false' },
        },
      }),
    );
    acknowledgeBucket(this.bucket);
  }
}

export function acknowledgeBucket(bucket: s3.Bucket): void {
  const replicating = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'] as const;
  acknowledge(bucket, 'EV-027', 'S3BucketReplicationEnabled', replicating, 'A second copy of everything costs as much again.');
  acknowledge(bucket, 'EV-028', 'S3BucketDefaultLockEnabled', ['NIST.800.53.R4'], 'Locked objects would outlive the stack.');
}
