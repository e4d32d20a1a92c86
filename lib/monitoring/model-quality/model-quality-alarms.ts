import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmCatalogue, AlarmSpec } from '../../shared/alarms/alarm-catalogue';
import { answers } from '../../shared/blueprint/answers';
import { type MonitorNames, machineMetric, violationsMetric } from '../metrics/metrics';

export interface ModelQualityAlarmsProps extends MonitorNames {
  readonly alarms: AlarmCatalogue;
  readonly machineArn: string;
}

/** A model quality run comes once a day, and holds until the next. */
const untilTheNext = {
  treatAs: 'ignore',
  why: 'A model quality run holds until the next one: silence between two is no recovery. That they come at all is the question of ModelQualitySilent.',
} as const;

/**
 * Whether the model is still good, as far as outcomes tell (MON-05, MON-06). The thresholds are in the constraints of
 * the live model's own baseline, so each alarm is about one broken constraint. The window is a week: one bad day moves
 * it, a bad hour hardly.
 */
export class ModelQualityAlarms extends Construct {
  /** The model ranks worse on outcomes: what a retraining may help. */
  readonly quality: cloudwatch.IAlarm;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ModelQualityAlarmsProps,
  ) {
    super(scope, id);

    const quality = this.broken('ModelQuality', 'Quality', {
      target: 'model output',
      why:
        "Over the last days' labelled predictions the model ranks worse than in the month held back, by more than the margin (area under the ROC curve). " +
        'Ranking alone is constrained: precision and recall move with the weather.',
      runbook: 'model-quality',
    });
    answers(quality, 'MON-05', 'SYMPTOM-03', 'CUE-01');
    this.quality = quality;
    answers(
      this.broken('DecisionCost', 'Cost', {
        target: 'business',
        why:
          'The decisions of the last days cost a tenth more than the cheaper policy that needs no model (never flagging, always flagging), or a third more in ' +
          "proportion than at the model's own test. Held against policies of the same days, since an amount alone says more of the weather than of the model.",
        runbook: 'decision-cost',
      }),
      'MON-06',
    );
    answers(
      this.broken('BiasDrift', 'Bias', {
        target: 'model output',
        why:
          "Regional carriers' passengers are served otherwise than the rest, by more than at the model's own test and more than chance (95 % interval): " +
          'flagged more or less often, their disruptions missed, or their answers wrong.',
        runbook: 'bias-drift',
      }),
      'MON-05',
    );
    answers(
      this.broken('AttributionDrift', 'Attribution', {
        target: 'model output',
        why:
          "The model goes by other features than in the month held back: nDCG of the global SHAP values below 0.9, the limit of AWS's own monitor. " +
          'Often the first sign of a feed that is there but holds nothing.',
        runbook: 'attribution-drift',
      }),
      'MON-05',
    );
    answers(
      props.alarms.add(this, 'LabelsMissing', {
        target: 'model output',
        metric: new cloudwatch.Metric({
          namespace: violationsMetric(props).namespace,
          metricName: 'PredictionsLabelled',
          dimensionsMap: { Endpoint: props.endpointName, MonitoringSchedule: props.scheduleName },
          statistic: 'Maximum',
          period: Duration.days(1),
        }),
        threshold: 1,
        operator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        periods: 3,
        why:
          'For three days no prediction of the window had an outcome: the alarms about quality hold an old verdict. Three, since outcomes arrive with the ' +
          'data, and data come late over a weekend.',
        missing: { treatAs: 'notBreaching', why: 'Without captured requests there is nothing to label.' },
        owner: 'data',
        runbook: 'labels-missing',
      }),
      'MON-06',
      'TRAP-07',
    );
    answers(
      props.alarms.add(this, 'ModelQualitySilent', {
        target: 'workflow',
        metric: machineMetric(props.machineArn, 'ExecutionsSucceeded', Duration.days(1)),
        threshold: 1,
        operator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        periods: 2,
        why: 'No model quality run ended well for two days (it is due each day): one may be late, two are not.',
        missing: {
          treatAs: 'missing',
          why: 'A model quality run that does not come looks exactly like a model that does not fail. Armed by the first one.',
        },
        owner: 'platform',
        runbook: 'model-quality-silent',
      }),
      'MON-05',
      'TRAP-07',
    );
  }

  private broken(id: string, kind: string, spec: Pick<AlarmSpec, 'target' | 'why' | 'runbook'>): cloudwatch.Alarm {
    return this.props.alarms.add(this, id, {
      ...spec,
      metric: violationsMetric(this.props, `${kind}Violations`),
      threshold: 1,
      missing: untilTheNext,
      owner: 'model',
    });
  }
}
