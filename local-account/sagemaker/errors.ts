import { AwsError } from '../platform';

/**
 * SageMaker answers ValidationException also where another service would say "not found"; each operation's own wording
 * is kept by its caller.
 */
export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** For operations whose model lists ResourceNotFound. */
export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFound', message);
}

export function inUse(message: string): AwsError {
  return new AwsError('ResourceInUse', message);
}

export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message);
}

/** What a job, an endpoint or a step failed of: the text of FailureReason. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
