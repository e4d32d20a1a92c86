import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { refusesForeignKeys } from 'local-account/test/fixtures/foreign-keys';
import { sandbox } from '../../lib/config';
import { WorkflowBucket } from '../../lib/data-lake/workflow-bucket';
import { resolve } from '../fixtures/resolve';

/** The policy of a synthesized bucket, for a bucket of this name and a key that exists. */
function policyOf(bucket: string, keyArn: string): string {
  const stack = new Stack(new App(), 'Lake');
  const dataKey = kms.Key.fromKeyArn(stack, 'Key', keyArn);
  const accessLogs = s3.Bucket.fromBucketName(stack, 'Logs', 'logs');
  new WorkflowBucket(stack, 'Raw', {
    dataKey,
    accessLogs,
    retention: sandbox.retention,
    writesWithoutKey: { keyPattern: 'run/*/checkpoints/*' },
  });
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
  const { PolicyDocument } = resolve(policy?.Properties) as { PolicyDocument: { Statement: { Effect: string }[] } };
  const Statement = PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Deny');
  return JSON.stringify({ ...PolicyDocument, Statement }).replace(
    /arn:aws:test:[^"/]*Bucket[^"/]*\.Arn/g,
    `arn:aws:s3:::${bucket}`,
  );
}

describe('a bucket with a key of its own', () => refusesForeignKeys(policyOf));
