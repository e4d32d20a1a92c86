import type { Platform } from '../../platform';
import { messageOf } from '../errors';
import type { RoleSession } from '../role-session';
import { InstanceMetrics } from './instance-metrics';

/**
 * A container's log stream and metrics. SageMaker writes them as the job's role: a role that may not has a job without
 * a log, not a failed job. Source: developer guide, "SageMaker AI Roles" (execution role permissions of each job). A
 * group that does not exist is made without retention or key.
 */
// AWS: logs/job-groups-never-expire
export class JobLog {
  private readonly allowed: boolean;
  private readonly namespace: string;
  private readonly measuring: boolean;
  private pending: string[] = [];
  private flushing: NodeJS.Immediate | undefined;

  constructor(
    private readonly platform: Platform,
    session: RoleSession,
    private readonly group: string,
    private readonly stream: string,
  ) {
    const { partition, region, accountId } = platform;
    const arn = `arn:${partition}:logs:${region}:${accountId}:log-group:${group}`;
    this.allowed = this.permitted(`no log ${group} ${stream}`, () => {
      for (const action of ['CreateLogGroup', 'DescribeLogStreams'])
        session.authorize('job log', `logs:${action}`, `${arn}:*`);
      for (const action of ['CreateLogStream', 'PutLogEvents'])
        session.authorize('job log', `logs:${action}`, `${arn}:log-stream:${stream}`);
    });
    // The instances' CPU and memory: SageMaker's agent publishes them as the role, under the log group's name without
    // that of an endpoint.
    const namespace = group.split('/').slice(0, 4).join('/');
    this.namespace = namespace;
    this.measuring = this.permitted(`no instance metrics in ${namespace}`, () =>
      session.authorize('instance metrics', 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': namespace }),
    );
  }

  /** What the container's processes use; none for a role that may not publish it. */
  metrics(dimensions: Readonly<Record<string, string>>, folders: readonly string[]): InstanceMetrics | undefined {
    return this.measuring ? new InstanceMetrics(this.platform, this.namespace, dimensions, folders) : undefined;
  }

  private permitted(otherwise: string, authorize: () => void): boolean {
    try {
      authorize();
      return true;
    } catch (error) {
      this.platform.record({ kind: 'denied', summary: `${otherwise}: ${messageOf(error)}` });
      return false;
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
