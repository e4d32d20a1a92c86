import type { Construct } from 'constructs';
import { MonitorImages } from '../monitoring/analysis-job/monitor-images';
import type { EndpointMonitorProps } from '../monitoring/analysis-job/monitoring-job';
import type { AwsMonitors } from '../monitoring/aws-model-monitor/aws-monitors';
import { ExplainabilityMonitor } from '../monitoring/aws-model-monitor/explainability-monitor';
import { ModelMonitorSchedule } from '../monitoring/aws-model-monitor/model-monitor-schedule';
import { OutcomeMonitors } from '../monitoring/aws-model-monitor/outcome-monitors';

export interface AwsMonitorsProps extends Omit<EndpointMonitorProps, 'images'> {
  readonly modelName: string;
}

/**
 * AWS's own monitors of the endpoint: SageMaker Model Monitor and Clarify, with `monitoring.modelMonitor` only. They are
 * in this stack because their schedules need the endpoint, and a release creates and deletes both in one update.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html
 */
export function awsMonitors(scope: Construct, props: AwsMonitorsProps): AwsMonitors {
  const shared = { ...props, images: new MonitorImages(scope, 'MonitorImages') };
  const dataQuality = new ModelMonitorSchedule(scope, 'ModelMonitor', shared);
  const outcomes = new OutcomeMonitors(scope, 'OutcomeMonitors', shared);
  const explainability = new ExplainabilityMonitor(scope, 'ExplainabilityMonitor', shared);
  return {
    roles: [dataQuality.role, ...outcomes.roles, explainability.role],
    configFunction: explainability.configFunction,
  };
}
