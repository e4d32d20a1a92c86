import { Platform } from '../../platform';
import { messageOf } from '../errors';
import { RoleSession } from '../role-session';

/** A container's log stream. SageMaker writes it as the job's role: a role that may not has a job without a log, not a failed job. */
export class JobLog {
  private readonly allowed: boolean;
  private pending: string[] = [];
  private flushing: NodeJS.Immediate | undefined;

  constructor(
    private readonly platform: Platform,
    session: RoleSession,
    private readonly group: string,
    private readonly stream: string,
  ) {
    const { partition, region, accountId } = platform;
    const arn = `arn:${partition}:logs:${region}:${accountId}:log-group:${group}:log-stream:${stream}`;
    try {
      for (const action of ['CreateLogGroup', 'DescribeLogStreams', 'CreateLogStream', 'PutLogEvents']) {
        session.authorize(`logs:${action}`, arn);
      }
      this.allowed = true;
    } catch (error) {
      platform.record({ kind: 'denied', summary: `no log ${group} ${stream}: ${messageOf(error)}` });
      this.allowed = false;
    }
  }

  readonly line = (text: string): void => {
    if (!this.allowed) {
      return;
    }
    this.pending.push(text);
    this.flushing ??= setImmediate(() => this.flush());
  };

  flush(): void {
    if (this.flushing) {
      clearImmediate(this.flushing);
      this.flushing = undefined;
    }
    if (this.pending.length > 0) {
      this.platform.log(this.group, this.stream, this.pending);
      this.pending = [];
    }
  }
}
