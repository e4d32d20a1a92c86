import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import type { WorkflowConfiguration } from '../config';
import { acknowledge } from '../shared/security/acknowledge';

export interface WorkflowBucketProps {
  readonly dataKey: kms.IKey;
  readonly accessLogs: s3.IBucket;
  readonly retention: WorkflowConfiguration['retention'];
  /**
   * Prefixes whose objects go after so many days, with their old versions; all else stays until the stack is destroyed.
   */
  readonly expire?: Readonly<Record<string, number>>;
  /** @default `retention.expiredVersionDays` */
  readonly expiredVersionDays?: number;
  /** Who or what writes without naming a key, though it does not take the bucket's. @default nobody */
  readonly writesWithoutKey?: { readonly keyPattern: string } | { readonly service: string };
  readonly eventBridgeEnabled?: boolean;
}

const algorithmHeader = 's3:x-amz-server-side-encryption';
const keyHeader = `${algorithmHeader}-aws-kms-key-id`;
const callersKeyHeader = `${algorithmHeader}-customer-algorithm`;

/**
 * Everything that decides which key an object is stored under: also copies, the start of an upload in parts, and an
 * object's change to another key.
 */
const storing = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];

/**
 * A bucket as every bucket here is: our key, TLS only, no public access, versions, access logs, emptied when the stack
 * goes (SVC-10, SEC-04, DATA-01). Old versions go after some time: without that rule a versioned bucket only grows.
 */
export class WorkflowBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: WorkflowBucketProps) {
    super(scope, id);
    const { retention } = props;
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
        {
          id: 'OldVersions',
          noncurrentVersionExpiration: Duration.days(retention.oldVersionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(retention.incompleteUploadDays),
        },
        // Where two rules apply to one object, S3 takes the one that removes it earlier.
        ...Object.entries(props.expire ?? {}).map(([prefix, days]) => ({
          id: `Expire-${prefix}`,
          prefix: `${prefix}/`,
          expiration: Duration.days(days),
          noncurrentVersionExpiration: Duration.days(props.expiredVersionDays ?? retention.expiredVersionDays),
        })),
      ],
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    if (props.eventBridgeEnabled) {
      // L1: the L2's own switch adds a function with managed policies to set what CloudFormation can set itself.
      (this.bucket.node.defaultChild as s3.CfnBucket).addPropertyOverride(
        'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled',
        true,
      );
    }
    this.refuseOtherKeys(props);
    acknowledgeBucket(this.bucket);
  }

  /**
   * An object under another key would be there and yet unreadable, or readable by whoever owns that key. A request
   * without any encryption header is fine: the bucket's own key is used, and the context has none of these keys, so
   * each condition first asks that its header is there.
   */
  // AWS: s3/named-algorithm-leaves-default-key
  private refuseOtherKeys(props: WorkflowBucketProps): void {
    const refuse = (sid: string, conditions: Record<string, Record<string, string>>, exempt?: string) =>
      this.bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          sid,
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: storing,
          ...(exempt === undefined
            ? { resources: [this.bucket.arnForObjects('*')] }
            : { notResources: [this.bucket.bucketArn, this.bucket.arnForObjects(exempt)] }),
          conditions,
        }),
      );
    const { writesWithoutKey } = props;
    refuse('DenyForeignKeys', {
      StringNotEquals: { [keyHeader]: props.dataKey.keyArn },
      Null: { [keyHeader]: 'false' },
    });
    // AES256 is S3's key, aws:kms without a key id is AWS's key aws/s3: neither is the bucket's.
    const unnamed = { Null: { [algorithmHeader]: 'false', [keyHeader]: 'true' } };
    if (writesWithoutKey && 'service' in writesWithoutKey) {
      refuse('DenyUnnamedKeys', {
        ...unnamed,
        StringNotEqualsIfExists: { 'aws:PrincipalServiceName': writesWithoutKey.service },
      });
    } else {
      refuse('DenyUnnamedKeys', unnamed, writesWithoutKey?.keyPattern);
    }
    refuse('DenyCallersKeys', { Null: { [callersKeyHeader]: 'false' } });
  }
}

export function acknowledgeBucket(bucket: s3.Bucket): void {
  const replicating = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'] as const;
  acknowledge(
    bucket,
    'EV-027',
    'S3BucketReplicationEnabled',
    replicating,
    'A second copy of everything costs as much again.',
  );
  acknowledge(
    bucket,
    'EV-028',
    'S3BucketDefaultLockEnabled',
    ['NIST.800.53.R4'],
    'Locked objects would outlive the stack.',
  );
}
