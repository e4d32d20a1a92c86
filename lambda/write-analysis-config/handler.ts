import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

import { onChange, type TargetEvent } from '../cloudformation/respond';

const s3 = new S3Client({});

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  /** JSON. The model's name is known only while the stack is updated: CloudFormation generates it. */
  readonly Body: string;
}

/** Puts Clarify's analysis configuration where the explainability monitor reads it, anew with each live model. */
export async function handler(event: TargetEvent<Target>): Promise<void> {
  return onChange(event, async ({ Bucket, Key, Body }) => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
    return `wrote ${Key}`;
  });
}
