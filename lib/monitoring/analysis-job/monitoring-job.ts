import type { CfnCondition } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../../data-lake/stage';
import type { WorkflowContext } from '../../shared/stack/workflow-context';
import type { MonitorImages } from './monitor-images';

/** What each of AWS's monitors needs: the endpoint, where its captures are, and AWS's images. */
export interface EndpointMonitorProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly endpointName: string;
  /** The schedules are created after the endpoint. */
  readonly endpoint: Construct;
  /** True while the stack has an endpoint. A schedule needs one. */
  readonly hasApprovedModel: CfnCondition;
  readonly images: MonitorImages;
}

/**
 * What every job definition of AWS's monitors has in common: network isolation, encryption between hosts, a time limit.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
 */
export function monitoringJob({ configuration, dataKey, network }: WorkflowContext) {
  const compute = configuration.instances.monitoring;
  return {
    jobResources: {
      clusterConfig: {
        instanceType: compute.instanceType,
        instanceCount: compute.instanceCount,
        volumeSizeInGb: compute.volumeSizeInGb,
        volumeKmsKeyId: dataKey.keyArn,
      },
    },
    networkConfig: {
      enableNetworkIsolation: true,
      enableInterContainerTrafficEncryption: true,
      vpcConfig: { subnets: [...network.subnetIds], securityGroupIds: [network.securityGroup.securityGroupId] },
    },
    stoppingCondition: { maxRuntimeInSeconds: compute.maxRuntimeSeconds },
  };
}

/** SageMaker writes below this prefix, by endpoint, schedule and hour. */
export function monitoringOutput({ context, lake }: EndpointMonitorProps) {
  return {
    kmsKeyId: context.dataKey.keyArn,
    monitoringOutputs: [
      {
        s3Output: {
          s3Uri: `s3://${lake.capture.bucketName}/monitoring`,
          localPath: '/opt/ml/processing/output',
          s3UploadMode: 'EndOfJob',
        },
      },
    ],
  };
}
