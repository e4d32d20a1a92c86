import { Readable } from 'node:stream';

import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { DescribeModelPackageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { requiredNumber, requiredText } from '../environment/required';
import { timeIn } from '../environment/time';
import { refusedApproval } from './approval';
import { type ReadableObject, type Verification, verify } from './artifact';

const sagemaker = new SageMakerClient({});
const s3 = new S3Client({});
const bucket = requiredText('ARTIFACTS_BUCKET');
const rules = {
  approverRoleArn: requiredText('APPROVER_ROLE_ARN'),
  validDays: requiredNumber('APPROVAL_VALID_DAYS'),
};

export interface VerifyPackageEvent {
  readonly modelPackageArn: string;
  /** Time of the check, ISO 8601. */
  readonly at: string;
  /** The release's data so far. */
  readonly release: { readonly rollback?: boolean; readonly live: { readonly arn: string } };
}

export async function handler({ modelPackageArn, at, release }: VerifyPackageEvent): Promise<Verification> {
  const description = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn }));
  const wasLive = release.rollback === true || release.live.arn === modelPackageArn;
  const refused = refusedApproval(description, rules, { at: timeIn(at, 'The time of the check'), wasLive });
  if (refused !== undefined) return { passed: false, text: `The release was refused: ${refused}.` };
  return verify(description, bucket, read);
}

async function read(key: string): Promise<ReadableObject | undefined> {
  try {
    const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!(Body instanceof Readable) || LastModified === undefined)
      throw new Error(`s3://${bucket}/${key} came back without a readable body or its time`);
    return { body: Body, writtenAt: LastModified };
  } catch (error) {
    // Without s3:ListBucket, S3 returns AccessDenied for an object that does not exist. Throttling and outages are
    // rethrown. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    if (error instanceof S3ServiceException && ['NoSuchKey', 'AccessDenied'].includes(error.name)) return undefined;
    throw error;
  }
}
