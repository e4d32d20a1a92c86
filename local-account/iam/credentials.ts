import { randomBytes } from 'node:crypto';
import { AwsError, type Clock, type Credentials, type NetworkPath, type Principal } from '../platform';
import type { Authorizer } from './authorizer';
import { compilePolicy } from './policy-document';
import type { PolicyStore } from './policy-store';

/** The administrator's identity policy: what AdministratorAccess allows. */
const ADMINISTRATOR = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

export interface Session {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** Virtual milliseconds; the local account does not refuse expired sessions. */
  readonly expiration: number;
}

/** Everything that the registry knows. */
export interface CredentialState {
  readonly administrator: Credentials;
  readonly internal: Credentials;
  /** Each key that was issued; `issued` in virtual milliseconds, for sessions. */
  readonly sessions: readonly {
    readonly credentials: Credentials;
    readonly principal: Principal;
    readonly issued?: number;
  }[];
}

export interface AssumeRoleRequest {
  readonly caller: Principal;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds?: number;
  readonly externalId?: string;
  /** AssumeRole's Policy parameter: JSON. */
  readonly policy?: string;
}

/** Whom an access key belongs to. Issues keys: the administrator's, and those of role sessions through AssumeRole. */
export class CredentialRegistry {
  readonly administrator: Credentials;
  /** The administrator's other keys, for calls that services make internally; the gateway does not report these. */
  readonly internalCredentials: Credentials;
  private readonly issued = new Map<string, number>();
  private readonly principals = new Map<string, Principal>();
  private readonly keys = new Map<string, Credentials>();

  constructor(
    private readonly options: {
      readonly policies: PolicyStore;
      readonly authorizer: Authorizer;
      readonly clock: Pick<Clock, 'now'>;
      readonly accountId: string;
      readonly partition: string;
      /** Of the same account before. @default new keys */
      readonly state?: CredentialState;
    },
  ) {
    const { policies, accountId, partition } = options;
    const arn = `arn:${partition}:iam::${accountId}:user/administrator`;
    policies.putUser(arn);
    policies.putInlinePolicy(arn, 'Administrator', ADMINISTRATOR);
    // AWS's prefixes: AKIA for a user's key, ASIA for a session's.
    const { state } = options;
    this.administrator = state?.administrator ?? { accessKeyId: accessKeyId('AKIA'), secretAccessKey: secret() };
    this.internalCredentials = state?.internal ?? { accessKeyId: accessKeyId('AKIA'), secretAccessKey: secret() };
    for (const { credentials, principal, issued } of state?.sessions ?? []) {
      this.keep(credentials, principal);
      if (issued !== undefined) this.issued.set(credentials.accessKeyId, issued);
    }
    for (const keys of [this.administrator, this.internalCredentials])
      this.keep(keys, { kind: 'user', arn, accountId });
  }

  state(): CredentialState {
    const sessions = [...this.keys.values()].map((credentials) => ({
      credentials,
      principal: this.principals.get(credentials.accessKeyId) as Principal,
      issued: this.issued.get(credentials.accessKeyId),
    }));
    return { administrator: this.administrator, internal: this.internalCredentials, sessions };
  }

  /** Whose a key is, and what its owner signs with. */
  owner(accessKey: string): { readonly principal: Principal; readonly credentials: Credentials } | undefined {
    const [principal, credentials] = [this.principals.get(accessKey), this.keys.get(accessKey)];
    return principal && credentials && { principal, credentials };
  }

  /** When a session's keys were issued, in virtual milliseconds. */
  issuedAt(accessKey: string): number | undefined {
    return this.issued.get(accessKey);
  }

  /**
   * Evaluates the trust policy (and, for callers of the account, their own sts:AssumeRole) and issues keys. Throws with
   * STS's words.
   */
  assumeRole(request: AssumeRoleRequest): Session {
    const { caller, roleArn, sessionName, durationSeconds = 3600 } = request;
    const match = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn);
    if (!match) {
      // AWS: iam/sts-answers-validation-error
      throw new AwsError('ValidationError', `${roleArn} is invalid`, 400);
    }
    const violated = sessionNameConstraint(sessionName);
    if (violated) {
      // AWS: iam/sts-answers-validation-error
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: ${violated}`,
      );
    }
    this.options.authorizer.require({
      principal: caller,
      action: 'sts:AssumeRole',
      resource: roleArn,
      context: {
        'sts:RoleSessionName': sessionName,
        ...(request.externalId === undefined ? {} : { 'sts:ExternalId': request.externalId }),
      },
    });
    const [, accountId, roleName] = match;
    const arn = `arn:${this.options.partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
    const sessionPolicy = request.policy === undefined ? undefined : sessionPolicyOf(request.policy);
    const principal: Principal = {
      kind: 'role',
      roleArn,
      arn,
      sessionName,
      accountId,
      ...(sessionPolicy ? { sessionPolicy } : {}),
    };
    const credentials = this.sessionKeys(principal);
    return { credentials, principal, expiration: this.options.clock.now() + durationSeconds * 1000 };
  }

  /**
   * Keys of the same session whose requests go through a VPC endpoint. AWS sees that by the way they come; here the
   * keys tell.
   */
  throughEndpoint(session: Credentials, network: NetworkPath): Credentials {
    const principal = this.principals.get(session.accessKeyId);
    if (principal?.kind !== 'role') {
      throw new Error(`${session.accessKeyId} is no session of a role`);
    }
    return this.sessionKeys({ ...principal, network });
  }

  /** Temporary keys of a user (GetSessionToken). */
  sessionOf(principal: Principal, durationSeconds: number): Session {
    const credentials = this.sessionKeys(principal);
    return { credentials, principal, expiration: this.options.clock.now() + durationSeconds * 1000 };
  }

  private keep(keys: Credentials, principal: Principal): void {
    this.keys.set(keys.accessKeyId, keys);
    this.principals.set(keys.accessKeyId, principal);
  }

  private sessionKeys(principal: Principal): Credentials {
    const credentials = {
      accessKeyId: accessKeyId('ASIA'),
      secretAccessKey: secret(),
      sessionToken: randomBytes(48).toString('base64'),
    };
    this.keep(credentials, principal);
    this.issued.set(credentials.accessKeyId, this.options.clock.now());
    return credentials;
  }
}

/** Throws MalformedPolicyDocument, as STS does for a policy it cannot read (STS API Reference, AssumeRole, Errors). */
// AWS: iam/policies-are-read-when-they-are-put
function sessionPolicyOf(text: string): object {
  try {
    return compilePolicy('identity', 'session policy', 'AssumeRole, parameter Policy', text).document as object;
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', (error as Error).message);
  }
}

function sessionNameConstraint(name: string): string | undefined {
  if (name.length < 2) {
    return 'Member must have length greater than or equal to 2';
  }
  if (name.length > 64) {
    return 'Member must have length less than or equal to 64';
  }
  return /^[\w+=,.@-]*$/.test(name) ? undefined : 'Member must satisfy regular expression pattern: [\\w+=,.@-]*';
}

function accessKeyId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join('');
}

function secret(): string {
  return randomBytes(30).toString('base64');
}
