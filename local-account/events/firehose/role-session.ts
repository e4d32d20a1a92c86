import { AwsError, type Credentials, type Platform, type Principal } from '../../platform';

const SERVICE = 'firehose.amazonaws.com';
const SESSION = 'AmazonFirehose';

/** Roles that a delivery stream was given, taken when they are first used. */
export class FirehoseRoles {
  private readonly taken = new Map<string, Promise<Credentials>>();

  constructor(
    private readonly platform: Platform,
    private readonly streamArn: string,
  ) {}

  /** AWS: firehose/checks-its-roles */
  async credentials(roleArn: string): Promise<Credentials> {
    let session = this.taken.get(roleArn);
    if (session === undefined) {
      session = this.platform.assumeRole(SERVICE, roleArn, SESSION, this.streamArn);
      this.taken.set(roleArn, session);
      session.catch(() => this.taken.delete(roleArn));
    }
    try {
      return await session;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError(
        'InvalidArgumentException',
        `Firehose is unable to assume role ${roleArn}. Please check the role provided.`,
      );
    }
  }

  async client(roleArn: string) {
    const { endpoint, region } = this.platform;
    return { endpoint, region, credentials: await this.credentials(roleArn), maxAttempts: 2 };
  }

  principal(roleArn: string): Principal {
    const { partition, accountId } = this.platform;
    const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    const arn = `arn:${partition}:sts::${accountId}:assumed-role/${name}/${SESSION}`;
    return { kind: 'role', roleArn, arn, sessionName: SESSION, accountId };
  }
}
