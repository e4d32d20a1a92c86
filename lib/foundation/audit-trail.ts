import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import { acknowledge } from './acknowledge';

export interface AuditTrailProps {
  readonly dataKey: kms.IKey;
  /** Where the trail is kept. */
  readonly bucket: s3.Bucket;
  /** Buckets whose objects are watched too. */
  readonly watched: readonly s3.IBucket[];
}

/**
 * Who did what: every management call, and every read and write of the lake's objects, with digests that show whether the record was changed
 * (SEC-08, READY-12, MON-07). Data events cost 0.10 USD per 100 000.
 */
export class AuditTrail extends Construct {
  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const trailName = `${stack.stackName}-audit`;
    const trailArn = stack.formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: trailName });
    const service = new iam.ServicePrincipal('cloudtrail.amazonaws.com');
    const onlyThisTrail = { StringEquals: { 'aws:SourceArn': trailArn } };
    props.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailChecksBucket',
        principals: [service],
        actions: ['s3:GetBucketAcl'],
        resources: [props.bucket.bucketArn],
        conditions: onlyThisTrail,
      }),
    );
    props.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'TrailWrites',
        principals: [service],
        actions: ['s3:PutObject'],
        resources: [props.bucket.arnForObjects(`AWSLogs/${Aws.ACCOUNT_ID}/*`)],
        conditions: { StringEquals: { ...onlyThisTrail.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
    const trail = new cloudtrail.CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      s3BucketName: props.bucket.bucketName,
      kmsKeyId: props.dataKey.keyArn,
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
    const packs = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'] as const;
    acknowledge(trail, 'EV-023', 'CloudTrailCloudWatchLogsEnabled', packs, 'The trail is kept in S3; a copy in CloudWatch Logs is paid by the gigabyte.');
    // CloudTrail checks the bucket's policy when the trail is made.
    if (props.bucket.policy) trail.addResourceDependency(props.bucket.policy.node.defaultChild as s3.CfnBucketPolicy);
    answers(this, 'SEC-08', 'READY-12');
  }
}
