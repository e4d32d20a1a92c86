import type { JobCompute, WorkflowConfiguration } from '../../lib/config';
import type { ProblemSpec } from '../../lib/problem/problem-spec';
import { atLeast, below } from '../definition/conditions';
import type { Pipeline } from '../definition/pipeline';
import {
  conditionStep,
  failStep,
  processingStep,
  registerModelStep,
  retryJobFaults,
  retryServiceFaults,
  retryTuningFaults,
  tuningStep,
} from '../definition/steps';
import {
  execution,
  join,
  jsonGet,
  jsonText,
  output,
  property,
  type StringValue,
  stringParameter,
} from '../definition/values';
import { modelCard } from './model-card';

/** Names and settings that the pipeline needs from the stacks; lib/training fills them. */
export interface PipelineEnvironment {
  /**
   * Prefix of every processing job's name. The pipeline's role is limited to jobs with this prefix, and the teardown
   * finds their logs by it.
   */
  readonly jobNamePrefix: string;
  /** Prefix of tuning jobs and of the training jobs that they start. At most 6 characters. */
  readonly tuningJobPrefix: string;
  readonly problem: ProblemSpec;
  readonly images: { readonly xgboost: string; readonly scikitLearn: string };
  readonly roles: { readonly processing: string; readonly training: string };
  readonly curatedBucket: string;
  readonly artifactsBucket: string;
  readonly dataKeyArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly code: {
    readonly zipUri: string;
    readonly zipName: string;
    readonly sourceUri: string;
    readonly sourceName: string;
    readonly version: string;
  };
  readonly noLiveModelUri: string;
  readonly modelPackageGroupName: string;
  /** Whether the model is served as two containers in series. */
  readonly inferencePipeline: boolean;
  /** Tags of every job, since jobs do not inherit the pipeline's tags. */
  readonly tags: WorkflowConfiguration['tags'];
  readonly processing: JobCompute;
  readonly training: JobCompute;
  readonly tuning: WorkflowConfiguration['tuning'];
  /** Days in which a step with the same arguments reuses an earlier result. */
  readonly cacheDays: number;
  /** Instance types that the registered model supports. */
  readonly servingInstanceTypes: { readonly realTime: string; readonly transform: string };
}

const root = '/opt/ml/processing';

