import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../config';
import { acknowledge } from '../shared/security/acknowledge';
import { acknowledgeBucket } from './workflow-bucket';

/** The bucket to which S3 delivers the access logs of all other buckets. */
export function accessLogBucket(scope: Construct, retention: WorkflowConfiguration['retention']): s3.Bucket {
  const accessLogs = new s3.Bucket(scope, 'AccessLogs', {
    // S3 delivers access logs only to buckets with its own encryption (SSE-S3).
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [
      {
        id: 'Expire',
        expiration: Duration.days(retention.accessLogDays),
        noncurrentVersionExpiration: Duration.days(retention.oldVersionDays),
        abortIncompleteMultipartUploadAfter: Duration.days(retention.incompleteUploadDays),
      },
    ],
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
  });
  acknowledge(
    accessLogs,
    'EV-026',
    'S3DefaultEncryptionKMS',
    ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
    'S3 delivers access logs only to SSE-S3.',
  );
  acknowledgeBucket(accessLogs);
  return accessLogs;
}
