import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

import { onChange, type TargetEvent } from '../cloudformation/respond';

const s3 = new S3Client({});

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  /** JSON. CloudFormation generates the model's name, so it is known only during the update. */
  readonly Body: string;
}

/** Writes Clarify's analysis configuration for the explainability monitor, in each release. */
export async function handler(event: TargetEvent<Target>): Promise<void> {
  return onChange(event, async ({ Bucket, Key, Body }) => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
    return `wrote ${Key}`;
  });
}
