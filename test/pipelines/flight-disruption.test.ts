import { checkModelCard } from 'local-account/sagemaker/registry/model-card';
import { flightDisruption } from '../../lib/problem/flight-disruption';
import { pipelineDocument } from '../../pipelines/definition/pipeline';
import { flightDisruptionPipeline } from '../../pipelines/flight-disruption/pipeline';

const compute = { instanceType: 'ml.m5.large', instanceCount: 1, volumeSizeInGb: 10, maxRuntimeSeconds: 3600 };
const environment: Parameters<typeof flightDisruptionPipeline>[0] = {
  jobNamePrefix: 'mla',
  tuningJobPrefix: 'mlat',
  cacheDays: 30,
  problem: flightDisruption,
  images: { xgboost: 'xgboost-image', scikitLearn: 'sklearn-image' },
  roles: { processing: 'processing-role', training: 'training-role' },
  curatedBucket: 'curated',
  artifactsBucket: 'artifacts',
  dataKeyArn: 'data-key',
  subnetIds: ['subnet-1', 'subnet-2'],
  securityGroupId: 'sg-1',
  code: {
    zipUri: 's3://assets/code.zip',
    zipName: 'code.zip',
    sourceUri: 's3://assets/source.tar.gz',
    sourceName: 'source.tar.gz',
    version: 'v1',
  },
  trainingJobArns: 'arn:training-job/',
  noLiveModelUri: 's3://assets/no-live-model.json',
  recordedStates: false,
  modelPackageGroupName: 'group',
  inferencePipeline: false,
  tags: { owner: 'ml-team', costCenter: 'sandbox', dataClass: 'internal' },
  processing: compute,
  training: compute,
  tuning: { maxJobs: 4, maxParallelJobs: 2 },
  servingInstanceTypes: { realTime: 'ml.m5.large', transform: 'ml.m5.xlarge' },
};
const document = pipelineDocument(flightDisruptionPipeline(environment)) as unknown as {
  Parameters: unknown[];
  Steps: StepJson[];
};

interface StepJson {
  readonly Name: string;
  readonly Type: string;
  readonly Arguments: Record<string, never> & { readonly IfSteps?: StepJson[]; readonly ElseSteps?: StepJson[] };
}

function all(steps: readonly StepJson[]): StepJson[] {
  return steps.flatMap((step) => [step, ...all(step.Arguments.IfSteps ?? []), ...all(step.Arguments.ElseSteps ?? [])]);
}

function step(name: string): StepJson {
  const found = all(document.Steps).find(({ Name }) => Name === name);
  if (!found) throw new Error(`no step ${name}`);
  return found;
}

const processing = all(document.Steps).filter(({ Type }) => Type === 'Processing');
const channelNames = () =>
  (step('TuneModel').Arguments as unknown as Json).TrainingJobDefinition.InputDataConfig.map(
    ({ ChannelName }) => ChannelName,
  );

interface Json {
  readonly TrainingJobDefinition: Record<string, unknown> & {
    readonly InputDataConfig: { readonly ChannelName: string }[];
  };
}

