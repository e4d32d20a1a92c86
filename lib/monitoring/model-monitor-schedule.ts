import { Aws, type CfnCondition, CfnMapping, CfnResource, Fn } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import type { JobCompute } from '../config';
import { imageRegistries } from '../training/image-registries';
import { AnalyzerRole } from './analyzer-role';
import { liveBaselinePrefix } from './live-baseline';

export interface ModelMonitorScheduleProps {
  readonly endpointName: string;
  readonly scheduleName: string;
  /** A schedule watches an endpoint and cannot be made before it. */
  readonly hasApprovedModel: CfnCondition;
  /** What must exist first: the endpoint. */
  readonly endpoint: Construct;
  readonly capture: s3.IBucket;
  readonly artifacts: s3.IBucket;
  readonly dataKey: kms.IKey;
  readonly subnetIds: readonly string[];
  readonly securityGroup: ec2.ISecurityGroup;
  readonly compute: JobCompute;
}

/**
 * SageMaker Model Monitor, as the exam asks for it (SVC-09): data quality of the endpoint's captures, hourly. Only for accounts
 * that used the service before mid-2026; everyone else gets `DriftAnalysis`.
 *
 * A job definition cannot be changed, and each model has a baseline of its own: so the definition reads a fixed place, and the
 * release puts the live model's baseline there.
 */
export class ModelMonitorSchedule extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ModelMonitorScheduleProps) {
    super(scope, id);
    const { account, repositoryArn } = this.analyzerImage();
    const { role } = new AnalyzerRole(this, 'Analyzer', {
      ...props,
      baselinePrefixes: [liveBaselinePrefix],
      repositoryArns: [repositoryArn],
      publishesMetrics: true,
    });
    this.roleArn = role.roleArn;
    const baseline = `s3://${props.artifacts.bucketName}/${liveBaselinePrefix}`;

    const definition = new sagemaker.CfnDataQualityJobDefinition(this, 'Definition', {
      roleArn: role.roleArn,
      dataQualityAppSpecification: {
        imageUri: Fn.sub('${account}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/sagemaker-model-monitor-analyzer', { account }),
        // Model Monitor publishes the features' metrics only when it is asked to.
        environment: { publish_cloudwatch_metrics: 'Enabled' },
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
      dataQualityJobOutputConfig: {
        kmsKeyId: props.dataKey.keyArn,
        monitoringOutputs: [
          {
            s3Output: {
              s3Uri: `s3://${props.capture.bucketName}/monitoring`,
              localPath: '/opt/ml/processing/output',
              s3UploadMode: 'EndOfJob',
            },
          },
        ],
      },
      jobResources: {
        clusterConfig: {
          instanceType: props.compute.instanceType,
          instanceCount: props.compute.instanceCount,
          volumeSizeInGb: props.compute.volumeSizeInGb,
          volumeKmsKeyId: props.dataKey.keyArn,
        },
      },
      // Security Hub SageMaker.9 and .11: isolated, and encrypted between hosts.
      networkConfig: {
        enableNetworkIsolation: true,
        enableInterContainerTrafficEncryption: true,
        vpcConfig: { subnets: [...props.subnetIds], securityGroupIds: [props.securityGroup.securityGroupId] },
      },
      stoppingCondition: { maxRuntimeInSeconds: props.compute.maxRuntimeSeconds },
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
        // Model Monitor takes hourly and daily schedules only, and writes cron in its own way (API reference, ScheduleConfig).
        scheduleConfig: { scheduleExpression: 'cron(0 * ? * * *)' },
      },
    });
    schedule.overrideLogicalId('LiveDataQualitySchedule');
    answers(schedule, 'SVC-09', 'MON-04', 'ART-09', 'FEAT-06');

    for (const resource of [definition, schedule]) (resource as CfnResource).cfnOptions.condition = props.hasApprovedModel;
  }

  private analyzerImage(): { account: string; repositoryArn: string } {
    const rows = Object.entries(imageRegistries).flatMap(([region, { modelMonitor }]) =>
      modelMonitor === undefined ? [] : [[region, { account: modelMonitor }] as const],
    );
    const registries = new CfnMapping(this, 'Registries', { mapping: Object.fromEntries(rows) });
    const account = registries.findInMap(Aws.REGION, 'account');
    const repositoryArn = Fn.sub(
      'arn:${AWS::Partition}:ecr:${AWS::Region}:${account}:repository/sagemaker-model-monitor-analyzer',
      { account },
    );
    return { account, repositoryArn };
  }
}
