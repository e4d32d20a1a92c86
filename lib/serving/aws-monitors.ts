import type { CfnCondition } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import { type AwsMonitors, monitoringScheduleName } from '../monitoring/analysis-job/live-baseline';
import { MonitorImages } from '../monitoring/analysis-job/monitor-images';
import { ExplainabilityMonitor } from '../monitoring/aws-model-monitor/explainability-monitor';
import { ModelMonitorSchedule } from '../monitoring/aws-model-monitor/model-monitor-schedule';
import { OutcomeMonitors } from '../monitoring/aws-model-monitor/outcome-monitors';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface AwsMonitorsProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly endpointName: string;
  readonly endpoint: Construct;
  readonly modelName: string;
  readonly hasApprovedModel: CfnCondition;
}

/**
 * AWS's own monitors of the endpoint: SageMaker Model Monitor and Clarify, with `monitoring.modelMonitor` only. They are
 * in this stack because their schedules need the endpoint, and a release creates and deletes both in one update.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html
 */
export function awsMonitors(scope: Construct, props: AwsMonitorsProps): AwsMonitors {
  const { context, lake, ...endpoint } = props;
  const { configuration, problem, dataKey, network } = context;
  const { monitoring, instances } = configuration;
  const images = new MonitorImages(scope, 'MonitorImages');
  const watched = {
    ...endpoint,
    ...network,
    problem,
    dataKey,
    capture: lake.capture,
    artifacts: lake.artifacts,
    compute: instances.monitoring,
  };
  const monitor = new ModelMonitorSchedule(scope, 'ModelMonitor', {
    ...watched,
    scheduleName: monitoringScheduleName(props.endpointName),
    image: images.analyzer,
    schedule: monitoring.modelMonitorSchedules.dataQuality,
    publishesFeatures: monitoring.featureMetrics,
  });
  const outcomes = new OutcomeMonitors(scope, 'OutcomeMonitors', {
    ...watched,
    images,
    schedule: monitoring.modelMonitorSchedules.modelQuality,
    lookBackDays: monitoring.modelQuality.lookBackDays,
  });
  const explainability = new ExplainabilityMonitor(scope, 'ExplainabilityMonitor', {
    ...watched,
    endpointInstanceType: instances.endpoint.instanceType,
    image: images.clarify,
    schedule: monitoring.modelMonitorSchedules.modelQuality,
    context,
  });
  return {
    roleArns: [monitor.roleArn, ...outcomes.roleArns, explainability.roleArn],
    functionArn: explainability.configFunctionArn,
  };
}
