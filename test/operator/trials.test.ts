import { trials } from '../../operator/commands/trials';
import { fakeContext, recordedOutput } from './fake-clients';
import { packageArn, packages } from './fake-registry';

const tuningJob = 'mla1ab-abcdefabcdef-abcdefghij';
const measured = (number: string, pr_auc: number, nodes: number) => ({
  training_job: `${tuningJob}-${number}-abcdefgh`,
  pr_auc,
  cost_per_1000: 30_123.4,
  latency_p50_ms: 1.2,
  latency_p95_ms: 2.34,
  archive_bytes: 60_000,
  model_bytes: 123_456,
  trees: 80,
  nodes,
  sha256: '0'.repeat(64),
});
const [best, chosen] = [measured('001', 0.5612, 4012), measured('002', 0.5598, 912)];
const selection = {
  chosen,
  best_metric: best.training_job,
  rule: { tolerance: 0.003, maximum_latency_ms: 200 },
  trials: [best, chosen],
};
const evaluation = 's3://a/pipeline/id0/evaluation/evaluation.json';

const context = (uri = evaluation) =>
  fakeContext({
    ListModelPackagesCommand: packages('Approved'),
    DescribeModelPackageCommand: { ModelMetrics: { ModelQuality: { Statistics: { S3Uri: uri } } } },
    GetObjectCommand: ({ Key }: { Key: string }) => {
      expect(Key).toBe('pipeline/id0/selection/selection.json');
      return { Body: { transformToByteArray: () => Promise.resolve(Buffer.from(JSON.stringify(selection))) } };
    },
    DescribeTrainingJobCommand: ({ TrainingJobName: name }: { TrainingJobName: string }) => ({
      TrainingJobName: name,
      TrainingJobStatus: name.includes('-003-') ? 'Stopped' : 'Completed',
      TuningJobArn: `arn:aws:sagemaker:eu-central-1:123456789012:hyper-parameter-tuning-job/${tuningJob}`,
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      BillableTimeInSeconds: 360,
    }),
    ListTrainingJobsForHyperParameterTuningJobCommand: ({
      HyperParameterTuningJobName: name,
    }: Record<string, string>) => ({
      TrainingJobSummaries: ['003', '002', '001'].map((number) => ({ TrainingJobName: `${name}-${number}-abcdefgh` })),
    }),
  });

describe('trials', () => {
  it('shows what each trial is worth and costs, and which was taken', async () => {
    const output = recordedOutput();
    const result = await trials(context(), { version: 'latest' }, output);
    expect(result.trials.map(({ name, chosen: taken }) => [name.split('-')[3], taken])).toEqual([
      ['001', false],
      ['002', true],
      ['003', false],
    ]);
    // 0.115 USD an hour, by docs/reference/prices.json.
    expect(result.trials[0]?.usd).toBeCloseTo(0.0115, 6);
    expect(output.lines).toContainEqual(
      expect.stringMatching(/^\* +002-abcdefgh +Completed +0\.5598 +30123 +2\.3 +123 +80 +912 +360 +0\.0115$/),
    );
    // Stopped before it had a model: its time is paid for all the same.
    expect(output.lines).toContainEqual(expect.stringMatching(/^ +003-abcdefgh +Stopped( +-){6} +360 +0\.0115$/));
    expect(Math.max(...output.lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('names a version that the pipeline did not choose', async () => {
    await expect(trials(context('s3://a/elsewhere.json'), { version: 1 }, recordedOutput())).rejects.toThrow(
      `Version ${packageArn(1).split('/').at(-1)} was not chosen among trials.`,
    );
  });
});
