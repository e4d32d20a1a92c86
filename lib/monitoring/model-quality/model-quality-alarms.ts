import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmSpec } from '../../shared/alarms/alarm-catalog';
import { covers } from '../../shared/blueprint/covers';
import { modelQualityNames } from '../analysis-job/monitor-names';
import type { CaptureMonitors } from '../captured-requests';
import { type MonitorNames, stateMachineMetric, violationsMetric } from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';

export interface ModelQualityAlarmsProps extends Pick<MonitoredWorkflow, 'serving' | 'alarms'> {
  readonly monitors: CaptureMonitors;
}

/** A model quality run takes place once a day. */
const keepsState = {
  treatAs: 'ignore',
  why: 'The result of a run holds until the next one: no data between two runs is no recovery. ModelQualitySilent watches whether they run at all.',
} as const;

/**
 * Whether the model is still good, measured on outcomes (MON-05: watching the output; MON-06: which business
 * number is watched). The constraints of the live model's own baseline contain the thresholds, so one violated
 * constraint is enough. The window is a week: one bad day changes the result, a bad hour hardly.
 */
export class ModelQualityAlarms extends Construct {
  /** The model ranks worse than in its test. It starts a retraining. */
  readonly quality: cloudwatch.IAlarm;
  private readonly names: MonitorNames;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ModelQualityAlarmsProps,
  ) {
    super(scope, id);
    this.names = modelQualityNames(props.serving);

    const quality = this.violated('ModelQuality', 'Quality', {
      target: 'model output',
      why:
        'On the labeled predictions of the last days the model ranks worse than in the month held back, by more than the margin (area under the ROC curve). ' +
        'Only the ranking has a constraint, because precision and recall change with the weather.',
      runbook: 'model-quality',
    });
    covers(quality, 'MON-05', 'SYMPTOM-03', 'CUE-01');
    this.quality = quality;
    covers(
      this.violated('DecisionCost', 'Cost', {
        target: 'business',
        why:
          'The decisions of the last days cost 10 % more than the better of "never flag" and "always flag", or a third more in proportion than in the ' +
          "model's own test. The comparison uses the same days, because an amount alone depends more on the weather than on the model.",
        runbook: 'decision-cost',
      }),
      'MON-06',
    );
    covers(
      this.violated('BiasDrift', 'Bias', {
        target: 'model output',
        why:
          "Predictions for passengers of regional carriers differ from the rest by more than in the model's own test and by more than chance (95 % interval): " +
          'they are flagged more or less often, their disruptions are missed, or their predictions are wrong more often.',
        runbook: 'bias-drift',
      }),
      'MON-05',
    );
    covers(
      this.violated('AttributionDrift', 'Attribution', {
        target: 'model output',
        why:
          "The model relies on other features than in the month held back: nDCG of the global SHAP values is below 0.9, the limit of AWS's own monitor. " +
          'This is often the first sign of a data feed that delivers no values.',
        runbook: 'attribution-drift',
      }),
      'MON-05',
    );
    covers(
      props.alarms.add(this, 'LabelsMissing', {
        target: 'model output',
        metric: new cloudwatch.Metric({
          namespace: violationsMetric(this.names).namespace,
          metricName: 'PredictionsLabeled',
          dimensionsMap: { Endpoint: this.names.endpointName, MonitoringSchedule: this.names.scheduleName },
          statistic: 'Maximum',
          period: Duration.days(1),
        }),
        threshold: 1,
        operator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        periods: 3,
        why:
          'For three days no prediction of the window had an outcome, so the alarms about quality show an old result. Three days, because outcomes arrive with ' +
          'the data, and data are late after a weekend.',
        missing: { treatAs: 'notBreaching', why: 'Without captured requests there is nothing to label.' },
        owner: 'data',
        runbook: 'labels-missing',
      }),
      'MON-06',
      'TRAP-07',
    );
    const { stateMachineArn } = props.monitors.modelQuality;
    covers(
      props.alarms.add(this, 'ModelQualitySilent', {
        target: 'workflow',
        metric: stateMachineMetric(stateMachineArn, 'ExecutionsSucceeded', Duration.days(1)),
        threshold: 1,
        operator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        periods: 2,
        why: 'No model quality run has succeeded for two days; it is due each day. One late run is acceptable, two are not.',
        missing: {
          treatAs: 'missing',
          why: 'A monitor that does not run looks exactly like a model that does not fail. Active from the first success on.',
        },
        owner: 'platform',
        runbook: 'model-quality-silent',
      }),
      'MON-05',
      'TRAP-07',
    );
  }

  private violated(id: string, kind: string, spec: Pick<AlarmSpec, 'target' | 'why' | 'runbook'>): cloudwatch.Alarm {
    return this.props.alarms.add(this, id, {
      ...spec,
      metric: violationsMetric(this.names, `${kind}Violations`),
      threshold: 1,
      missing: keepsState,
      owner: 'model',
    });
  }
}
