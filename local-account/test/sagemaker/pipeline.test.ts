import {
  DeletePipelineCommand,
  DescribeModelPackageCommand,
  ListPipelineExecutionStepsCommand,
  ListPipelineExecutionsCommand,
  ListPipelineParametersForExecutionCommand,
  type Parameter,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-sagemaker';
import { PIPELINE_ROLE, PIPELINE_STATEMENTS, pipelineBench } from './pipeline-bench';
import { ACCOUNT, BUCKET, REGION, type Workbench } from './workbench';

describe('pipelines', () => {
  const pipelines = pipelineBench();
  const { start, ended, registering } = pipelines;
  let bench: Workbench;
  beforeAll(() => {
    bench = pipelines.bench();
  });

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

  it('lists executions newest first', async () => {
    const { PipelineExecutionSummaries = [] } = await bench.sagemaker.send(
      new ListPipelineExecutionsCommand({ PipelineName: 'flow', MaxResults: 100 }),
    );
    const times = PipelineExecutionSummaries.map(({ StartTime }) => StartTime?.getTime() ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(times.length).toBeGreaterThan(5);
  });

  it('deletes', async () => {
    await bench.sagemaker.send(
      new DeletePipelineCommand({ PipelineName: 'flow', ClientRequestToken: 'delete-token-00000000000000000000000' }),
    );
    await expect(start([])).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });
});
