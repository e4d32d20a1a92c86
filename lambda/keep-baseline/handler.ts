import { CopyObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { requiredText } from '../environment/required';
import { copiesFor } from './baseline';

const sagemaker = new SageMakerClient({});
const s3 = new S3Client({});
const bucket = requiredText('ARTIFACTS_BUCKET');
const livePrefix = requiredText('LIVE_BASELINE_PREFIX');

export async function handler(event: { readonly modelPackageArn: string }): Promise<{ copied: string[] }> {
  const description = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: event.modelPackageArn }),
  );
  const copies = copiesFor(description, livePrefix);
  for (const { from, toKey } of copies) {
    const source = `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`;
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: toKey, CopySource: source }));
  }
  return { copied: copies.map(({ toKey }) => toKey) };
}
