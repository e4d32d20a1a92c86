import { type CfnResource, Fn } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { AnalyzerRole } from '../analysis-job/analyzer-role';
import { monitoringScheduleName } from '../analysis-job/monitor-names';
import { type EndpointMonitorProps, monitoringJob, monitoringOutput } from '../analysis-job/monitoring-job';
import { featureNamespace } from '../metrics/metrics';
import { liveBaselinePrefix } from './aws-monitors';

/**
 * SageMaker Model Monitor's data quality monitor on the endpoint's captures, hourly (SVC-09: what Model Monitor does, and
 * who can still use it). AWS closed the service to new customers in 2026; other accounts use `DriftAnalysis`.
 *
 * A job definition cannot be changed, and each model has its own baseline. The definition therefore reads a fixed prefix,
 * and each release copies the live model's baseline there.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-quality.html
 */
export class ModelMonitorSchedule extends Construct {
  readonly role: iam.IRole;

  constructor(scope: Construct, id: string, props: EndpointMonitorProps) {
    super(scope, id);
    const { context, lake, images } = props;
    const { monitoring } = context.configuration;
    const { role } = new AnalyzerRole(this, 'Analyzer', {
      ...props,
      baselinePrefixes: [liveBaselinePrefix],
      repositoryArns: [images.analyzer.repositoryArn],
      publishesTo: featureNamespace,
    });
    this.role = role;
    const baseline = `s3://${lake.artifacts.bucketName}/${liveBaselinePrefix}`;

    const definition = new sagemaker.CfnDataQualityJobDefinition(this, 'Definition', {
      ...monitoringJob(context),
      roleArn: role.roleArn,
      dataQualityAppSpecification: {
        imageUri: images.analyzer.uri,
        // Model Monitor publishes feature metrics only when enabled, and each metric costs money.
        environment: { publish_cloudwatch_metrics: monitoring.featureMetrics ? 'Enabled' : 'Disabled' },
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
      monitoringScheduleName: monitoringScheduleName(props.endpointName),
      monitoringScheduleConfig: {
        monitoringType: 'DataQuality',
        monitoringJobDefinitionName: Fn.select(1, Fn.split('/', definition.attrJobDefinitionArn)),
        scheduleConfig: { scheduleExpression: monitoring.modelMonitorSchedules.dataQuality },
      },
    });
    schedule.overrideLogicalId('LiveDataQualitySchedule');
    covers(schedule, 'SVC-09', 'MON-04', 'ART-09', 'FEAT-06');

    for (const resource of [definition, schedule])
      (resource as CfnResource).cfnOptions.condition = props.hasApprovedModel;
  }
}
