import type { CredentialRegistry, Session } from '../iam/credentials';
import { roleId, userId } from '../iam/request';
import { AwsError, type LocalService, type ServiceCall } from '../platform';

/** The local account's STS: the gateway maps each key that it issues to the role's session. */
export class LocalSts implements LocalService {
  readonly name = 'sts';
  readonly operations = new Set(['GetCallerIdentity', 'GetSessionToken', 'AssumeRole']);
  /** Its keys are the registry's. */
  readonly snapshot = 'no state';

  constructor(private readonly credentials: CredentialRegistry) {}

  async handle(call: ServiceCall): Promise<unknown> {
    if (call.operation === 'GetSessionToken') return this.sessionToken(call);
    return call.operation === 'AssumeRole' ? this.assumeRole(call) : this.callerIdentity(call);
  }

  private callerIdentity({ principal }: ServiceCall): unknown {
    if (principal.kind === 'service') {
      return {};
    }
    const UserId =
      principal.kind === 'user' ? userId(principal.arn) : `${roleId(principal.roleArn)}:${principal.sessionName}`;
    return { UserId, Account: principal.accountId, Arn: principal.arn };
  }

  /** Keys of the same user for some hours. */
  private sessionToken({ input, principal }: ServiceCall): unknown {
    // AWS: iam/session-tokens-are-for-users
    if (principal.kind !== 'user')
      throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
    const { DurationSeconds = 43_200 } = input as { DurationSeconds?: number };
    return { Credentials: keysOf(this.credentials.sessionOf(principal, DurationSeconds)) };
  }

  private assumeRole({ input, principal: caller }: ServiceCall): unknown {
    const { RoleArn, RoleSessionName, DurationSeconds, ExternalId, Policy } = input as {
      RoleArn: string;
      RoleSessionName: string;
      DurationSeconds?: number;
      ExternalId?: string;
      Policy?: string;
    };
    return assumed(
      this.credentials.assumeRole({
        caller,
        roleArn: RoleArn,
        sessionName: RoleSessionName,
        durationSeconds: DurationSeconds,
        externalId: ExternalId,
        policy: Policy,
      }),
      RoleArn,
      RoleSessionName,
    );
  }
}

function keysOf({ credentials, expiration }: Session): Record<string, unknown> {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(expiration),
  };
}

/** AssumeRole's output. */
export function assumed(session: Session, roleArn: string, sessionName: string): Record<string, unknown> {
  const { principal } = session;
  return {
    Credentials: keysOf(session),
    AssumedRoleUser: {
      AssumedRoleId: `${roleId(roleArn)}:${sessionName}`,
      Arn: principal.kind === 'role' ? principal.arn : roleArn,
    },
  };
}