describe('the pipeline', () => {
  test('goes from preparation to a model that waits for a person', () => {
    expect(document.Steps.map(({ Name, Type }) => `${Name}: ${Type}`)).toEqual([
      'PrepareData: Processing',
      'TuneModel: Tuning',
      'SelectModel: Processing',
      'EvaluateModel: Processing',
      'MeetsObjective: Condition',
    ]);
    expect(step('MeetsObjective').Arguments.IfSteps?.map(({ Name }) => Name)).toEqual([
      'CreateBaseline',
      'RegisterModel',
    ]);
    expect(step('MeetsObjective').Arguments.ElseSteps?.map(({ Name, Type }) => [Name, Type])).toEqual([
      ['ObjectiveNotMet', 'Fail'],
    ]);
  });

  test('requires the end of the data window and has no default for it', () => {
    expect(document.Parameters).toEqual([
      { Name: 'Airports', Type: 'String', DefaultValue: 'JFK' },
      { Name: 'From', Type: 'String', DefaultValue: '0000-00' },
      { Name: 'Until', Type: 'String' },
      { Name: 'DataSnapshot', Type: 'String' },
      { Name: 'CuratedUri', Type: 'String', DefaultValue: 's3://curated/curated/flights/' },
      { Name: 'LiveModelUri', Type: 'String', DefaultValue: 's3://assets/no-live-model.json' },
    ]);
  });

  test('registers only a model that beats chance and costs less than its cheapest alternative', () => {
    const read = (Path: string) => ({
      'Std:JsonGet': { PropertyFile: { Get: 'Steps.EvaluateModel.PropertyFiles.EvaluationReport' }, Path },
    });
    expect((step('MeetsObjective').Arguments as Record<string, unknown>).Conditions).toEqual([
      { Type: 'GreaterThanOrEqualTo', LeftValue: read('gate.lift'), RightValue: 1.3 },
      { Type: 'LessThan', LeftValue: read('gate.cost_ratio'), RightValue: 1 },
    ]);
  });

  test('states the numbers of all sides, and the report with more, when the objective is not met', () => {
    expect(JSON.stringify(step('ObjectiveNotMet').Arguments)).toMatch(
      /pr_auc must be at least 1\.3 times the share of positives, and the cost below 1 of the cheapest alternative's.*"Path":"summary".*evaluation\.json/,
    );
  });

  test('evaluates candidate and live model in one job, on the same rows', () => {
    const { ProcessingInputs } = step('EvaluateModel').Arguments as unknown as {
      ProcessingInputs: { InputName: string; S3Input: { S3Uri: unknown } }[];
    };
    const input = (name: string) =>
      ProcessingInputs.filter(({ InputName }) => InputName === name).map(({ S3Input }) => S3Input.S3Uri);
    expect(input('test')).toEqual([{ Get: "Steps.PrepareData.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri" }]);
    expect([...input('model'), ...input('live')]).toHaveLength(2);
  });
});

test('reads the states that a stream recorded only where there is a stream, and an object where nothing is recorded', () => {
  const inputs = (recordedStates: boolean) => {
    const { Parameters, Steps } = pipelineDocument(
      flightDisruptionPipeline({ ...environment, recordedStates }),
    ) as unknown as { Parameters: { Name: string; DefaultValue?: string }[]; Steps: StepJson[] };
    const { ProcessingInputs } = Steps.find(({ Name }) => Name === 'PrepareData')?.Arguments as unknown as {
      ProcessingInputs: { InputName: string; S3Input: { S3Uri: unknown } }[];
    };
    return [
      ProcessingInputs.find(({ InputName }) => InputName === 'state')?.S3Input.S3Uri,
      Parameters.find(({ Name }) => Name === 'StateUri')?.DefaultValue,
    ];
  };
  expect(inputs(false)).toEqual([undefined, undefined]);
  expect(inputs(true)).toEqual([{ Get: 'Parameters.StateUri' }, 's3://assets/no-live-model.json']);
});

describe('training on two hosts', () => {
  const steps = (
    pipelineDocument(
      flightDisruptionPipeline({ ...environment, training: { ...compute, instanceCount: 2 } }),
    ) as unknown as typeof document
  ).Steps;

  test('prepares a file of training rows for each, and shares them by S3 key; both validate on all rows', () => {
    const [prepare, tune] = steps.map(({ Arguments }) => JSON.stringify(Arguments));
    expect(prepare).toContain('"--hosts","2"');
    const channels = [...(tune?.matchAll(/"ChannelName":"(\w+)".*?"S3DataDistributionType":"(\w+)"/g) ?? [])];
    expect(channels.map(([, name, distribution]) => [name, distribution])).toEqual([
      ['train', 'ShardedByS3Key'],
      ['validation', 'FullyReplicated'],
      ['code', 'FullyReplicated'],
    ]);
  });

  test('is not what one host needs', () => {
    expect(JSON.stringify(document.Steps)).not.toMatch(/--hosts|ShardedByS3Key/);
  });
});

