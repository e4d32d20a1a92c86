import { batchScoringDefinition } from '../../../lib/serving/batch-scoring-definition';
import { runMachine } from '../../fixtures/run-machine';

const definition = batchScoringDefinition({
  endpointName: 'ep',
  artifactsBucketName: 'artifacts',
  dataKeyArn: 'arn:key',
  topicArn: 'arn:topic',
  completenessFunctionArn: 'arn:check',
  jobNamePrefix: 'p-batch-',
  instanceType: 'ml.m5.large',
  instanceCount: 1,
  maxRuntimeSeconds: 3600,
});

function world(complete = true) {
  const jobs: Record<string, unknown>[] = [];
  const checks: Record<string, unknown>[] = [];
  const notices: string[] = [];
  const check = (p: Record<string, unknown>) => {
    checks.push(p.Payload as Record<string, unknown>);
    return { Payload: { complete, rows: 3, scored: complete ? 3 : 2, missing: complete ? 0 : 1, byModelVersion: { 4: 3 } } };
  };
  const publish = (p: Record<string, unknown>) => {
    notices.push(String(p.Subject));
    return {};
  };
  const answers = {
    FindLiveEndpoint: () => ({ EndpointConfigName: 'config-7' }),
    FindLiveModel: () => ({ ProductionVariants: [{ ModelName: 'model-7' }] }),
    Score: (p: Record<string, unknown>) => {
      jobs.push(p);
      return {};
    },
    CheckCompleteness: check,
    CheckWhatIsThere: check,
    NotifyComplete: publish,
    NotifyIncomplete: publish,
    NotifyNoInput: publish,
    NotifyNoLiveModel: publish,
    NotifyUnchecked: publish,
  };
  return { jobs, checks, notices, answers };
}

const failing = (name: string) => () => {
  throw Object.assign(new Error('because'), { name });
};

describe('batch scoring', () => {
  test('scores with the live model, hides the record id from it, and joins the answers back', async () => {
    const it = world();
    const run = await runMachine(definition, { input: 'batch/input/a.csv' }, it.answers);
    expect(run.output?.outcome).toMatchObject({ result: 'Complete' });
    const job = it.jobs[0] as { TransformJobName: string };
    expect(job).toMatchObject({
      ModelName: 'model-7',
      DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' },
      TransformInput: { SplitType: 'Line', DataSource: { S3DataSource: { S3Uri: 's3://artifacts/batch/input/a.csv' } } },
      TransformOutput: { AssembleWith: 'Line', KmsKeyId: 'arn:key', S3OutputPath: `s3://artifacts/batch/output/${job.TransformJobName}` },
      TransformResources: { VolumeKmsKeyId: 'arn:key' },
    });
    expect(job.TransformJobName).toMatch(/^p-batch-[0-9a-f-]{36}$/);
    expect(it.checks).toEqual([
      {
        inputPrefix: 'batch/input/a.csv',
        outputPrefix: `batch/output/${job.TransformJobName}/`,
        reportKey: `batch/report/${job.TransformJobName}.json`,
      },
    ]);
    expect(it.notices).toEqual(['Batch scoring is complete']);
  });

  test('fails when a row has no answer', async () => {
    const it = world(false);
    expect((await runMachine(definition, { input: 'batch/input/a.csv' }, it.answers)).error).toBe('BatchIncomplete');
    expect(it.notices).toEqual(['Batch scoring is INCOMPLETE']);
  });

  test('reports what a failed job has scored all the same', async () => {
    const it = world(false);
    const run = await runMachine(definition, { input: 'batch/input/a.csv' }, { ...it.answers, Score: failing('SageMaker.AmazonSageMakerException') });
    expect(run.error).toBe('BatchIncomplete');
    expect(it.checks[0]?.jobError).toBe('SageMaker.AmazonSageMakerException: because');
  });

  test('fails clearly when no model is live', async () => {
    const it = world();
    const run = await runMachine(definition, { input: 'batch/input/a.csv' }, { ...it.answers, FindLiveEndpoint: failing('SageMaker.SageMakerException') });
    expect(run.error).toBe('NoLiveModel');
    expect(it.jobs).toEqual([]);
    expect(it.notices).toEqual(['Batch scoring found no live model']);
  });

  test.each([[{}], [{ input: 7 }], [{ input: 'models/model.tar.gz' }]])('refuses the input %j', async (input) => {
    const it = world();
    expect((await runMachine(definition, input, it.answers)).error).toBe('BadInput');
    expect(it.notices).toHaveLength(1);
  });

  test('does not call an unchecked output complete', async () => {
    const it = world();
    const run = await runMachine(definition, { input: 'batch/input/a.csv' }, { ...it.answers, CheckCompleteness: failing('Lambda.Unknown') });
    expect(run.error).toBe('CompletenessUnknown');
  });
});
