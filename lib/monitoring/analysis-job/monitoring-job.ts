import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';

import type { JobCompute } from '../../config';

export interface MonitoringJobProps {
  readonly capture: s3.IBucket;
  readonly dataKey: kms.IKey;
  readonly subnetIds: readonly string[];
  readonly securityGroup: ec2.ISecurityGroup;
  readonly compute: JobCompute;
}

/**
 * What every job definition of AWS's monitors has in common: network isolation, encryption between hosts, a time limit.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
 */
export function monitoringJob(props: MonitoringJobProps) {
  return {
    jobResources: {
      clusterConfig: {
        instanceType: props.compute.instanceType,
        instanceCount: props.compute.instanceCount,
        volumeSizeInGb: props.compute.volumeSizeInGb,
        volumeKmsKeyId: props.dataKey.keyArn,
      },
    },
    networkConfig: {
      enableNetworkIsolation: true,
      enableInterContainerTrafficEncryption: true,
      vpcConfig: { subnets: [...props.subnetIds], securityGroupIds: [props.securityGroup.securityGroupId] },
    },
    stoppingCondition: { maxRuntimeInSeconds: props.compute.maxRuntimeSeconds },
  };
}

/** SageMaker writes below this prefix, by endpoint, schedule and hour. */
export function monitoringOutput(props: MonitoringJobProps) {
  return {
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
  };
}