describe('a version', () => {
  const { ModelCard, CustomerMetadataProperties } = step('RegisterModel').Arguments as unknown as {
    ModelCard: { ModelCardStatus: string; ModelCardContent: { 'Std:Join': { On: string; Values: unknown[] } } };
    CustomerMetadataProperties: Record<string, unknown>;
  };

  test("has a model card in the registry's schema, with numbers from the execution", () => {
    expect(ModelCard.ModelCardStatus).toBe('PendingReview');
    const { On, Values } = ModelCard.ModelCardContent['Std:Join'];
    const filled = Values.map((part) =>
      typeof part === 'string'
        ? part
        : JSON.stringify(part).includes('Std:JsonGet') && !/"summary"|chosen\.training_job/.test(JSON.stringify(part))
          ? '0.5'
          : 'given',
    );
    const card = JSON.parse(filled.join(On)) as Record<string, never>;
    expect(Object.keys(card)).toEqual([
      'model_overview',
      'business_details',
      'intended_uses',
      'training_details',
      'evaluation_details',
      'additional_information',
    ]);
    expect(card).toMatchObject({
      model_overview: { model_creator: 'ml-team', model_artifact: ['s3://artifacts/models/given/output/model.tar.gz'] },
      evaluation_details: [
        {
          metric_groups: [
            {
              metric_data: expect.arrayContaining([
                { name: 'auc', type: 'number', value: 0.5, notes: expect.any(String) as string },
              ]) as unknown,
            },
          ],
        },
      ],
    });
    expect(() => checkModelCard(filled.join(On))).not.toThrow();
    // "ModelCardContent": at most 100,000 characters, on one line.
    expect(filled.join(On)).toMatch(/^.{100,20000}$/);
  });

  test('has a model card that leaves room for the package in the state machines that read it', () => {
    const problem = { ...flightDisruption, objective: 'x'.repeat(70_000) };
    expect(() => flightDisruptionPipeline({ ...environment, problem })).toThrow(/The model card has \d+ bytes/);
  });

  test('names code, data, execution and the digest of its artifact', () => {
    expect(Object.keys(CustomerMetadataProperties).sort()).toEqual(
      [
        'Airports',
        'CodeVersion',
        'DataSnapshot',
        'DataVersion',
        'From',
        'Owner',
        'PipelineExecutionId',
        'Problem',
        'Until',
        'modelSha256',
      ].sort(),
    );
  });
});

test('every job has the tags owner, cost center and data class', () => {
  const tags = [
    { Key: 'owner', Value: 'ml-team' },
    { Key: 'costCenter', Value: 'sandbox' },
    { Key: 'dataClass', Value: 'internal' },
  ];
  for (const { Name, Arguments } of [...processing, step('TuneModel')])
    expect([Name, Arguments.Tags]).toEqual([Name, tags]);
});

describe('no job of the pipeline', () => {
  test.each(processing.map((one): [string, StepJson] => [one.Name, one]))(
    '%s has a network, or leaves anything unencrypted',
    (_name, { Arguments }) => {
      expect(Arguments).toMatchObject({
        RoleArn: 'processing-role',
        NetworkConfig: {
          EnableNetworkIsolation: true,
          EnableInterContainerTrafficEncryption: true,
          VpcConfig: { Subnets: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] },
        },
        ProcessingOutputConfig: { KmsKeyId: 'data-key' },
        ProcessingResources: { ClusterConfig: { VolumeKmsKeyId: 'data-key' } },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      });
    },
  );

  test('trains with a network, or leaves anything unencrypted', () => {
    expect((step('TuneModel').Arguments as unknown as Json).TrainingJobDefinition).toMatchObject({
      RoleArn: 'training-role',
      EnableNetworkIsolation: true,
      EnableInterContainerTrafficEncryption: true,
      VpcConfig: { Subnets: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] },
      OutputDataConfig: { KmsKeyId: 'data-key' },
      ResourceConfig: { VolumeKmsKeyId: 'data-key' },
    });
  });

  test.each(processing.map((one): [string, StepJson] => [one.Name, one]))(
    '%s writes where another execution has written',
    (_name, { Arguments }) => {
      const { Outputs } = (Arguments as Record<string, { Outputs: { S3Output: { S3Uri: unknown } }[] }>)
        .ProcessingOutputConfig ?? { Outputs: [] };
      expect(Outputs.length).toBeGreaterThan(0);
      for (const { S3Output } of Outputs)
        expect(JSON.stringify(S3Output.S3Uri)).toContain('{"Get":"Execution.PipelineExecutionId"}');
    },
  );

  test('is named outside the prefix that roles and teardown go by', () => {
    for (const { Arguments } of processing)
      expect((Arguments as Record<string, string>).ProcessingJobName).toMatch(/^mla-/);
    // Training jobs of a tuning job are called after it.
    expect((step('TuneModel').Arguments as Record<string, unknown>).HyperParameterTuningJobName).toBe('mlat');
  });
});

