import type { StringValue } from '../definition/values';
import { jobTags, type PipelineEnvironment } from './environment';

/** Folder of inputs and outputs in the container of a processing job. */
export const containerRoot = '/opt/ml/processing';

interface ProcessingOptions {
  readonly arguments?: readonly StringValue[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, StringValue>>;
  readonly outputs: Readonly<Record<string, StringValue>>;
}

/** Arguments of CreateProcessingJob for one command of the step code's zip, which Python runs without unpacking. */
export function processingJob(
  environment: PipelineEnvironment,
  image: string,
  command: string,
  options: ProcessingOptions,
): Record<string, unknown> {
  const { processing: compute, code } = environment;
  const input = (name: string, uri: StringValue) => ({
    InputName: name,
    AppManaged: false,
    S3Input: {
      S3Uri: uri,
      LocalPath: `${containerRoot}/input/${name}`,
      S3DataType: 'S3Prefix',
      S3InputMode: 'File',
      S3DataDistributionType: 'FullyReplicated',
      S3CompressionType: 'None',
    },
  });
  return {
    ProcessingJobName: `${environment.jobNamePrefix}-${command}`,
    Tags: jobTags(environment),
    RoleArn: environment.roles.processing,
    AppSpecification: {
      ImageUri: image,
      ContainerEntrypoint: ['python3', `${containerRoot}/input/code/${code.zipName}`, command],
      ...(options.arguments ? { ContainerArguments: options.arguments } : {}),
    },
    ...(options.variables ? { Environment: options.variables } : {}),
    ProcessingInputs: [
      input('code', code.zipUri),
      ...Object.entries(options.inputs).map(([name, uri]) => input(name, uri)),
    ],
    ProcessingOutputConfig: {
      KmsKeyId: environment.dataKeyArn,
      Outputs: Object.entries(options.outputs).map(([name, uri]) => ({
        OutputName: name,
        AppManaged: false,
        S3Output: { S3Uri: uri, LocalPath: `${containerRoot}/output/${name}`, S3UploadMode: 'EndOfJob' },
      })),
    },
    ProcessingResources: {
      ClusterConfig: {
        InstanceCount: compute.instanceCount,
        InstanceType: compute.instanceType,
        VolumeSizeInGB: compute.volumeSizeInGb,
        VolumeKmsKeyId: environment.dataKeyArn,
      },
    },
    // The container has no network. Traffic between hosts, if there are several, is encrypted (TRAIN-06: training
    // without internet; SECCHK-04: encryption at rest and in transit).
    // https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
    NetworkConfig: {
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      VpcConfig: { Subnets: environment.subnetIds, SecurityGroupIds: [environment.securityGroupId] },
    },
    StoppingCondition: { MaxRuntimeInSeconds: compute.maxRuntimeSeconds },
  };
}
