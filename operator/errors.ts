/** A failure that a person can act on. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    /** What to do now. */
    readonly remedy?: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
    this.name = 'CommandFailed';
  }
}

/** The command was called wrongly: nothing was done. */
export class WrongUsage extends CommandFailed {
  constructor(message: string, remedy?: string) {
    super(message, remedy, 2);
    this.name = 'WrongUsage';
  }
}

interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Turns any error into a cause and a remedy, without a stack trace. */
export function explain(error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error;
  if (!(error instanceof Error)) return new CommandFailed(String(error));
  const sdk = error as SdkError;
  const text = `${sdk.name} ${sdk.message}`;
  if (/CredentialsProviderError|Could not load credentials|Resolved credential object is not valid/.test(text)) {
    return new CommandFailed(
      'No AWS credentials were found.',
      'Set AWS_PROFILE (after `aws sso login`), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; the rehearsal prints its own with --keep.',
    );
  }
  if (/Region is missing/.test(text)) {
    return new CommandFailed(
      'No AWS region is set.',
      'Set AWS_REGION, or a region in the profile: aws configure set region eu-central-1',
    );
  }
  if (
    /ExpiredToken|token included in the request is (?:invalid|expired)|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch/.test(
      text,
    )
  ) {
    return new CommandFailed(
      `The AWS credentials are not accepted: ${sdk.message}`,
      'Sign in again (`aws sso login`), or renew the keys.',
    );
  }
  if (sdk.code === 'ECONNREFUSED' || sdk.code === 'ENOTFOUND' || sdk.code === 'EAI_AGAIN') {
    const endpoint = process.env.AWS_ENDPOINT_URL;
    return new CommandFailed(
      `AWS cannot be reached${endpoint ? ` at ${endpoint}` : ''} (${sdk.code}).`,
      endpoint
        ? 'Is the rehearsal still up? Unset AWS_ENDPOINT_URL to talk to AWS itself.'
        : 'Check the network, the proxy and the region.',
    );
  }
  if (/AccessDenied|UnauthorizedOperation|AuthorizationError|not authorized to perform/.test(text)) {
    return new CommandFailed(
      sdk.message,
      'Use credentials that may do this; the message names the missing action and the resource.',
    );
  }
  if (/Throttl|TooManyRequests|Rate exceeded/i.test(text)) {
    return new CommandFailed(`AWS is throttling: ${sdk.message}`, 'Wait a minute, then run the command again.');
  }
  if (sdk.code === 'ENOENT') return new CommandFailed(`There is no such file: ${sdk.message}`, 'Check the path.');
  const unwritable = unwritableFolder(sdk);
  if (unwritable !== undefined) return unwritable;
  // Some services begin the message with the error's name, as SageMaker does with "ClientError: ".
  const named = sdk.name === 'Error' || sdk.message.startsWith(`${sdk.name}:`);
  return new CommandFailed(withoutRepetition(`${named ? '' : `${sdk.name}: `}${sdk.message}`));
}

/** `ClientError: ClientError: text` as `ClientError: text`: each layer that passes a failure on adds its name. */
export function withoutRepetition(text: string): string {
  return text.replace(/\b(\w+: )(?:\1)+/g, '$1');
}

/** A sentence for a file or folder that may not be written or read; undefined for any other error. */
function unwritableFolder(error: NodeJS.ErrnoException): CommandFailed | undefined {
  if (error.code !== 'EACCES' && error.code !== 'EPERM' && error.code !== 'EROFS') return undefined;
  if (error.path === undefined) return undefined;
  return new CommandFailed(
    error.code === 'EROFS'
      ? `${error.path} is on a read-only file system.`
      : `This user has no permission to use ${error.path} (${error.code}).`,
    'Change its owner or permissions, or work in a copy of the project that you may write to.',
  );
}

/** Whether the error says that something does not exist. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /NotFound|NoSuch|DoesNotExist|ResourceNotFound|RepositoryNotFound/.test(error.name) ||
    /does not exist|could not find|not found/i.test(error.message)
  );
}
