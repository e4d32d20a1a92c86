import type { ProcessingInput } from '@aws-sdk/client-sagemaker';

export function s3Input(
  InputName: string,
  S3Uri: string,
  LocalPath: string,
  distribution?: 'FullyReplicated' | 'ShardedByS3Key',
): ProcessingInput {
  return {
    InputName,
    S3Input: {
      S3Uri,
      LocalPath,
      S3DataType: 'S3Prefix',
      S3InputMode: 'File',
      S3DataDistributionType: distribution ?? 'FullyReplicated',
    },
  };
}
