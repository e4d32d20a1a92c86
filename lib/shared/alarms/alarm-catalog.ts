import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

import type { WorkflowConfiguration } from '../../config';

/**
 * What alarms watch: the eight subjects of the exam's monitoring topics (MON-01 to MON-08: from endpoint health to
 * cost), and the workflow's own state machines, functions and queues.
 */
export const watchedTargets = [
  'endpoint',
  'infrastructure',
  'logs',
  'input data',
  'model output',
  'business',
  'security',
  'cost',
  'workflow',
] as const;
export type WatchedTarget = (typeof watchedTargets)[number];

export interface AlarmSpec {
  readonly target: WatchedTarget;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** @default at least the threshold */
  readonly operator?: cloudwatch.ComparisonOperator;
  /** Periods that CloudWatch evaluates. @default 1 */
  readonly periods?: number;
  /** How many of them must breach. @default all */
  readonly datapoints?: number;
  /** What the alarm means, and the reason for this threshold and this duration. */
  readonly why: string;
  /**
   * What missing data means. Counters of failures are written only when something fails. Where missing data is itself
   * the failure, `missing` notifies about the change to INSUFFICIENT_DATA. A new alarm starts in that state, so it is
   * quiet until the first successful run.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   */
  readonly missing: { readonly treatAs: 'notBreaching' | 'ignore' | 'missing'; readonly why: string };
  /** Who acts: a key of the configuration's `owners`. */
  readonly owner: keyof WorkflowConfiguration['owners'];
  /** Page of docs/runbooks, without `.md`. Alarms with the same remedy share one. */
  readonly runbook: string;
}

/** Maximum length of AlarmDescription (CloudWatch API reference, PutMetricAlarm). */
const longestDescription = 1_024;

/**
 * Creates every alarm of a stack, so that none lacks a reason, an owner or a runbook: an alarm at night that only
 * says "Threshold Crossed" costs an hour. The description contains all of it and is part of the notification (MON-01:
 * signs of a healthy endpoint; STAGE-08: what monitoring records).
 */
export class AlarmCatalog {
  private readonly made: WatchedAlarm[] = [];

  constructor(
    private readonly people: { readonly topic: sns.ITopic; readonly owners: WorkflowConfiguration['owners'] },
  ) {}

  /** Every alarm created so far. A copy: only the catalog's own stack adds alarms. */
  get all(): readonly WatchedAlarm[] {
    return [...this.made];
  }

  add(scope: Construct, id: string, spec: AlarmSpec): WatchedAlarm {
    const alarm = new WatchedAlarm(scope, id, spec, this.people.owners[spec.owner]);
    // Notify about both changes: the person who was called needs to know when the alarm clears.
    alarm.addAlarmAction(new SnsAction(this.people.topic));
    alarm.addOkAction(new SnsAction(this.people.topic));
    // AWS: cloudwatch/new-alarms-lack-data
    if (spec.missing.treatAs === 'missing') alarm.addInsufficientDataAction(new SnsAction(this.people.topic));
    this.made.push(alarm);
    return alarm;
  }
}

/** An alarm of the catalog. Only the catalog creates it. */
export class WatchedAlarm extends cloudwatch.Alarm {
  readonly target: WatchedTarget;

  constructor(scope: Construct, id: string, spec: AlarmSpec, owner: string) {
    const description = [
      spec.why,
      `No data: ${spec.missing.treatAs}. ${spec.missing.why}`,
      `Owner: ${owner}.`,
      `Runbook: docs/runbooks/${spec.runbook}.md`,
    ].join('\n');
    if (description.length > longestDescription) {
      throw new Error(
        `${scope.node.path}/${id}: the description has ${description.length} characters, CloudWatch accepts ${longestDescription}: shorten it`,
      );
    }
    super(scope, id, {
      alarmDescription: description,
      metric: spec.metric,
      threshold: spec.threshold,
      comparisonOperator: spec.operator ?? cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: spec.periods ?? 1,
      datapointsToAlarm: spec.datapoints,
      treatMissingData: spec.missing.treatAs as cloudwatch.TreatMissingData,
    });
    this.target = spec.target;
  }
}
