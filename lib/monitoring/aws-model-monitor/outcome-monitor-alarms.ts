import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { outcomeScheduleName } from '../analysis-job/monitor-names';
import { violationsMetric } from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type OutcomeMonitorAlarmsProps = Pick<MonitoredWorkflow, 'serving' | 'alarms'>;

/** A run takes place once a day. */
const keepsState = {
  treatAs: 'ignore',
  why: 'The result of a run holds until the next one. A run without a matching label fails and publishes nothing.',
} as const;

/**
 * Alarms on the violations that AWS's monitors of quality, bias and attributions find. An alarm on one of their metrics
 * would need a fixed threshold; the number of violated constraints follows the live model's baseline.
 */
export class OutcomeMonitorAlarms extends Construct {
  constructor(scope: Construct, id: string, { serving, alarms }: OutcomeMonitorAlarmsProps) {
    super(scope, id);
    const { endpointName } = serving;
    covers(
      alarms.add(this, 'MonitoredQuality', {
        target: 'model output',
        metric: violationsMetric({ endpointName, scheduleName: outcomeScheduleName.quality(endpointName) }),
        threshold: 1,
        why: "Model Monitor found that a metric of the last days violates the live version's baseline (area under the ROC curve). The constraint contains the margin, so one violation is enough.",
        missing: keepsState,
        owner: 'model',
        runbook: 'model-quality',
      }),
      'MON-05',
    );
    covers(
      alarms.add(this, 'MonitoredBias', {
        target: 'model output',
        metric: violationsMetric({ endpointName, scheduleName: outcomeScheduleName.bias(endpointName) }),
        threshold: 1,
        why: "Clarify found a bias metric of the last days further from zero than the live version's baseline allows. The constraint contains the tolerance, so one violation is enough.",
        missing: keepsState,
        owner: 'model',
        runbook: 'bias-drift',
      }),
      'MON-05',
    );
    covers(
      alarms.add(this, 'MonitoredAttribution', {
        target: 'model output',
        metric: violationsMetric({ endpointName, scheduleName: outcomeScheduleName.explainability(endpointName) }),
        threshold: 1,
        why: "Clarify found that the ranking of the features changed since the live version's test: nDCG of the global SHAP values is below 0.9, Clarify's own limit.",
        missing: keepsState,
        owner: 'model',
        runbook: 'attribution-drift',
      }),
      'MON-05',
    );
  }
}
