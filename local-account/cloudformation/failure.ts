import { TemplateError } from '../assembly/template-error';
import { AwsError } from '../platform';

/** A resource that exists but did not become what it should: rolling back must remove it. */
export class NotStabilized extends Error {
  constructor(
    readonly physicalId: string,
    message: string,
  ) {
    super(message);
    this.name = 'NotStabilized';
  }
}

/** A custom resource whose function answered FAILED, in its own words. */
export class CustomResourceFailed extends Error {}

/** What CloudFormation itself refuses, without calling a service. */
export class Refused extends Error {}

/** How CloudFormation words a failure in ResourceStatusReason. */
export function statusReason(error: unknown, token: string): string {
  if (error instanceof TemplateError || error instanceof Refused) {
    return error.message;
  }
  if (error instanceof CustomResourceFailed) {
    return `Received response status [FAILED] from custom resource. Message returned: ${error.message}`;
  }
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return `Resource handler returned message: "${message}" (RequestToken: ${token}, HandlerErrorCode: ${handlerErrorCode(name)})`;
}

function handlerErrorCode(name: string): string {
  if (/AccessDenied|NotAuthorized|Forbidden/.test(name)) {
    return 'AccessDenied';
  }
  if (name === 'NotStabilized') {
    return 'NotStabilized';
  }
  if (isNotFound({ name })) {
    return 'NotFound';
  }
  if (/AlreadyExists|AlreadyOwned|ResourceConflict|InUse/.test(name)) {
    return 'AlreadyExists';
  }
  if (/Validation|Invalid|Malformed/.test(name)) {
    return 'InvalidRequest';
  }
  return 'GeneralServiceException';
}

/** Whether a call failed because what it names does not exist, in the words of the services. */
export function isNotFound(error: unknown): boolean {
  const { name = '', message = '' } = (error ?? {}) as { name?: string; message?: string };
  return (
    /NotFound|NoSuch|NonExistentQueue|QueueDoesNotExist|DoesNotExist|EntityNotFoundException/.test(name) ||
    (name === 'ValidationException' && /Could not find|does not exist|not found/i.test(message))
  );
}

/** Runs a deletion; what is gone already counts as deleted. */
export async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
  }
}

/** Reads a resource; undefined when it is gone. */
export async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** CloudFormation's error for most of what it refuses. */
export function validation(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
