import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { AwsError, type ConditionContext, type Credentials, type Platform, type Principal } from '../platform';
import { invalidInput } from './errors';

const SERVICE = 'glue.amazonaws.com';
const SESSION = 'GlueJobRunnerSession';

/** Glue in a role that a customer gave it: what it does in that role is authorized as that role. */
export class GlueSession {
  private constructor(
    private readonly platform: Platform,
    readonly roleArn: string,
    readonly credentials: Credentials,
  ) {}

  /** Takes the role; its trust policy decides. */
  static async take(platform: Platform, roleArn: string, sourceArn: string): Promise<GlueSession> {
    try {
      return new GlueSession(platform, roleArn, await platform.assumeRole(SERVICE, roleArn, SESSION, sourceArn));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      platform.record({ kind: 'denied', summary: error.message });
      // AWS: glue/roles-that-cannot-be-assumed
      throw invalidInput(`Role ${roleArn} should be given assume role permissions for Glue Service.`);
    }
  }

  get name(): string {
    return this.roleArn.slice(this.roleArn.lastIndexOf('/') + 1);
  }

  get principal(): Principal {
    const { partition, accountId } = this.platform;
    const arn = `arn:${partition}:sts::${accountId}:assumed-role/${this.name}/${SESSION}`;
    return { kind: 'role', roleArn: this.roleArn, arn, sessionName: SESSION, accountId };
  }

  /** For what Glue does as the role without an API call to the gateway. Throws AccessDenied. */
  authorize(hop: string, action: string, resource: string, context?: ConditionContext): void {
    this.platform.authorize(hop, { principal: this.principal, action, resource, context });
  }

  s3(): S3Client {
    return new S3Client({ ...this.client(), forcePathStyle: true });
  }

  glue(): GlueClient {
    return new GlueClient(this.client());
  }

  private client() {
    const { endpoint, region } = this.platform;
    return { endpoint, region, credentials: this.credentials, maxAttempts: 2 };
  }
}