describe('tuning', () => {
  test('sees training and validation months, never the test month', () => {
    expect(channelNames()).toEqual(['train', 'validation', 'code']);
    expect(JSON.stringify(step('TuneModel').Arguments)).not.toContain("Outputs['test']");
  });

  test('searches at random, with a seed, within its budget, the same trials each time', () => {
    expect(step('TuneModel').Arguments).toMatchObject({
      HyperParameterTuningJobConfig: {
        Strategy: 'Random',
        RandomSeed: 20131,
        ResourceLimits: { MaxNumberOfTrainingJobs: 4, MaxParallelTrainingJobs: 2 },
        TrainingJobEarlyStoppingType: 'Off',
        HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'validation:aucpr' },
        ParameterRanges: {
          IntegerParameterRanges: [{ Name: 'max_depth', MinValue: '3', MaxValue: '8', ScalingType: 'Linear' }],
          ContinuousParameterRanges: [
            expect.objectContaining({ Name: 'eta', ScalingType: 'Logarithmic' }),
            expect.objectContaining({ Name: 'min_child_weight' }),
          ],
        },
      },
    });
  });

  test('uses spare capacity, with checkpoints and an end to waiting', () => {
    expect((step('TuneModel').Arguments as unknown as Json).TrainingJobDefinition).toMatchObject({
      EnableManagedSpotTraining: true,
      CheckpointConfig: {
        S3Uri: {
          'Std:Join': {
            On: '/',
            Values: ['s3://artifacts/pipeline', { Get: 'Execution.PipelineExecutionId' }, 'checkpoints'],
          },
        },
      },
      StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
    });
  });

  test('leaves the metric definitions to the algorithm: AWS refuses others for its own images', () => {
    expect((step('TuneModel').Arguments as unknown as Json).TrainingJobDefinition).toMatchObject({
      AlgorithmSpecification: { TrainingImage: 'xgboost-image', TrainingInputMode: 'File' },
    });
    expect(JSON.stringify(step('TuneModel').Arguments)).not.toContain('MetricDefinitions');
  });

  test('takes its code by a channel: the container has no way to S3', () => {
    expect((step('TuneModel').Arguments as unknown as Json).TrainingJobDefinition).toMatchObject({
      StaticHyperParameters: {
        sagemaker_program: 'train.py',
        sagemaker_submit_directory: '/opt/ml/input/data/code/source.tar.gz',
      },
    });
  });
});

describe('selection', () => {
  test('measures whatever the tuning job left, however many trials completed', () => {
    const { ContainerArguments, ContainerEntrypoint } = step('SelectModel').Arguments
      .AppSpecification as unknown as Record<string, unknown[]>;
    expect(ContainerEntrypoint?.at(-1)).toBe('select-model');
    expect(ContainerArguments).toEqual(['--tuning-job', { Get: 'Steps.TuneModel.HyperParameterTuningJobName' }]);
    const [, models] = (step('SelectModel').Arguments as unknown as { ProcessingInputs: { S3Input: object }[] })
      .ProcessingInputs;
    expect(models?.S3Input).toMatchObject({
      S3Uri: {
        'Std:Join': {
          On: '',
          Values: ['s3://artifacts/models/', { Get: 'Steps.TuneModel.HyperParameterTuningJobName' }],
        },
      },
    });
  });

  test('every later step takes the chosen trial, none the best one by its metric', () => {
    expect(JSON.stringify(document)).not.toContain('BestTrainingJob');
    for (const name of ['EvaluateModel', 'CreateBaseline', 'RegisterModel'])
      expect(JSON.stringify(step(name))).toContain('Steps.SelectModel.PropertyFiles.Selection');
  });
});

