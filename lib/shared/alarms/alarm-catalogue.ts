import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

import type { WorkflowConfiguration } from '../../config';

/**
 * What is watched: the eight targets (MON-01 to MON-08), and the workflow's own machinery, which would otherwise fail
 * unheard.
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
  /** Periods that are looked at. @default 1 */
  readonly periods?: number;
  /** How many of them must breach. @default all */
  readonly datapoints?: number;
  /** What the alarm means, and why just this threshold over just this time. */
  readonly why: string;
  /**
   * What no data means. Counters of failures are written only when something happens. Where silence itself is the
   * failure, `missing` notifies of the change to INSUFFICIENT_DATA: a new alarm begins in that state, so it is quiet
   * until the first run ended well, and armed from then on.
   */
  readonly missing: { readonly treatAs: 'notBreaching' | 'ignore' | 'missing'; readonly why: string };
  /** Who acts, by what it is about: a key of the configuration's `owners`. */
  readonly owner: keyof WorkflowConfiguration['owners'];
  /** Page of docs/runbooks, without `.md`; alarms that are handled alike share one. */
  readonly runbook: string;
}

/** The most that CloudWatch takes ("PutMetricAlarm", AlarmDescription). */
const longestDescription = 1_024;

/**
 * Makes every alarm of a stack, so that none goes without a reason, an owner and a page that says what to
 * do: an alarm at night that only says "Threshold Crossed" costs an hour. All of it stands in the description, which is
 * part of the notice (MON-01, STAGE-08).
 */
export class AlarmCatalogue {
  private readonly made: WatchedAlarm[] = [];

  constructor(
    private readonly people: { readonly topic: sns.ITopic; readonly owners: WorkflowConfiguration['owners'] },
  ) {}

  /** Every alarm made so far. A copy: only the catalogue's own stack adds alarms. */
  get all(): readonly WatchedAlarm[] {
    return [...this.made];
  }

  add(scope: Construct, id: string, spec: AlarmSpec): WatchedAlarm {
    const alarm = new WatchedAlarm(scope, id, spec, this.people.owners[spec.owner]);
    // Both ways: who was called wants to hear that it is over.
    alarm.addAlarmAction(new SnsAction(this.people.topic));
    alarm.addOkAction(new SnsAction(this.people.topic));
    // AWS: cloudwatch/new-alarms-lack-data
    if (spec.missing.treatAs === 'missing') alarm.addInsufficientDataAction(new SnsAction(this.people.topic));
    this.made.push(alarm);
    return alarm;
  }
}

/** An alarm of the catalogue; made by it alone. */
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
        `${scope.node.path}/${id}: the description has ${description.length} characters, CloudWatch takes ${longestDescription}: say it shorter`,
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