/** From curated flights to a registered model (SVC-04: what Pipelines add; MLOPS-02: how they make work repeatable). */
export function flightDisruptionPipeline(environment: PipelineEnvironment): Pipeline {
  const { images, artifactsBucket } = environment;
  const { gate } = environment.problem;
  const airports = stringParameter('Airports', environment.problem.source.values[0]);
  // Months, "from" inclusive and "until" exclusive. By default, from the first month.
  const from = stringParameter('From', '0000-00');
  const until = stringParameter('Until');
  // Digest of the files to read. It is an argument of PrepareData, and so part of its cache key, and the name of the
  // list of files with their versions.
  const dataSnapshot = stringParameter('DataSnapshot');
  const manifest = join('', `s3://${artifactsBucket}/pipeline/data/`, dataSnapshot.value, '.json');
  // Another URI only for `reproduce`, which repeats a training on versions that are no longer the current ones.
  const curatedUri = stringParameter('CuratedUri', `s3://${environment.curatedBucket}/curated/flights/`);
  const liveModelUri = stringParameter('LiveModelUri', environment.noLiveModelUri);

  // Every execution writes below its own id, so it overwrites nothing of an earlier one (STAGE-03: what processing
  // records; SELF-10: what makes a model reproducible).
  const executionUri = (...parts: string[]): StringValue =>
    join('/', `s3://${artifactsBucket}/pipeline`, execution.id, ...parts);

  const prepare = processingStep('PrepareData', {
    description: 'Splits the curated flights by month and writes the rows for the baseline.',
    retryPolicies: retryJobFaults,
    // The same files are prepared once (COST-01: training costs). The cache key is made of the arguments, not of the
    // files' content: without the snapshot, the step would return old data after a corrected delivery of the same
    // months.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
    cacheFor: `P${environment.cacheDays}D`,
    arguments: processing(environment, images.scikitLearn, 'prepare', {
      arguments: [
        '--airports',
        airports.value,
        '--from',
        from.value,
        '--until',
        until.value,
        '--snapshot',
        dataSnapshot.value,
      ],
      inputs: { curated: curatedUri.value, snapshot: manifest },
      outputs: Object.fromEntries(
        ['train', 'validation', 'test', 'baseline', 'metadata'].map((name) => [name, executionUri('prepare', name)]),
      ),
    }),
  });

  const tune = tuningStep('TuneModel', {
    description: 'Trains a few models on the training months and keeps the best by the validation month.',
    retryPolicies: retryTuningFaults,
    cacheFor: `P${environment.cacheDays}D`,
    arguments: tuning(
      environment,
      output(prepare, 'train'),
      output(prepare, 'validation'),
      executionUri('checkpoints'),
    ),
  });
  const bestModel = join(
    '/',
    `s3://${artifactsBucket}/models`,
    property(tune, 'BestTrainingJob.TrainingJobName'),
    'output',
    'model.tar.gz',
  );

  const evaluate = processingStep('EvaluateModel', {
    description: 'Evaluates the candidate and the live model on the same held-back month.',
    retryPolicies: retryJobFaults,
    propertyFiles: [{ name: 'EvaluationReport', outputName: 'evaluation', path: 'evaluation.json' }],
    arguments: processing(environment, images.xgboost, 'evaluate', {
      inputs: { model: bestModel, test: output(prepare, 'test'), live: liveModelUri.value },
      outputs: { evaluation: executionUri('evaluation') },
    }),
  });
  const lift = jsonGet(evaluate, 'EvaluationReport', 'gate.lift');
  const costRatio = jsonGet(evaluate, 'EvaluationReport', 'gate.cost_ratio');

  const baseline = processingStep('CreateBaseline', {
    description:
      'Statistics of the training months and of the predictions for the held-back months, which monitoring compares with.',
    retryPolicies: retryJobFaults,
    // In the XGBoost image, because the baseline contains the predictions of this model.
    arguments: processing(environment, images.xgboost, 'baseline', {
      inputs: {
        baseline: output(prepare, 'baseline'),
        model: bestModel,
        validation: output(prepare, 'validation'),
        test: output(prepare, 'test'),
      },
      outputs: { 'baseline-results': executionUri('baseline') },
      variables: {
        output_path: `${root}/output/baseline-results`,
      },
    }),
  });

  const baselineFile = (name: string) => ({
    ContentType: 'application/json',
    S3Uri: join('/', output(baseline, 'baseline-results'), name),
  });
  const register = registerModelStep('RegisterModel', {
    description: 'Registers a new version in the model package group, which waits for the approval of a person.',
    retryPolicies: retryServiceFaults,
    arguments: {
      ModelPackageGroupName: environment.modelPackageGroupName,
      ModelApprovalStatus: 'PendingManualApproval',
      ModelPackageDescription: join(' ', 'Flights of', airports.value, 'before', until.value),
      InferenceSpecification: {
        Containers: containers(environment, bestModel),
        SupportedContentTypes: ['text/csv', 'application/json'],
        SupportedResponseMIMETypes: ['text/csv', 'application/json'],
        SupportedRealtimeInferenceInstanceTypes: [environment.servingInstanceTypes.realTime],
        SupportedTransformInstanceTypes: [environment.servingInstanceTypes.transform],
      },
      // The version's own card, which the approver reads (FLOW-08: who approves; MLOPS-03: where approvals belong).
      // CreateModelCard is for models outside a registry (SageMaker API reference, ModelPackageModelCard).
      ModelCard: {
        ModelCardStatus: 'PendingReview',
        ModelCardContent: jsonText(
          modelCard({
            environment,
            airports: airports.value,
            until: until.value,
            artifact: bestModel,
            trainingJob: property(tune, 'BestTrainingJob.TrainingJobArn'),
            evaluationJob: property(evaluate, 'ProcessingJobArn'),
            manifest,
            evaluation: (path) => jsonGet(evaluate, 'EvaluationReport', path),
          }),
        ),
      },
      // The evidence is part of the version: the person who approves it reads these files (STAGE-06: what registration
      // records; ART-07: what a package holds; ART-09: the monitoring baseline).
      ModelMetrics: {
        ModelQuality: {
          Statistics: {
            ContentType: 'application/json',
            S3Uri: join('/', output(evaluate, 'evaluation'), 'evaluation.json'),
          },
        },
        ModelDataQuality: {
          Statistics: baselineFile('statistics.json'),
          Constraints: baselineFile('constraints.json'),
        },
        Bias: { Report: baselineFile('bias/analysis.json') },
        Explainability: { Report: baselineFile('explainability/analysis.json') },
      },
      DriftCheckBaselines: {
        ModelDataQuality: {
          Statistics: baselineFile('statistics.json'),
          Constraints: baselineFile('constraints.json'),
        },
        ModelQuality: {
          Statistics: baselineFile('quality/statistics.json'),
          Constraints: baselineFile('quality/constraints.json'),
        },
        Bias: { PostTrainingConstraints: baselineFile('bias/constraints.json') },
        Explainability: { Constraints: baselineFile('explainability/constraints.json') },
      },
      CustomerMetadataProperties: {
        Owner: environment.tags.owner,
        Problem: environment.problem.name,
        CodeVersion: environment.code.version,
        DataVersion: join('/', output(prepare, 'metadata'), 'data-version.json'),
        DataSnapshot: manifest,
        Airports: airports.value,
        From: from.value,
        Until: until.value,
        PipelineExecutionId: execution.id,
        // Digest of the archive that EvaluateModel read: the release accepts no other (lambda/verify-package).
        modelSha256: jsonGet(evaluate, 'EvaluationReport', 'model.sha256'),
      },
    },
  });

  // The quality gate: the model ranks better than chance, and its decisions cost less than every alternative: never
  // flagging, always flagging, and the live model if there is one. An equally good model is no reason for a release
  // (FLOW-07: what happens when the objective is not met; EVAL-04: fair comparison; STAGE-05: what evaluation records).
  const rule = `pr_auc must be at least ${gate.minimumLift} times the share of positives, and the cost below ${gate.maximumCostRatio} of the cheapest alternative's`;
  const meetsObjective = conditionStep('MeetsObjective', {
    description: `${rule}: never flagging, always flagging, or the live model, on the same rows`,
    conditions: [atLeast(lift, gate.minimumLift), below(costRatio, gate.maximumCostRatio)],
    ifSteps: [baseline, register],
    elseSteps: [
      failStep(
        'ObjectiveNotMet',
        join(
          '',
          `Not registered: ${rule}. Measured: `,
          jsonGet(evaluate, 'EvaluationReport', 'summary'),
          '. More in ',
          output(evaluate, 'evaluation'),
          '/evaluation.json',
        ),
      ),
    ],
  });

  return {
    parameters: [airports, from, until, dataSnapshot, curatedUri, liveModelUri],
    steps: [prepare, tune, evaluate, meetsObjective],
  };
}

