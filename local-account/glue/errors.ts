import { AwsError } from '../platform';

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInputException', message);
}

export function notThere(message: string): AwsError {
  return new AwsError('EntityNotFoundException', message);
}

export function alreadyThere(message: string): AwsError {
  return new AwsError('AlreadyExistsException', message);
}

/** What AWS accepts and nothing here does. */
export function unsupported(what: string): AwsError {
  return new AwsError('UnsupportedOperation', `glue: ${what} is not supported by the local account`);
}

/** Refuses members of a request that nothing here does, by name. */
export function refuseMembers(operation: string, input: object, names: readonly string[]): void {
  const asked = names.find((name) => (input as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (asked !== undefined) throw unsupported(`${operation}: ${asked}`);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
