import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { SecurityConfiguration } from '@aws-sdk/client-glue';
import type { Platform } from '../../platform';
import { messageOf } from '../errors';
import type { GlueSession } from '../role-session';

/**
 * A run's log streams: what the script prints in <group>/output, Spark's own messages in <group>/error ("Logging for AWS
 * Glue jobs"). Glue writes them as the job's role; a role that may not has a run without a log.
 */
// AWS: glue/log-groups
export class RunLog {
  private allowed = false;

  constructor(
    private readonly platform: Platform,
    private readonly session: GlueSession,
    private readonly security: SecurityConfiguration | undefined,
    private readonly runId: string,
    /** --custom-logGroup-prefix */
    private readonly prefix: string | undefined,
  ) {}

  /** What a run says of its log group. */
  get group(): string {
    if (this.prefix !== undefined) return this.prefix;
    return this.keyArn === undefined
      ? '/aws-glue/jobs'
      : `/aws-glue/jobs-${this.session.name}-${this.security?.Name ?? ''}`;
  }

  private get keyArn(): string | undefined {
    const encryption = this.security?.EncryptionConfiguration?.CloudWatchEncryption;
    return encryption?.CloudWatchEncryptionMode === 'SSE-KMS' ? encryption.KmsKeyArn : undefined;
  }

  /** Makes the groups, with the security configuration's key. */
  async open(): Promise<void> {
    const { partition, region, accountId } = this.platform;
    try {
      for (const kind of ['output', 'error']) {
        const arn = `arn:${partition}:logs:${region}:${accountId}:log-group:${this.group}/${kind}`;
        this.session.authorize('glue job log', 'logs:CreateLogGroup', `${arn}:*`);
        if (this.keyArn !== undefined) this.session.authorize('glue job log', 'logs:AssociateKmsKey', `${arn}:*`);
        for (const action of ['CreateLogStream', 'PutLogEvents'])
          this.session.authorize('glue job log', `logs:${action}`, `${arn}:log-stream:${this.runId}`);
      }
      this.allowed = true;
    } catch (error) {
      this.platform.record({ kind: 'denied', summary: `no log of ${this.runId}: ${messageOf(error)}` });
      return;
    }
    if (this.keyArn !== undefined) await this.makeGroups(this.keyArn);
  }

  readonly output = (line: string): void => this.write('output', line);
  readonly error = (line: string): void => this.write('error', line);

  private write(kind: string, line: string): void {
    if (this.allowed) this.platform.log(`${this.group}/${kind}`, this.runId, [line]);
  }

  private async makeGroups(kmsKeyId: string): Promise<void> {
    const { endpoint, region, internalCredentials: credentials } = this.platform;
    const logs = new CloudWatchLogsClient({ endpoint, region, credentials });
    try {
      for (const kind of ['output', 'error'])
        await logs
          .send(new CreateLogGroupCommand({ logGroupName: `${this.group}/${kind}`, kmsKeyId }))
          .catch((error: Error) => {
            if (error.name !== 'ResourceAlreadyExistsException') throw error;
          });
    } finally {
      logs.destroy();
    }
  }
}
