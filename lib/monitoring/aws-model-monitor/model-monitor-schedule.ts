import { type CfnCondition, type CfnResource, Fn } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

import { answers } from '../../shared/blueprint/answers';
import { AnalyzerRole } from '../analysis-job/analyzer-role';
import { liveBaselinePrefix } from '../analysis-job/live-baseline';
import type { MonitorImage } from '../analysis-job/monitor-images';
import { type MonitoringJobProps, monitoringJob, monitoringOutput } from '../analysis-job/monitoring-job';
import { featureNamespace } from '../metrics/metrics';

export interface ModelMonitorScheduleProps extends MonitoringJobProps {
  readonly endpointName: string;
  readonly scheduleName: string;
  /** A schedule watches an endpoint and cannot be made before it. */
  readonly hasApprovedModel: CfnCondition;
  /** What must exist first: the endpoint. */
  readonly endpoint: Construct;
  readonly artifacts: s3.IBucket;
  readonly image: MonitorImage;
  /** Hourly or daily, in Model Monitor's own form of cron (API reference, ScheduleConfig). */
  readonly schedule: string;
  /** A metric for each feature. */
  readonly publishesFeatures: boolean;
}

/**
 * SageMaker Model Monitor, as the exam asks for it (SVC-09): data quality of the endpoint's captures, hourly. Only for
 * accounts that used the service before mid-2026; everyone else gets `DriftAnalysis`.
 *
 * A job definition cannot be changed, and each model has a baseline of its own: so the definition reads a fixed place,
 * and the release puts the live model's baseline there.
 */
export class ModelMonitorSchedule extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ModelMonitorScheduleProps) {
    super(scope, id);
    const { role } = new AnalyzerRole(this, 'Analyzer', {
      ...props,
      baselinePrefixes: [liveBaselinePrefix],
      repositoryArns: [props.image.repositoryArn],
      publishesTo: featureNamespace,
    });
    this.roleArn = role.roleArn;
    const baseline = `s3://${props.artifacts.bucketName}/${liveBaselinePrefix}`;

    const definition = new sagemaker.CfnDataQualityJobDefinition(this, 'Definition', {
      ...monitoringJob(props),
      roleArn: role.roleArn,
      dataQualityAppSpecification: {
        imageUri: props.image.uri,
        // Model Monitor publishes the features' metrics only when it is asked to, and each costs.
        environment: { publish_cloudwatch_metrics: props.publishesFeatures ? 'Enabled' : 'Disabled' },
      },
      dataQualityBaselineConfig: {
        constraintsResource: { s3Uri: `${baseline}constraints.json` },
        statisticsResource: { s3Uri: `${baseline}statistics.json` },
      },
      dataQualityJobInput: {
        endpointInput: {
          endpointName: props.endpointName,
          localPath: '/opt/ml/processing/input/endpoint',
          s3InputMode: 'File',
          s3DataDistributionType: 'FullyReplicated',
        },
      },
      dataQualityJobOutputConfig: monitoringOutput(props),
    });
    // Part of the generated name, by which the release's role names it.
    definition.overrideLogicalId('LiveDataQuality');
    definition.node.addDependency(role);
    definition.node.addDependency(props.endpoint);

    const schedule = new sagemaker.CfnMonitoringSchedule(this, 'Schedule', {
      monitoringScheduleName: props.scheduleName,
      monitoringScheduleConfig: {
        monitoringType: 'DataQuality',
        monitoringJobDefinitionName: Fn.select(1, Fn.split('/', definition.attrJobDefinitionArn)),
        scheduleConfig: { scheduleExpression: props.schedule },
      },
    });
    schedule.overrideLogicalId('LiveDataQualitySchedule');
    answers(schedule, 'SVC-09', 'MON-04', 'ART-09', 'FEAT-06');

    for (const resource of [definition, schedule])
      (resource as CfnResource).cfnOptions.condition = props.hasApprovedModel;
  }
}
