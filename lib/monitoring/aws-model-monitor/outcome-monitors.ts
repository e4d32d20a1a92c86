import { type CfnResource, Fn } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { AnalyzerRole } from '../analysis-job/analyzer-role';
import { outcomeScheduleName } from '../analysis-job/monitor-names';
import { type EndpointMonitorProps, monitoringJob, monitoringOutput } from '../analysis-job/monitoring-job';
import { biasNamespace, modelQualityNamespace } from '../metrics/metrics';
import { liveBaselinePrefix } from './aws-monitors';
import { writeBiasAnalysisConfig } from './bias-analysis-config';

/**
 * AWS's monitors that need outcomes (SVC-09: what Model Monitor does, and who can still use it; MON-05: watching the
 * output): model quality by Model Monitor, bias by Clarify. One job merges captures with ground truth by inference id,
 * a second one compares the result with the live version's baseline. They run in addition to our own monitor, which
 * also measures the cost of decisions; docs/learn/monitoring.md compares them.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-merge.html
 */
export class OutcomeMonitors extends Construct {
  readonly roles: readonly iam.IRole[];

  constructor(scope: Construct, id: string, props: EndpointMonitorProps) {
    super(scope, id);
    const { context, lake, images } = props;
    const groundTruthS3Input = { s3Uri: `s3://${lake.capture.bucketName}/ground-truth` };
    const baseline = (kind: string) => ({
      constraintsResource: {
        s3Uri: `s3://${lake.artifacts.bucketName}/${liveBaselinePrefix}${kind}/constraints.json`,
      },
    });
    const shared = { ...props, baselinePrefixes: [liveBaselinePrefix], readsGroundTruth: true, merges: true };

    const qualityRole = new AnalyzerRole(this, 'Quality', {
      ...shared,
      repositoryArns: [images.groundTruthMerger.repositoryArn, images.analyzer.repositoryArn],
      publishesTo: modelQualityNamespace,
    }).role;
    const quality = new sagemaker.CfnModelQualityJobDefinition(this, 'QualityDefinition', {
      ...monitoringJob(context),
      roleArn: qualityRole.roleArn,
      modelQualityAppSpecification: {
        imageUri: images.analyzer.uri,
        problemType: 'BinaryClassification',
        environment: { publish_cloudwatch_metrics: 'Enabled' },
      },
      modelQualityBaselineConfig: baseline('quality'),
      modelQualityJobInput: { endpointInput: captured(props), groundTruthS3Input },
      modelQualityJobOutputConfig: monitoringOutput(props),
    });
    quality.overrideLogicalId('LiveModelQuality');

    const config = new Asset(this, 'BiasConfig', { path: writeBiasAnalysisConfig(context.problem) });
    const biasRole = new AnalyzerRole(this, 'Bias', {
      ...shared,
      codeArn: config.bucket.arnForObjects(config.s3ObjectKey),
      repositoryArns: [images.groundTruthMerger.repositoryArn, images.clarify.repositoryArn],
      publishesTo: biasNamespace,
    }).role;
    const bias = new sagemaker.CfnModelBiasJobDefinition(this, 'BiasDefinition', {
      ...monitoringJob(context),
      roleArn: biasRole.roleArn,
      modelBiasAppSpecification: {
        imageUri: images.clarify.uri,
        configUri: config.s3ObjectUrl,
        environment: { publish_cloudwatch_metrics: 'Enabled' },
      },
      modelBiasBaselineConfig: baseline('bias'),
      modelBiasJobInput: { endpointInput: captured(props), groundTruthS3Input },
      modelBiasJobOutputConfig: monitoringOutput(props),
    });
    bias.overrideLogicalId('LiveModelBias');

    this.schedule(
      props,
      quality,
      quality.attrJobDefinitionArn,
      'ModelQuality',
      outcomeScheduleName.quality(props.endpointName),
    );
    this.schedule(props, bias, bias.attrJobDefinitionArn, 'ModelBias', outcomeScheduleName.bias(props.endpointName));
    quality.node.addDependency(qualityRole, props.endpoint);
    bias.node.addDependency(biasRole, props.endpoint);
    this.roles = [qualityRole, biasRole];
  }

  private schedule(
    props: EndpointMonitorProps,
    definition: CfnResource,
    definitionArn: string,
    monitoringType: string,
    monitoringScheduleName: string,
  ): void {
    const { modelMonitorSchedules } = props.context.configuration.monitoring;
    const schedule = new sagemaker.CfnMonitoringSchedule(this, `${monitoringType}Schedule`, {
      monitoringScheduleName,
      monitoringScheduleConfig: {
        monitoringType,
        monitoringJobDefinitionName: Fn.select(1, Fn.split('/', definitionArn)),
        scheduleConfig: { scheduleExpression: modelMonitorSchedules.modelQuality },
      },
    });
    schedule.overrideLogicalId(`Live${monitoringType}Schedule`);
    covers(schedule, 'SVC-09', 'MON-05');
    for (const resource of [definition, schedule]) resource.cfnOptions.condition = props.hasApprovedModel;
  }
}

/**
 * Predictions are CSV: probability, decision, version. The decision is a word of our contract and not a label, so AWS's
 * monitors derive the label from the probability. Their threshold is the same for all versions: the probability at
 * which the expected cost of a false alarm equals that of a missed disruption.
 */
function captured({ endpointName, context }: EndpointMonitorProps) {
  const { problem, configuration } = context;
  const { lookBackDays } = configuration.monitoring.modelQuality;
  const { missed, falseAlarm } = problem.costs;
  return {
    endpointName,
    localPath: '/opt/ml/processing/input_data',
    s3InputMode: 'File',
    s3DataDistributionType: 'FullyReplicated',
    probabilityAttribute: '0',
    probabilityThresholdAttribute: Number((falseAlarm.amount / (falseAlarm.amount + missed.amount)).toFixed(4)),
    // The window ends when the run starts and is as long as that of our model quality monitor.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-schedule.html
    startTimeOffset: `-P${lookBackDays}D`,
    endTimeOffset: '-P0D',
  };
}
