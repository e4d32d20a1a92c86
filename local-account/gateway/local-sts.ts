import type { CredentialRegistry, Session } from '../iam/credentials';
import { roleId, userId } from '../iam/request';
import type { LocalService, ServiceCall } from '../platform';

/** The local account's STS: the gateway maps each key that it issues to the role's session. */
export class LocalSts implements LocalService {
  readonly name = 'sts';
  readonly operations = new Set(['GetCallerIdentity', 'AssumeRole']);

  constructor(private readonly credentials: CredentialRegistry) {}

  async handle(call: ServiceCall): Promise<unknown> {
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

/** AssumeRole's output. */
export function assumed(
  { credentials, principal, expiration }: Session,
  roleArn: string,
  sessionName: string,
): Record<string, unknown> {
  return {
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: new Date(expiration),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${roleId(roleArn)}:${sessionName}`,
      Arn: principal.kind === 'role' ? principal.arn : roleArn,
    },
  };
}
