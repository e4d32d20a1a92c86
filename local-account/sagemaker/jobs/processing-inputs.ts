import type { ProcessingInput } from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';

/** Refuses inputs that their mode does not allow, and what the local account does not have. */
export function checkInputs(inputs: readonly ProcessingInput[] | undefined): void {
  for (const { InputName: name, S3Input: source } of inputs ?? []) {
    if (source?.S3InputMode === 'Pipe') {
      // Which names the pipes have is not documented.
      throw validation(`Input ${name}: S3InputMode Pipe is not supported by the local account`);
    }
    if (source?.S3CompressionType === 'Gzip') {
      // AWS: sagemaker-jobs/gzip-is-for-pipes
      throw validation(`Input ${name}: S3CompressionType Gzip can only be used when S3InputMode is Pipe`);
    }
  }
}
