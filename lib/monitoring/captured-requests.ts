import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { WorkflowStateMachine } from '../shared/state-machine/state-machine';
import { SagemakerImages } from '../training/images';
import { driftNames } from './analysis-job/monitor-names';
import { ModelMonitorMetrics } from './aws-model-monitor/model-monitor-metrics';
import { OutcomeMonitorAlarms } from './aws-model-monitor/outcome-monitor-alarms';
import { DriftAnalysis } from './drift/drift-analysis';
import { GroundTruth } from './model-quality/ground-truth';
import { ModelQualityMonitor } from './model-quality/model-quality-monitor';
import type { MonitoredWorkflow } from './monitored-workflow';

/** State machines that analyze captured requests. */
export interface CaptureMonitors {
  /** @default AWS's own monitor runs on its own schedule */
  readonly drift?: WorkflowStateMachine;
  readonly modelQuality: WorkflowStateMachine;
}

/**
 * What is made of captured requests: drift, and model quality once the outcomes are known. Not a construct of its own, so
 * that the paths of its parts stay.
 */
export function monitorCapturedRequests(scope: Construct, workflow: MonitoredWorkflow): CaptureMonitors {
  const { scikitLearn, xgboost, repositories } = new SagemakerImages(scope, 'Images');
  const drift = monitorDrift(scope, workflow, { uri: scikitLearn, repositoryArn: repositories.scikitLearn });
  // Deployed in either case: Model Monitor does not measure the cost of decisions. AWS also closed Clarify to
  // new customers.
  new GroundTruth(scope, 'GroundTruth', workflow);
  const { stateMachine: modelQuality } = new ModelQualityMonitor(scope, 'ModelQuality', {
    ...workflow,
    // Attributions need the model, so the job runs in XGBoost's image.
    image: { uri: xgboost, repositoryArn: repositories.xgboost },
  });
  new CfnOutput(scope, 'ModelQualityStateMachineArn', { value: modelQuality.stateMachineArn });
  return { drift, modelQuality };
}

/** Our own drift analysis, or the metrics and alarms of AWS's. */
function monitorDrift(
  scope: Construct,
  workflow: MonitoredWorkflow,
  image: { readonly uri: string; readonly repositoryArn: string },
): WorkflowStateMachine | undefined {
  if (workflow.context.configuration.monitoring.modelMonitor) {
    // AWS's monitor itself is in the Serving stack, because it cannot exist without the endpoint.
    new ModelMonitorMetrics(scope, 'ModelMonitor', workflow);
    new OutcomeMonitorAlarms(scope, 'OutcomeMonitorAlarms', workflow);
    const { scheduleName } = driftNames(workflow.serving);
    new CfnOutput(scope, 'MonitoringScheduleName', { value: scheduleName });
    return undefined;
  }
  const { stateMachine } = new DriftAnalysis(scope, 'DriftAnalysis', { ...workflow, image });
  new CfnOutput(scope, 'MonitoringStateMachineArn', { value: stateMachine.stateMachineArn });
  return stateMachine;
}
