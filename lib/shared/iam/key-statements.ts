import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';

/**
 * Lets a role use a key only in requests that reach KMS through one AWS service: the role cannot call KMS with data of
 * its own (SEC-05: why S3 permission alone is not enough).
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function keyThroughService(
  scope: IConstruct,
  service: 'dynamodb' | 'kinesis' | 's3' | 'sagemaker' | 'sns' | 'sqs',
  key: kms.IKey,
  { sid, actions }: { readonly sid: string; readonly actions: string[] },
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    actions,
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } },
  });
}

/** Reads and writes encrypted objects. Only a multipart upload and a read need `kms:Decrypt`. */
export function useDataKeyThroughS3(
  scope: IConstruct,
  dataKey: kms.IKey,
  actions: string[] = ['kms:Decrypt', 'kms:GenerateDataKey'],
): iam.PolicyStatement {
  return keyThroughService(scope, 's3', dataKey, { sid: 'UseDataKeyThroughS3', actions });
}

/**
 * Publishes to an encrypted topic, which needs the topic and its key.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function notifyStatements(scope: IConstruct, topic: sns.ITopic, operationsKey: kms.IKey): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'PublishToNotificationTopic',
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
    }),
    keyThroughService(scope, 'sns', operationsKey, {
      sid: 'EncryptNotifications',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    }),
  ];
}
