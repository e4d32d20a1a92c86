import type { CfnCondition } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../config';
import { type AwsMonitors, monitoringScheduleName } from '../monitoring/analysis-job/live-baseline';
import { MonitorImages } from '../monitoring/analysis-job/monitor-images';
import type { MonitoringJobProps } from '../monitoring/analysis-job/monitoring-job';
import { ExplainabilityMonitor } from '../monitoring/aws-model-monitor/explainability-monitor';
import { ModelMonitorSchedule } from '../monitoring/aws-model-monitor/model-monitor-schedule';
import { OutcomeMonitors } from '../monitoring/aws-model-monitor/outcome-monitors';
import type { ProblemSpec } from '../problem/problem-spec';
import { logRetention } from '../shared/function/log-retention';

export interface AwsMonitorsProps extends Omit<MonitoringJobProps, 'compute'> {
  readonly configuration: WorkflowConfiguration;
  readonly problem: ProblemSpec;
  readonly endpointName: string;
  readonly endpoint: Construct;
  readonly modelName: string;
  readonly hasApprovedModel: CfnCondition;
  readonly artifacts: s3.IBucket;
  readonly operationsKey: kms.IKey;
}

/**
 * AWS's own monitors of the endpoint: SageMaker Model Monitor and Clarify, with `monitoring.modelMonitor` only. They are
 * in this stack because their schedules need the endpoint, and a release creates and deletes both in one update.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html
 */
export function awsMonitors(scope: Construct, props: AwsMonitorsProps): AwsMonitors {
  const { configuration, operationsKey, ...shared } = props;
  const { monitoring, instances } = configuration;
  const images = new MonitorImages(scope, 'MonitorImages');
  const watched = { ...shared, compute: instances.monitoring };
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
    operationsKey,
    logRetention: logRetention(configuration),
  });
  return {
    roleArns: [monitor.roleArn, ...outcomes.roleArns, explainability.roleArn],
    functionArn: explainability.configFunctionArn,
  };
}