interface ProcessingOptions {
  readonly arguments?: readonly StringValue[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, StringValue>>;
  readonly outputs: Readonly<Record<string, StringValue>>;
}

function tagsOf({ tags }: PipelineEnvironment): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Arguments of CreateProcessingJob for one command of the step code's zip, which Python runs without unpacking. */
function processing(
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
      LocalPath: `${root}/input/${name}`,
      S3DataType: 'S3Prefix',
      S3InputMode: 'File',
      S3DataDistributionType: 'FullyReplicated',
      S3CompressionType: 'None',
    },
  });
  return {
    ProcessingJobName: `${environment.jobNamePrefix}-${command}`,
    Tags: tagsOf(environment),
    RoleArn: environment.roles.processing,
    AppSpecification: {
      ImageUri: image,
      ContainerEntrypoint: ['python3', `${root}/input/code/${code.zipName}`, command],
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
        S3Output: { S3Uri: uri, LocalPath: `${root}/output/${name}`, S3UploadMode: 'EndOfJob' },
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

/**
 * The scikit-learn image installs the script with pip when it starts. By default pip builds in an isolated environment
 * for which it downloads setuptools, and a container without network cannot do that. `0` switches build isolation off:
 * pip reads the variable as the value of an option that is named after the absence of isolation.
 */
// AWS: sagemaker-containers/script-is-installed-with-pip
const installsOffline = { PIP_NO_BUILD_ISOLATION: '0' };

/**
 * The containers that serve the model. With two in series, the first makes features from a request and the second
 * predicts. Both get the same archive, so there is one digest to evaluate, approve and compare (DEPLOY-05: steps before
 * the model; CHOICE-02: preprocessing in the container or before it).
 */
function containers({ images, inferencePipeline }: PipelineEnvironment, model: StringValue): Record<string, unknown>[] {
  const container = (image: string, program: string, more: Record<string, string> = {}) => ({
    Image: image,
    ModelDataUrl: model,
    Environment: { SAGEMAKER_PROGRAM: program, SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code', ...more },
  });
  if (!inferencePipeline) return [container(images.xgboost, 'inference.py')];
  return [
    // Between containers the default format is JSON, but features are a table of numbers.
    {
      ContainerHostname: 'features',
      ...container(images.scikitLearn, 'features_inference.py', {
        SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: 'text/csv',
        ...installsOffline,
      }),
    },
    { ContainerHostname: 'model', ...container(images.xgboost, 'model_inference.py') },
  ];
}

function tuning(
  environment: PipelineEnvironment,
  train: StringValue,
  validation: StringValue,
  checkpoints: StringValue,
): Record<string, unknown> {
  const { training: compute, code } = environment;
  const { algorithm } = environment.problem;
  const channel = (name: string, uri: StringValue, contentType: string) => ({
    ChannelName: name,
    ContentType: contentType,
    InputMode: 'File',
    CompressionType: 'None',
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated' } },
  });
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
    Tags: tagsOf(environment),
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
      TrainingJobEarlyStoppingType: 'Auto',
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
        channel('train', train, 'text/csv'),
        channel('validation', validation, 'text/csv'),
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
      // costs).
      // https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: checkpoints },
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
