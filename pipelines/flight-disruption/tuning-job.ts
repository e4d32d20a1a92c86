import type { StringValue } from '../definition/values';
import { jobTags, type PipelineEnvironment } from './environment';

/** Arguments of CreateHyperParameterTuningJob. */
export function tuningJob(
  environment: PipelineEnvironment,
  data: { readonly train: StringValue; readonly validation: StringValue; readonly checkpoints: StringValue },
): Record<string, unknown> {
  const { training: compute, code } = environment;
  const { algorithm } = environment.problem;
  // The training rows are read once and fit on the volume, so File mode; docs/learn/formats.md has the other cases.
  const channel = (name: string, uri: StringValue, contentType: string, distribution = 'FullyReplicated') => ({
    ChannelName: name,
    ContentType: contentType,
    InputMode: 'File',
    CompressionType: 'None',
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: distribution } },
  });
  // Several hosts share the training rows, a file each; all of them validate on the same rows, or they would stop at
  // different rounds (TRAIN-03: what changes with a large data set).
  const sharing = compute.instanceCount > 1 ? 'ShardedByS3Key' : 'FullyReplicated';
  const ranges = (type: 'integer' | 'continuous') =>
    algorithm.ranges
      .filter((range) => range.type === type)
      .map((range) => ({
        Name: range.name,
        MinValue: String(range.minimum),
        MaxValue: String(range.maximum),
        ScalingType: range.scaling,
      }));
  return {
    HyperParameterTuningJobName: environment.tuningJobPrefix,
    // Its training jobs get the tags too (SageMaker API reference, AddTags).
    Tags: jobTags(environment),
    HyperParameterTuningJobConfig: {
      // Random search: a handful of trials is too few for Bayesian search (TUNE-04: what more trials cost).
      Strategy: 'Random',
      RandomSeed: Number(algorithm.fixed.seed),
      ResourceLimits: {
        MaxNumberOfTrainingJobs: environment.tuning.maxJobs,
        MaxParallelTrainingJobs: environment.tuning.maxParallelJobs,
      },
      // The metric of the quality gate, on validation rows: no tuning job has a channel to the test month (TUNE-02: the
      // objective of tuning; TUNE-06, TUNETRAP-02: why tuning must not see the test month). SageMaker treats the
      // XGBoost image as a built-in algorithm even with a script in it, so the objective is one that the image defines.
      HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'validation:aucpr' },
      ParameterRanges: {
        IntegerParameterRanges: ranges('integer'),
        ContinuousParameterRanges: ranges('continuous'),
        CategoricalParameterRanges: [],
      },
      // Each trial ends by itself when validation gains no more (train.py). AWS's median rule (`Auto`) compares with the
      // trials that have ended by then: with four trials it saves next to nothing, and another trial may be stopped when
      // the same search runs again (TUNE-05: early stopping; docs/learn/tuning.md has the measurement).
      TrainingJobEarlyStoppingType: 'Off',
    },
    TrainingJobDefinition: {
      StaticHyperParameters: {
        ...algorithm.fixed,
        sagemaker_program: 'train.py',
        // A network-isolated container cannot fetch its script from S3, so the code has a channel of its own.
        sagemaker_submit_directory: `/opt/ml/input/data/code/${code.sourceName}`,
      },
      AlgorithmSpecification: {
        TrainingImage: environment.images.xgboost,
        TrainingInputMode: 'File',
      },
      RoleArn: environment.roles.training,
      InputDataConfig: [
        channel('train', data.train, 'text/csv', sharing),
        channel('validation', data.validation, 'text/csv'),
        channel('code', code.sourceUri, 'application/x-tar'),
      ],
      OutputDataConfig: {
        S3OutputPath: `s3://${environment.artifactsBucket}/models`,
        KmsKeyId: environment.dataKeyArn,
      },
      ResourceConfig: {
        InstanceCount: compute.instanceCount,
        InstanceType: compute.instanceType,
        VolumeSizeInGB: compute.volumeSizeInGb,
        VolumeKmsKeyId: environment.dataKeyArn,
      },
      // Spot capacity at a discount. With a checkpoint in S3, an interruption costs only minutes (COST-01: training
      // that costs too much).
      // https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: data.checkpoints },
      StoppingCondition: {
        MaxRuntimeInSeconds: compute.maxRuntimeSeconds,
        MaxWaitTimeInSeconds: 2 * compute.maxRuntimeSeconds,
      },
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      VpcConfig: { Subnets: environment.subnetIds, SecurityGroupIds: [environment.securityGroupId] },
    },
  };
}
