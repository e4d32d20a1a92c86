import type { Readable } from 'node:stream';

import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { verify, type Verdict } from './verify';

const sagemaker = new SageMakerClient({});
const s3 = new S3Client({});
const bucket = process.env.ARTIFACTS_BUCKET ?? '';

export async function handler(event: { readonly modelPackageArn: string }): Promise<Verdict> {
  return verify(await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: event.modelPackageArn })), bucket, read);
}

async function read(key: string): Promise<Readable | undefined> {
  try {
    return (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body as Readable;
  } catch (error) {
    // Without s3:ListBucket S3 says AccessDenied of what does not exist ("GetObject", Amazon S3 API Reference). Throttling and outages are thrown on.
    if (error instanceof S3ServiceException && ['NoSuchKey', 'AccessDenied'].includes(error.name)) return undefined;
    throw error;
  }
}
