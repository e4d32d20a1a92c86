import {
  CreateModelPackageGroupCommand,
  CreatePipelineCommand,
  DeletePipelineCommand,
  DescribeModelPackageCommand,
  DescribePipelineExecutionCommand,
  ListPipelineExecutionStepsCommand,
  ListPipelineExecutionsCommand,
  ListPipelineParametersForExecutionCommand,
  type Parameter,
  type PipelineExecutionStep,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../platform';
import { ACCOUNT, BUCKET, REGION, ROLE, SCIKIT_LEARN, Workbench, XGBOOST } from './workbench';

const PIPELINE_ROLE = `arn:aws:iam::${ACCOUNT}:role/Pipeline`;
const PIPELINE_STATEMENTS = {
  jobs: { Effect: 'Allow', Action: ['sagemaker:*'], Resource: '*' },
  pass: {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: ROLE,
    Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  },
  files: { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/runs/*` },
  artifact: { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/model.tar.gz` },
  key: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
};

const JOB = `
import json, pathlib, sys, time
out = pathlib.Path(sys.argv[1]); out.mkdir(parents=True, exist_ok=True)
if sys.argv[2] == "sleep": time.sleep(30)
bad = {"text": '{"metrics": {"score": {"value": "very good"}}}', "NaN": '{"metrics": {"score": {"value": NaN}}}', "another schema": '{"score": 0.9}', "no JSON": "<html>"}
if sys.argv[2] in bad: (out / "report.json").write_text(bad[sys.argv[2]])
if sys.argv[2] in bad or sys.argv[2] == "no report": sys.exit(0)
(out / "report.json").write_text(json.dumps({"metrics": {"score": {"value": float(sys.argv[2])}}}))
`;

describe('pipelines', () => {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start();
    bench.allow(PIPELINE_STATEMENTS, PIPELINE_ROLE);
    await bench.put('code/job.py', JOB);
    await bench.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'models' }));
    await bench.sagemaker.send(
      new CreatePipelineCommand({
        PipelineName: 'flow',
        ClientRequestToken: 'token-for-creating-the-pipeline-1',
        RoleArn: PIPELINE_ROLE,
        PipelineDefinition: JSON.stringify(definition()),
      }),
    );
    await bench.sagemaker.send(
      new CreatePipelineCommand({
        PipelineName: 'other',
        ClientRequestToken: 'token-for-creating-the-pipeline-2',
        RoleArn: PIPELINE_ROLE,
        PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps: [registering()] }),
      }),
    );
  });
  afterAll(() => bench.stop());
  afterEach(() => bench.allow(PIPELINE_STATEMENTS, PIPELINE_ROLE));

  function processing(
    name: string,
    score: unknown,
    more: Record<string, unknown> = {},
    output: unknown = {
      'Std:Join': { On: '/', Values: [`s3://${BUCKET}/runs`, { Get: 'Execution.PipelineExecutionId' }, name] },
    },
  ) {
    return {
      Name: name,
      Type: 'Processing',
      ...more,
      Arguments: {
        RoleArn: ROLE,
        AppSpecification: {
          ImageUri: SCIKIT_LEARN,
          ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/job.py'],
          ContainerArguments: ['/opt/ml/processing/output/report', score],
        },
        ProcessingInputs: [
          {
            InputName: 'code',
            S3Input: {
              S3Uri: `s3://${BUCKET}/code/job.py`,
              LocalPath: '/opt/ml/processing/input/code',
              S3DataType: 'S3Prefix',
              S3InputMode: 'File',
            },
          },
        ],
        ProcessingOutputConfig: {
          Outputs: [
            {
              OutputName: 'report',
              S3Output: { S3Uri: output, LocalPath: '/opt/ml/processing/output/report', S3UploadMode: 'EndOfJob' },
            },
          ],
        },
        ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 } },
      },
    };
  }

  function definition(): Record<string, unknown> {
    const score = {
      'Std:JsonGet': { PropertyFile: { Get: 'Steps.Evaluate.PropertyFiles.Report' }, Path: 'metrics.score.value' },
    };
    const reportUri = { Get: "Steps.Evaluate.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri" };
    return {
      Version: '2020-12-01',
      Metadata: {},
      Parameters: [
        { Name: 'Score', Type: 'String' },
        { Name: 'Minimum', Type: 'Float', DefaultValue: 0.7 },
      ],
      Steps: [
        processing('Prepare', '1', { CacheConfig: { Enabled: true, ExpireAfter: 'P30D' } }),
        processing(
          'Evaluate',
          { Get: 'Parameters.Score' },
          {
            DependsOn: ['Prepare'],
            PropertyFiles: [{ PropertyFileName: 'Report', OutputName: 'report', FilePath: 'report.json' }],
          },
        ),
        {
          Name: 'Gate',
          Type: 'Condition',
          Arguments: {
            Conditions: [{ Type: 'GreaterThanOrEqualTo', LeftValue: score, RightValue: { Get: 'Parameters.Minimum' } }],
            IfSteps: [
              {
                Name: 'Register',
                Type: 'RegisterModel',
                Arguments: {
                  ModelPackageGroupName: 'models',
                  ModelApprovalStatus: 'PendingManualApproval',
                  InferenceSpecification: {
                    Containers: [{ Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` }],
                    SupportedContentTypes: ['text/csv'],
                    SupportedResponseMIMETypes: ['text/csv'],
                  },
                  ModelMetrics: {
                    ModelQuality: {
                      Statistics: {
                        ContentType: 'application/json',
                        S3Uri: { 'Std:Join': { On: '/', Values: [reportUri, 'report.json'] } },
                      },
                    },
                  },
                },
              },
            ],
            ElseSteps: [
              {
                Name: 'TooBad',
                Type: 'Fail',
                Arguments: { ErrorMessage: { 'Std:Join': { On: ' ', Values: ['Not good enough:', reportUri] } } },
              },
            ],
          },
        },
      ],
    };
  }

  /** Asks for a definition of these steps. */
  function update(...steps: unknown[]) {
    return bench.sagemaker.send(
      new UpdatePipelineCommand({
        PipelineName: 'other',
        PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps: steps }),
      }),
    );
  }

  /** Runs a pipeline of these steps. */
  async function run(...steps: unknown[]) {
    await update(...steps);
    const { PipelineExecutionArn = '' } = await bench.sagemaker.send(
      new StartPipelineExecutionCommand({ PipelineName: 'other' }),
    );
    return {
      id: PipelineExecutionArn.split('/').at(-1) ?? '',
      arn: PipelineExecutionArn,
      ...(await ended(PipelineExecutionArn)),
    };
  }

  function registering(more: Record<string, unknown> = {}) {
    const Containers = [{ Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` }];
    const InferenceSpecification = {
      Containers,
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    };
    return {
      Name: 'Register',
      Type: 'RegisterModel',
      Arguments: { ModelPackageGroupName: 'models', InferenceSpecification },
      ...more,
    };
  }

  function tuning(HyperParameterTuningJobName?: string) {
    return {
      Name: 'TuneModel',
      Type: 'Tuning',
      Arguments: {
        ...(HyperParameterTuningJobName === undefined ? {} : { HyperParameterTuningJobName }),
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 },
        },
      },
    };
  }

  async function start(parameters: Parameter[], token?: string): Promise<string> {
    const { PipelineExecutionArn = '' } = await bench.sagemaker.send(
      new StartPipelineExecutionCommand({
        PipelineName: 'flow',
        PipelineParameters: parameters,
        ...(token ? { ClientRequestToken: token } : {}),
      }),
    );
    return PipelineExecutionArn;
  }

  async function ended(PipelineExecutionArn: string) {
    const execution = await bench.until(
      () => bench.sagemaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn })),
      ({ PipelineExecutionStatus }) => !['Executing', 'Stopping'].includes(PipelineExecutionStatus ?? ''),
    );
    const { PipelineExecutionSteps = [] } = await bench.sagemaker.send(
      new ListPipelineExecutionStepsCommand({ PipelineExecutionArn, SortOrder: 'Ascending', MaxResults: 50 }),
    );
    return {
      execution,
      steps: new Map<string, PipelineExecutionStep>(PipelineExecutionSteps.map((step) => [step.StepName ?? '', step])),
    };
  }

  it('runs steps in order, decides by a property file, and registers the model', async () => {
    const arn = await start([{ Name: 'Score', Value: '0.9' }]);
    expect(arn).toMatch(new RegExp(`^arn:aws:sagemaker:${REGION}:${ACCOUNT}:pipeline/flow/execution/[a-z0-9]{12}$`));
    const { execution, steps } = await ended(arn);
    expect(execution.PipelineExecutionStatus).toBe('Succeeded');
    expect([...steps.keys()]).toEqual(['Prepare', 'Evaluate', 'Gate', 'Register']);
    expect(steps.get('Gate')?.Metadata).toEqual({ Condition: { Outcome: 'True' } });
    const id = arn.split('/').at(-1) ?? '';
    expect(steps.get('Evaluate')?.Metadata?.ProcessingJob?.Arn).toMatch(
      new RegExp(`processing-job/pipelines-${id}-evaluate-[a-z0-9]{9}-0$`),
    );
    const described = await bench.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: steps.get('Register')?.Metadata?.RegisterModel?.Arn }),
    );
    expect(described).toMatchObject({
      ModelPackageVersion: 1,
      ModelApprovalStatus: 'PendingManualApproval',
      ModelMetrics: { ModelQuality: { Statistics: { S3Uri: `s3://${BUCKET}/runs/${id}/Evaluate/report.json` } } },
    });
    const { PipelineParameters } = await bench.sagemaker.send(
      new ListPipelineParametersForExecutionCommand({ PipelineExecutionArn: arn }),
    );
    expect(PipelineParameters).toEqual([
      { Name: 'Score', Value: '0.9' },
      { Name: 'Minimum', Value: '0.7' },
    ]);
    const statuses = bench.events.filter(
      ({ 'detail-type': type }) => type === 'SageMaker Model Building Pipeline Execution Status Change',
    );
    expect(
      statuses.map(({ detail }) => [detail.previousPipelineExecutionStatus, detail.currentPipelineExecutionStatus]),
    ).toEqual([
      [undefined, 'Executing'],
      ['Executing', 'Succeeded'],
    ]);
  });

  it('reuses a cached step, and fails with the message of the Fail step', async () => {
    const { execution, steps } = await ended(await start([{ Name: 'Score', Value: '0.2' }]));
    expect(steps.get('Prepare')?.CacheHitResult?.SourcePipelineExecutionArn).toMatch(/pipeline\/flow\/execution\//);
    expect(steps.get('Evaluate')?.CacheHitResult).toBeUndefined();
    expect(execution).toMatchObject({
      PipelineExecutionStatus: 'Failed',
      FailureReason: 'Step failure: One or multiple steps failed.',
    });
    expect(steps.get('TooBad')).toMatchObject({
      StepStatus: 'Failed',
      FailureReason: expect.stringMatching(/^Not good enough: s3:\/\/workbench\/runs\//) as string,
    });
    expect(steps.has('Register')).toBe(false);
  });

  it('runs a cached step again when its time is over', async () => {
    await bench.clock.advance(31 * 86_400_000);
    const { steps } = await ended(await start([{ Name: 'Score', Value: '0.9' }]));
    expect(steps.get('Prepare')?.CacheHitResult).toBeUndefined();
  });

  it('starts once for one token', async () => {
    const token = 'the-same-token-twice-is-one-start-000';
    const [first, second] = [
      await start([{ Name: 'Score', Value: '0.9' }], token),
      await start([{ Name: 'Score', Value: '0.9' }], token),
    ];
    expect(second).toBe(first);
    await ended(first);
  });

  it('refuses parameters that are unknown, missing or of another type', async () => {
    await expect(start([])).rejects.toThrow(/\[Score\] do not have values/);
    await expect(
      start([
        { Name: 'Score', Value: '1' },
        { Name: 'Other', Value: '1' },
      ]),
    ).rejects.toThrow(/Unknown parameters \[Other\]/);
    await expect(
      start([
        { Name: 'Score', Value: '1' },
        { Name: 'Minimum', Value: 'much' },
      ]),
    ).rejects.toThrow(/must be of type Float/);
  });

  it.each<[string, Parameter[], RegExp]>([
    ['is empty', [{ Name: 'Score', Value: '' }], /^\[string "" is too short \(length: 0, required minimum: 1\)\]$/],
    [
      'is given twice',
      [
        { Name: 'Score', Value: '1' },
        { Name: 'Score', Value: '2' },
      ],
      /Parameter \[Score\] is given more than once/,
    ],
    [
      'is longer than 1024 characters',
      [{ Name: 'Score', Value: '1'.repeat(1025) }],
      /pipelineParameters\.1\.member\.value' failed to satisfy constraint: Member must have length less than or equal to 1024/,
    ],
    [
      'has a name of other characters',
      [{ Name: 'S core', Value: '1' }],
      /pipelineParameters\.1\.member\.name' failed to satisfy constraint/,
    ],
  ])('starts nothing when a parameter %s', async (_, parameters, message) => {
    const before = await bench.sagemaker.send(
      new ListPipelineExecutionsCommand({ PipelineName: 'flow', MaxResults: 100 }),
    );
    await expect(start(parameters)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message) as string,
    });
    const after = await bench.sagemaker.send(
      new ListPipelineExecutionsCommand({ PipelineName: 'flow', MaxResults: 100 }),
    );
    expect(after.PipelineExecutionSummaries?.length).toBe(before.PipelineExecutionSummaries?.length);
  });

  it('starts nothing when a default is empty, and names every empty value', async () => {
    const Parameters = ['A', 'B'].map((Name) => ({ Name, Type: 'String', DefaultValue: '' }));
    const PipelineDefinition = JSON.stringify({ Version: '2020-12-01', Parameters, Steps: [registering()] });
    await bench.sagemaker.send(new UpdatePipelineCommand({ PipelineName: 'other', PipelineDefinition }));
    const words = 'string "" is too short (length: 0, required minimum: 1)';
    await expect(bench.sagemaker.send(new StartPipelineExecutionCommand({ PipelineName: 'other' }))).rejects.toThrow(
      `[${words}, ${words}]`,
    );
  });

  it.each(['2013/07 run', 'a'.repeat(83), '-a'])(
    'refuses the display name %s',
    async (PipelineExecutionDisplayName) => {
      await expect(
        bench.sagemaker.send(
          new StartPipelineExecutionCommand({
            PipelineName: 'flow',
            PipelineExecutionDisplayName,
            PipelineParameters: [{ Name: 'Score', Value: '1' }],
          }),
        ),
      ).rejects.toThrow(/'pipelineExecutionDisplayName' failed to satisfy constraint/);
    },
  );

  it.each([
    [
      'may not pass the job role',
      'pass',
      /Failed to invoke sagemaker:CreateProcessingJob.*not authorized to perform: iam:PassRole/,
    ],
    ['may not create jobs', 'jobs', /not authorized to perform: sagemaker:CreateProcessingJob/],
  ])('fails when its role %s', async (_, missing, message) => {
    bench.allow(
      Object.fromEntries(Object.entries(PIPELINE_STATEMENTS).filter(([name]) => name !== missing)),
      PIPELINE_ROLE,
    );
    await bench.clock.advance(31 * 86_400_000);
    const { execution, steps } = await ended(await start([{ Name: 'Score', Value: '0.9' }]));
    expect(execution.PipelineExecutionStatus).toBe('Failed');
    expect(steps.get('Prepare')?.FailureReason).toMatch(message);
    expect(steps.size).toBe(1);
  });

  it('fails when its role may not read the property file, and when the job fails', async () => {
    bench.allow(
      Object.fromEntries(Object.entries(PIPELINE_STATEMENTS).filter(([name]) => name !== 'files')),
      PIPELINE_ROLE,
    );
    expect((await ended(await start([{ Name: 'Score', Value: '0.9' }]))).steps.get('Gate')?.FailureReason).toMatch(
      /Unable to read the property file Report.*s3:GetObject/,
    );
    bench.allow(PIPELINE_STATEMENTS, PIPELINE_ROLE);
    expect(
      (await ended(await start([{ Name: 'Score', Value: 'no number' }]))).steps.get('Evaluate')?.FailureReason,
    ).toMatch(/^ClientError: AlgorithmError: .*exit code: 1/);
  });

  it.each([
    ['no report', /Unable to read the property file Report/],
    ['no JSON', /not valid JSON|Unexpected token/],
    ['another schema', /JsonGet found nothing at metrics.score.value/],
    ['text', /cannot compare "very good" with 0.7/],
    ['NaN', /not valid JSON|Unexpected token/],
  ])('fails at the gate, and registers nothing, when the evaluation leaves %s', async (report, message) => {
    const { execution, steps } = await ended(await start([{ Name: 'Score', Value: report }]));
    expect(execution.PipelineExecutionStatus).toBe('Failed');
    expect(steps.get('Gate')?.FailureReason).toMatch(message);
    expect([...steps.keys()]).toEqual(['Prepare', 'Evaluate', 'Gate']);
  });

  it('stops, and with it the running job, and cannot be deleted before', async () => {
    const arn = await start([{ Name: 'Score', Value: 'sleep' }]);
    await expect(
      bench.sagemaker.send(
        new DeletePipelineCommand({ PipelineName: 'flow', ClientRequestToken: 'delete-token-00000000000000000000001' }),
      ),
    ).rejects.toMatchObject({
      name: 'ConflictException',
      message: expect.stringContaining('cannot be deleted while its execution') as string,
    });
    await bench.until(
      () => bench.sagemaker.send(new ListPipelineExecutionStepsCommand({ PipelineExecutionArn: arn })),
      ({ PipelineExecutionSteps = [] }) =>
        PipelineExecutionSteps.some(({ StepName, Metadata }) => StepName === 'Evaluate' && Metadata !== undefined),
    );
    await bench.sagemaker.send(
      new StopPipelineExecutionCommand({
        PipelineExecutionArn: arn,
        ClientRequestToken: 'stop-token-000000000000000000000000',
      }),
    );
    const { execution, steps } = await ended(arn);
    expect(execution.PipelineExecutionStatus).toBe('Stopped');
    expect(steps.get('Evaluate')?.StepStatus).toBe('Stopped');
  });

  it('cannot be stopped when it has ended, with the message that clients match', async () => {
    const arn = await start([{ Name: 'Score', Value: '0.9' }]);
    await ended(arn);
    await expect(
      bench.sagemaker.send(
        new StopPipelineExecutionCommand({
          PipelineExecutionArn: arn,
          ClientRequestToken: 'stop-token-000000000000000000000001',
        }),
      ),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("Only pipelines with 'Executing' status can be stopped") as string,
    });
  });

  it('is not made twice, nor without a definition', async () => {
    const more = { RoleArn: PIPELINE_ROLE, ClientRequestToken: 'create-token-00000000000000000000000' };
    await expect(
      bench.sagemaker.send(new CreatePipelineCommand({ PipelineName: 'flow', PipelineDefinition: '{}', ...more })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^Pipeline names must be unique within an AWS account and region/) as string,
    });
    await expect(bench.sagemaker.send(new CreatePipelineCommand({ PipelineName: 'empty', ...more }))).rejects.toThrow(
      /Either Pipeline Definition/,
    );
  });

  it('lists executions newest first', async () => {
    const { PipelineExecutionSummaries = [] } = await bench.sagemaker.send(
      new ListPipelineExecutionsCommand({ PipelineName: 'flow', MaxResults: 100 }),
    );
    const times = PipelineExecutionSummaries.map(({ StartTime }) => StartTime?.getTime() ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(times.length).toBeGreaterThan(5);
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['a reference to nothing', { Steps: [processing('A', { Get: 'Parameters.No' })] }, /no parameter No/],
    ['a dependency on nothing', { Steps: [processing('A', '1', { DependsOn: ['B'] })] }, /depends on B/],
    [
      'a cycle',
      { Steps: [processing('A', '1', { DependsOn: ['B'] }), processing('B', '1', { DependsOn: ['A'] })] },
      /A -> B -> A/,
    ],
    ['two steps of one name', { Steps: [processing('A', '1'), processing('A', '1')] }, /more than one step is named A/],
    [
      'a step type it does not run',
      { Steps: [{ Name: 'A', Type: 'Lambda', Arguments: {} }] },
      /the local account runs Processing/,
    ],
  ])('refuses a definition with %s', async (_, document, message) => {
    const text = typeof document === 'string' ? document : JSON.stringify({ Version: '2020-12-01', ...document });
    await expect(
      bench.sagemaker.send(new UpdatePipelineCommand({ PipelineName: 'flow', PipelineDefinition: text })),
    ).rejects.toThrow(message);
  });

  it('completes the name that a step gives its job, without shortening it', async () => {
    const named = processing('Prepare', '1');
    const prefix = 'p'.repeat(38);
    const { id, steps } = await run({ ...named, Arguments: { ...named.Arguments, ProcessingJobName: prefix } });
    const name = steps.get('Prepare')?.Metadata?.ProcessingJob?.Arn?.split('/').at(-1);
    expect(name).toMatch(new RegExp(`^${prefix}-${id}-[a-z0-9]{9}-0$`));
    expect(name).toHaveLength(63);
  });

  it.each(['a-long-prefix', 'letters'])(
    'does not start a tuning job whose prefix %s has more than six characters',
    async (prefix) => {
      const { steps } = await run(tuning(prefix));
      expect(steps.get('TuneModel')?.FailureReason).toMatch(
        new RegExp(
          `^ClientError: Failed to invoke sagemaker:CreateHyperParameterTuningJob. Error Details: .*Value '${prefix}-[a-z0-9]{12}-[a-z0-9]{10}-0' at ` +
            `'hyperParameterTuningJobName' failed to satisfy constraint: Member must have length less than or equal to 32`,
        ),
      );
    },
  );

  it.each(['letter', undefined])("makes a tuning job's name fit with the prefix %s", async (prefix) => {
    const { steps } = await run(tuning(prefix));
    expect(steps.get('TuneModel')?.FailureReason).not.toMatch(/hyperParameterTuningJobName/);
  });

  describe("registers a model by three calls, each as the pipeline's role", () => {
    const group = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package-group/models`;
    const versions = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/models/*`;
    const allowed = {
      artifact: PIPELINE_STATEMENTS.artifact,
      createGroup: { Effect: 'Allow', Action: 'sagemaker:CreateModelPackageGroup', Resource: group },
      tagGroup: { Effect: 'Allow', Action: 'sagemaker:AddTags', Resource: group },
      create: { Effect: 'Allow', Action: 'sagemaker:CreateModelPackage', Resource: versions },
      tag: { Effect: 'Allow', Action: 'sagemaker:AddTags', Resource: versions },
      describe: { Effect: 'Allow', Action: 'sagemaker:DescribeModelPackage', Resource: versions },
    };

    it('and succeeds with them, though the group exists', async () => {
      bench.allow(allowed, PIPELINE_ROLE);
      expect((await run(registering())).execution.PipelineExecutionStatus).toBe('Succeeded');
    });

    it.each<[keyof typeof allowed, RegExp]>([
      [
        'createGroup',
        /Failed to invoke sagemaker:CreateModelPackageGroup.*not authorized to perform: sagemaker:CreateModelPackageGroup on resource: .*group\/models/,
      ],
      [
        'tagGroup',
        /Failed to invoke sagemaker:CreateModelPackageGroup.*not authorized to perform: sagemaker:AddTags on resource: .*model-package-group\/models/,
      ],
      [
        'create',
        /Failed to invoke sagemaker:CreateModelPackage\. .*not authorized to perform: sagemaker:CreateModelPackage/,
      ],
      [
        'tag',
        /Failed to invoke sagemaker:CreateModelPackage\. .*not authorized to perform: sagemaker:AddTags on resource: .*model-package\/models/,
      ],
      [
        'artifact',
        /Failed to invoke sagemaker:CreateModelPackage\. Error Details: Access denied for bucket: workbench, object key: model\.tar\.gz$/,
      ],
      [
        'describe',
        /Failed to invoke sagemaker:DescribeModelPackage.*not authorized to perform: sagemaker:DescribeModelPackage/,
      ],
    ])('and fails without %s', async (missing, message) => {
      bench.allow(Object.fromEntries(Object.entries(allowed).filter(([name]) => name !== missing)), PIPELINE_ROLE);
      expect((await run(registering())).steps.get('Register')?.FailureReason).toMatch(message);
    });
  });

  describe('tries again', () => {
    const policy = (ExceptionType: string, more: object = { MaxAttempts: 2 }) => [
      { ExceptionType: [ExceptionType], IntervalSeconds: 60, BackoffRate: 1, ...more },
    ];
    const serviceFault = new AwsError('InternalFailure', 'not now', 500);
    const limit = new AwsError(
      'ResourceLimitExceeded',
      'The account-level service limit is 1 Instances, with current utilization of 1 Instances and a request delta of 1 Instances.',
    );

    /** Lets CreateProcessingJob fail so often. */
    function failing(error: AwsError, times: number): jest.SpyInstance {
      const handle = bench.service.control.handle.bind(bench.service.control);
      let left = times;
      return jest.spyOn(bench.service.control, 'handle').mockImplementation((call) => {
        if (call.operation === 'CreateProcessingJob' && left-- > 0) return Promise.reject(error);
        return handle(call);
      });
    }
    afterEach(() => jest.restoreAllMocks());

    it('where a policy is about a quota: the job waits for the one before it', async () => {
      failing(limit, 2);
      const before = bench.clock.now();
      const { execution, steps } = await run(
        processing('Prepare', '1', { RetryPolicies: policy('SageMaker.RESOURCE_LIMIT') }),
      );
      expect(execution.PipelineExecutionStatus).toBe('Succeeded');
      expect(steps.get('Prepare')?.AttemptCount).toBe(3);
      expect(steps.get('Prepare')?.Metadata?.ProcessingJob?.Arn).toMatch(/-2$/);
      expect(bench.clock.now() - before).toBeGreaterThanOrEqual(120_000);
    });

    it('not at a quota without such a policy, and says so', async () => {
      failing(limit, 1);
      const { arn, steps } = await run(
        processing('Prepare', '1', { RetryPolicies: policy('SageMaker.CAPACITY_ERROR') }),
      );
      expect(steps.get('Prepare')?.FailureReason).toBe(
        `ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: ${limit.message}\n` +
          `Retry not appropriate on execution of step with PipelineExecutionArn ${arn} and StepId Prepare. No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT.`,
      );
    });

    it('by itself after a fault of the service', async () => {
      failing(serviceFault, 4);
      const { execution } = await run(processing('Prepare', '1'));
      expect(execution.PipelineExecutionStatus).toBe('Succeeded');
    });
  });

  it.each([
    [
      "a job's exception on a registration",
      () => registering({ RetryPolicies: [{ ExceptionType: ['SageMaker.CAPACITY_ERROR'] }] }),
      /SageMaker.CAPACITY_ERROR is not supported in a retry policy of step Register of type RegisterModel/,
    ],
    [
      'a retry of a Fail step',
      () => ({ Name: 'A', Type: 'Fail', Arguments: { ErrorMessage: 'x' }, RetryPolicies: [] }),
      /of type Fail cannot have RetryPolicies/,
    ],
    [
      'two ways to give up',
      () =>
        processing('A', '1', {
          RetryPolicies: [{ ExceptionType: ['Step.THROTTLING'], MaxAttempts: 1, ExpireAfterMin: 1 }],
        }),
      /both MaxAttempts and ExpireAfterMin/,
    ],
    [
      'a cached registration',
      () => registering({ CacheConfig: { Enabled: true } }),
      /of type RegisterModel cannot have a CacheConfig/,
    ],
    [
      'a duration that is none',
      () => processing('A', '1', { CacheConfig: { Enabled: true, ExpireAfter: 'a month' } }),
      /not an ISO 8601 duration/,
    ],
    [
      'property files of a registration',
      () => registering({ PropertyFiles: [] }),
      /of type RegisterModel cannot have PropertyFiles/,
    ],
    [
      'a property file that its step does not declare',
      () => [
        processing('B', '1'),
        processing('A', { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.B.PropertyFiles.No' }, Path: 'x' } }),
      ],
      /step B declares no such property file/,
    ],
    ['a name that is too long', () => processing('a'.repeat(65), '1'), /is not a step name/],
    [
      'an unknown argument',
      () => ({ ...registering(), Arguments: { ...registering().Arguments, ModelPackageName: 'one' } }),
      /^Unable to parse pipeline definition. Unknown Argument member 'ModelPackageName'\.$/,
    ],
    [
      'an unknown argument deep within',
      () => ({ Name: 'A', Type: 'Processing', Arguments: { AppSpecification: { Image: 'x' } } }),
      /^Unable to parse pipeline definition. Unknown Argument member 'Image'\.$/,
    ],
    [
      'one value in place of a list',
      () => ({
        Name: 'A',
        Type: 'Processing',
        Arguments: { NetworkConfig: { VpcConfig: { Subnets: { Get: 'Parameters.S' } } } },
      }),
      /^Unable to parse pipeline definition. Expecting start of Json Array\.$/,
    ],
    [
      'a word that is not of its enumeration',
      () => ({
        Name: 'A',
        Type: 'Processing',
        Arguments: {
          ProcessingInputs: [
            { InputName: 'i', S3Input: { S3Uri: 's3://b/k', S3DataType: 'S3Prefix', S3InputMode: 'FastFile' } },
          ],
        },
      }),
      /^Unable to parse pipeline definition. Model Validation failed: Value 'FastFile' for 'ProcessingS3InputMode' failed to satisfy enum value set: \[/,
    ],
  ])('refuses a definition with %s', async (_, step, message) => {
    await expect(update(...[step()].flat())).rejects.toThrow(message);
  });

  it('deletes', async () => {
    await bench.sagemaker.send(
      new DeletePipelineCommand({ PipelineName: 'flow', ClientRequestToken: 'delete-token-00000000000000000000000' }),
    );
    await expect(start([])).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });
});
