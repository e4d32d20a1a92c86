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
  /** Days by prefix, after which S3 deletes the objects and their old versions. @default all objects stay */
  readonly expire?: Readonly<Record<string, number>>;
  /** @default `retention.expiredVersionDays` */
  readonly expiredVersionDays?: number;
  /** A writer that names an algorithm but no key, and must still be allowed. @default none */
  readonly writesWithoutKey?: { readonly keyPattern: string } | { readonly service: string };
  readonly eventBridgeEnabled?: boolean;
}

const algorithmHeader = 's3:x-amz-server-side-encryption';
const keyHeader = `${algorithmHeader}-aws-kms-key-id`;
const callersKeyHeader = `${algorithmHeader}-customer-algorithm`;

/**
 * Actions that decide under which key an object is stored, including copies, multipart uploads and changes of the key.
 */
const storing = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];

/**
 * A bucket with our key, TLS only, no public access, versions and access logs, which is emptied when the stack is
 * deleted (SVC-10: S3's part; SEC-04: what protects a bucket; DATA-01: what makes S3 safe for ML data). Old versions
 * expire; without that rule a versioned bucket only grows.
 */
export class WorkflowBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: WorkflowBucketProps) {
    super(scope, id);
    const { retention } = props;
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: props.dataKey,
      // One data key for the bucket instead of one for each object: up to 99 % fewer KMS requests.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
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
        // Where two rules apply to one object, S3 applies the one that expires it earlier.
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
      // Escape hatch: the L2's `eventBridgeEnabled` adds a function with managed policies for a plain property.
      (this.bucket.node.defaultChild as s3.CfnBucket).addPropertyOverride(
        'NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled',
        true,
      );
    }
    this.refuseOtherKeys(props);
    acknowledgeBucket(this.bucket);
  }

  /**
   * An object under another key would be unreadable here, or readable by the owner of that key. A request without an
   * encryption header is allowed, because S3 then uses the bucket's key. Such a request has none of these condition
   * keys, so each condition first requires that its header is present.
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
    refuse('DenyOtherKeys', {
      StringNotEquals: { [keyHeader]: props.dataKey.keyArn },
      Null: { [keyHeader]: 'false' },
    });
    // AES256 means S3's key, and aws:kms without a key id means AWS's key aws/s3. Neither is the bucket's key.
    const unnamed = { Null: { [algorithmHeader]: 'false', [keyHeader]: 'true' } };
    if (writesWithoutKey && 'service' in writesWithoutKey) {
      refuse('DenyUnspecifiedKeys', {
        ...unnamed,
        StringNotEqualsIfExists: { 'aws:PrincipalServiceName': writesWithoutKey.service },
      });
    } else {
      refuse('DenyUnspecifiedKeys', unnamed, writesWithoutKey?.keyPattern);
    }
    refuse('DenyCustomerProvidedKeys', { Null: { [callersKeyHeader]: 'false' } });
  }
}

export function acknowledgeBucket(bucket: s3.Bucket): void {
  const replicating = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'] as const;
  acknowledge(
    bucket,
    'EV-027',
    'S3BucketReplicationEnabled',
    replicating,
    'A replica costs as much as the bucket itself.',
  );
  acknowledge(
    bucket,
    'EV-028',
    'S3BucketDefaultLockEnabled',
    ['NIST.800.53.R4'],
    'Locked objects would remain after the stack is deleted.',
  );
}
