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
  /** True while the stack has an endpoint. A schedule needs one. */
  readonly hasApprovedModel: CfnCondition;
  /** The schedule is created after the endpoint. */
  readonly endpoint: Construct;
  readonly artifacts: s3.IBucket;
  readonly image: MonitorImage;
  /** Hourly or daily, in Model Monitor's own cron dialect. */
  readonly schedule: string;
  /** Whether each feature gets a metric. */
  readonly publishesFeatures: boolean;
}

/**
 * SageMaker Model Monitor's data quality monitor on the endpoint's captures, hourly (SVC-09: what Model Monitor does, and
 * who can still use it). AWS closed the service to new customers in 2026; other accounts use `DriftAnalysis`.
 *
 * A job definition cannot be changed, and each model has its own baseline. The definition therefore reads a fixed prefix,
 * and each release copies the live model's baseline there.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-quality.html
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
        // Model Monitor publishes feature metrics only when enabled, and each metric costs money.
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
    // The generated physical name contains the logical id; the release's deployment role allows names with it.
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
