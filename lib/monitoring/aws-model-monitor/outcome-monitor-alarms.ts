import { Construct } from 'constructs';
import type { AlarmCatalogue } from '../../shared/alarms/alarm-catalogue';
import { answers } from '../../shared/blueprint/answers';
import { outcomeScheduleName } from '../analysis-job/live-baseline';
import { violationsMetric } from '../metrics/metrics';

export interface OutcomeMonitorAlarmsProps {
  readonly endpointName: string;
  readonly alarms: AlarmCatalogue;
}

/** A run comes once a day, and holds until the next. */
const untilTheNext = {
  treatAs: 'ignore',
  why: 'A run holds until the next one; one without a label that matches fails, and finds nothing out.',
} as const;

/**
 * What AWS's monitors of quality and bias find. Their metrics have no baseline beside them; the constraints do, and
 * what breaks them is counted.
 */
export class OutcomeMonitorAlarms extends Construct {
  constructor(scope: Construct, id: string, { endpointName, alarms }: OutcomeMonitorAlarmsProps) {
    super(scope, id);
    answers(
      alarms.add(this, 'MonitoredQuality', {
        target: 'model output',
        metric: violationsMetric({ endpointName, scheduleName: outcomeScheduleName.quality(endpointName) }),
        threshold: 1,
        why: "Model Monitor found a metric of the last days beyond the constraint of the live version's baseline (area under the ROC curve). The constraint holds the margin, so one is enough.",
        missing: untilTheNext,
        owner: 'model',
        runbook: 'model-quality',
      }),
      'MON-05',
    );
    answers(
      alarms.add(this, 'MonitoredBias', {
        target: 'model output',
        metric: violationsMetric({ endpointName, scheduleName: outcomeScheduleName.bias(endpointName) }),
        threshold: 1,
        why: "Clarify found a bias metric of the last days further from zero than the live version's baseline allows. The constraint holds the tolerance, so one is enough.",
        missing: untilTheNext,
        owner: 'model',
        runbook: 'bias-drift',
      }),
      'MON-05',
    );
    answers(
      alarms.add(this, 'MonitoredAttribution', {
        target: 'model output',
        metric: violationsMetric({ endpointName, scheduleName: outcomeScheduleName.explainability(endpointName) }),
        threshold: 1,
        why: "Clarify found the features of the last day ranked otherwise than at the live version's own test: nDCG of the global SHAP values below 0.9, its own limit.",
        missing: untilTheNext,
        owner: 'model',
        runbook: 'attribution-drift',
      }),
      'MON-05',
    );
  }
}