describe('evaluation', () => {
  test('evaluates the chosen model and the live one on the same held-back month', () => {
    const inputs = Object.fromEntries(
      (
        step('EvaluateModel').Arguments as unknown as {
          ProcessingInputs: { InputName: string; S3Input: { S3Uri: unknown } }[];
        }
      ).ProcessingInputs.map(({ InputName, S3Input }) => [InputName, S3Input.S3Uri]),
    );
    expect(inputs).toEqual({
      code: 's3://assets/code.zip',
      model: {
        'Std:Join': {
          On: '/',
          Values: [
            's3://artifacts/models',
            {
              'Std:JsonGet': {
                PropertyFile: { Get: 'Steps.SelectModel.PropertyFiles.Selection' },
                Path: 'chosen.training_job',
              },
            },
            'output',
            'model.tar.gz',
          ],
        },
      },
      test: { Get: "Steps.PrepareData.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri" },
      live: { Get: 'Parameters.LiveModelUri' },
    });
  });

  test('is never taken from a cache: the live model may be another', () => {
    expect(step('EvaluateModel')).not.toHaveProperty('CacheConfig');
  });
});

describe('the registered version', () => {
  const registered = step('RegisterModel').Arguments as Record<string, unknown>;

  test('waits for a person', () => {
    expect(step('RegisterModel').Type).toBe('RegisterModel');
    expect(registered.ModelApprovalStatus).toBe('PendingManualApproval');
  });

  test('carries its evaluation, its baselines, and what it was made of', () => {
    const uri = (from: string, out: string, name: string) => ({
      ContentType: 'application/json',
      S3Uri: {
        'Std:Join': {
          On: '/',
          Values: [{ Get: `Steps.${from}.ProcessingOutputConfig.Outputs['${out}'].S3Output.S3Uri` }, name],
        },
      },
    });
    const baselines = {
      Statistics: uri('CreateBaseline', 'baseline-results', 'statistics.json'),
      Constraints: uri('CreateBaseline', 'baseline-results', 'constraints.json'),
    };
    expect(registered).toMatchObject({
      ModelMetrics: {
        ModelQuality: { Statistics: uri('EvaluateModel', 'evaluation', 'evaluation.json') },
        ModelDataQuality: baselines,
      },
      DriftCheckBaselines: {
        ModelDataQuality: baselines,
        ModelQuality: {
          Statistics: uri('CreateBaseline', 'baseline-results', 'quality/statistics.json'),
          Constraints: uri('CreateBaseline', 'baseline-results', 'quality/constraints.json'),
        },
        Bias: { PostTrainingConstraints: uri('CreateBaseline', 'baseline-results', 'bias/constraints.json') },
        Explainability: { Constraints: uri('CreateBaseline', 'baseline-results', 'explainability/constraints.json') },
      },
      CustomerMetadataProperties: {
        Owner: 'ml-team',
        Problem: 'flight-disruption',
        CodeVersion: 'v1',
        DataVersion: expect.anything(),
        Until: { Get: 'Parameters.Until' },
      },
    });
  });

  test('serves by the code inside the model, on the instance types of the configuration', () => {
    expect(registered.InferenceSpecification).toMatchObject({
      Containers: [
        {
          Image: 'xgboost-image',
          Environment: { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' },
        },
      ],
      SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large'],
      SupportedTransformInstanceTypes: ['ml.m5.xlarge'],
    });
  });
});
