import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import { type TrainResult, train } from '../../../operator/commands/train';
import { lastLines } from '../../../operator/job-logs';
import { describePackage, livePackageArn, packages } from '../../../operator/registry';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';
import { refusal } from '../refusal';
import { tuningTrials } from '../tuning-trials';

export const firstTraining: Checkpoint = {
  id: 'train',
  sentence:
    "The pipeline trains on Kennedy's first half year, passes its quality gate on June, and registers a model that waits for approval.",
  topics: [
    'FLOW-05',
    'FLOW-06',
    'FLOW-07',
    'FLOW-08',
    'FRAME-05',
    'READY-05',
    'READY-06',
    'READY-07',
    'READY-09',
    'SVC-02',
    'SVC-03',
    'SVC-04',
    'SVC-06',
    'TRAIN-05',
    'TUNE-02',
    'TUNE-05',
    'TUNE-06',
    'EVAL-01',
    'EVAL-05',
    'EVAL-07',
    'CLS-07',
    'STAGE-03',
    'STAGE-04',
    'STAGE-05',
    'STAGE-06',
    'PREP-04',
    'PREP-06',
    'ART-01',
    'ART-02',
    'ART-05',
    'ART-07',
    'TRAINCHK-06',
    'CHOICE-06',
  ],
  async run(stage) {
    const { operator, output, state } = stage;
    const result = await train(operator, { airports: ['JFK'], until: '2013-07' }, output);
    state.trainings.push({ what: 'JFK until July', result });
    await checkTraining(stage, result, 1);
    expect((await livePackageArn(operator)) === undefined, 'something is live although nobody approved it');
    // Keep the jobs' role for the checkpoint `denied`.
    const { TrainingJobSummaries } = await operator.clients.sagemaker.send(
      new ListTrainingJobsCommand({ MaxResults: 1 }),
    );
    const job = expectSome(TrainingJobSummaries?.[0]?.TrainingJobName, 'a training job');
    const { RoleArn } = await operator.clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: job }));
    state.trainingRoleArn = expectSome(RoleArn, 'the role of the training job');
  },
};

/** Checks that a pipeline run succeeded, and that the registered version is complete and waits for approval. */
export async function checkTraining(stage: CheckpointContext, result: TrainResult, version: number): Promise<void> {
  const { operator, note } = stage;
  expect(result.status === 'Succeeded', `the pipeline ${result.status}: ${result.failureReason ?? ''}`);
  const arn = expectSome(result.modelPackageArn, 'the registered model package');
  expect(result.version === version, `version ${result.version} was registered, not ${version}`);
  const summary = (await packages(operator)).find((one) => one.version === version);
  expect(
    summary?.approval === 'PendingManualApproval',
    `version ${version} is ${summary?.approval ?? 'not registered'}`,
  );
  const described = await describePackage(operator, arn);
  expect(described.ModelMetrics?.ModelQuality?.Statistics?.S3Uri !== undefined, 'the package has no quality metrics');
  expect(
    described.DriftCheckBaselines?.ModelDataQuality?.Constraints?.S3Uri !== undefined,
    'the package has no drift baseline',
  );
  stage.state.tunings.push(expectSome(await tuningTrials(operator, result), 'the tuning job'));
  const evaluation = expectSome(result.evaluation, 'the evaluation');
  const { business, gate } = evaluation;
  const quality = evaluation.binary_classification_metrics.pr_auc.value;
  expect(
    quality < 1 && gate.lift > 1.3,
    `PR-AUC ${quality}, ${gate.lift} times what chance reaches, is not believable`,
  );
  const withoutModel = Math.min(
    business.cost_of_never_flagging_per_1000,
    business.cost_of_always_flagging_per_1000,
    expectSome(business.cost_of_the_rule_per_1000 ?? undefined, 'the cost of the rule'),
  );
  expect(
    business.expected_cost_per_1000 < withoutModel,
    `the model costs ${business.expected_cost_per_1000} per 1000, doing without one ${withoutModel}`,
  );
  note('steps', result.steps.length);
  note('steps from the cache', result.steps.filter((step) => step.cached).length);
  note('PR-AUC on the test month', `${quality.toFixed(4)}, ${gate.lift.toFixed(2)} times what chance reaches`);
  note('threshold', business.threshold.toFixed(3));
  note(
    'USD per 1000 flights',
    `${business.expected_cost_per_1000.toFixed(0)}; without a model ${withoutModel.toFixed(0)}`,
  );
  note(`cost by that of ${gate.alternative}`, gate.cost_ratio.toFixed(3));
  for (const [key, value] of Object.entries(described.CustomerMetadataProperties ?? {}))
    note(`package: ${key}`, value.slice(0, 80));
}

export const noBetter: Checkpoint = {
  id: 'no-better',
  sentence:
    'The quality gate refuses a candidate that does not cost less than the live model on the same rows: the pipeline fails with both costs and registers nothing.',
  topics: ['FLOW-07', 'STAGE-05', 'EVAL-04', 'TUNETRAP-04', 'BALANCE-07', 'COST-01'],
  async run({ operator, output, state, note }) {
    const before = await packages(operator);
    // The same data again: preparation and tuning come from the cache, so the candidate is the live model itself.
    const result = await train(operator, { airports: ['JFK'], until: '2013-07' }, output);
    state.trainings.push({ what: 'the same data again, against its own model', result });
    expect(result.status === 'Failed', `the pipeline ${result.status}`);
    const reason = expectSome(result.failureReason, 'the reason');
    const [candidate, live] = ['candidate', 'live'].map(
      (side) => new RegExp(`${side}: pr_auc [^;]* (\\d+) USD per 1000`).exec(reason)?.[1],
    );
    expect(candidate !== undefined && candidate === live, `the reason does not give both costs: ${reason}`);
    expect(result.steps.find((step) => step.name === 'TuneModel')?.cached === true, 'the model was tuned anew');
    expect((await packages(operator)).length === before.length, 'something was registered');
    note('reason', reason);
  },
};

export const tuning: Checkpoint = {
  id: 'tuning',
  sentence:
    'The tuning job stayed within its ranges and limits, and never read the test month; of its equally good trials, the smallest became the candidate.',
  topics: [
    'TUNE-01',
    'TUNE-03',
    'TUNE-04',
    'TUNETRAP-02',
    'TUNETRAP-03',
    'TUNETRAP-05',
    'TUNETRAP-06',
    'BALANCE-01',
    'EVAL-03',
    'ART-05',
  ],
  async run({ operator, state, note }) {
    const { sagemaker } = operator.clients;
    const name = jobName(state, 'TuneModel');
    const job = await sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
    const limits = job.HyperParameterTuningJobConfig?.ResourceLimits;
    const { TrainingJobSummaries = [] } = await sagemaker.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name, MaxResults: 100 }),
    );
    expect(
      TrainingJobSummaries.length === limits?.MaxNumberOfTrainingJobs,
      `${TrainingJobSummaries.length} jobs ran, ${limits?.MaxNumberOfTrainingJobs ?? 0} are allowed`,
    );
    const { ContinuousParameterRanges = [], IntegerParameterRanges = [] } =
      job.HyperParameterTuningJobConfig?.ParameterRanges ?? {};
    const ranges = [...ContinuousParameterRanges, ...IntegerParameterRanges];
    for (const one of TrainingJobSummaries) {
      for (const { Name, MinValue, MaxValue } of ranges) {
        const value = Number(one.TunedHyperParameters?.[Name ?? '']);
        expect(
          value >= Number(MinValue) && value <= Number(MaxValue),
          `${one.TrainingJobName ?? ''}: ${Name ?? ''} is ${value}`,
        );
      }
    }
    const objective = (one: (typeof TrainingJobSummaries)[number]) =>
      one.FinalHyperParameterTuningJobObjectiveMetric?.Value ?? Number.NaN;
    const best = Math.max(...TrainingJobSummaries.map(objective).filter(Number.isFinite));
    expect(
      job.BestTrainingJob !== undefined && Math.abs(objective(job.BestTrainingJob) - best) < 1e-6,
      'the best job is not the one with the best objective',
    );
    const trained = await sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: job.BestTrainingJob.TrainingJobName }),
    );
    const channels = (trained.InputDataConfig ?? []).map((channel) => channel.ChannelName ?? '');
    const learned = (trained.InputDataConfig ?? []).filter((channel) =>
      channel.DataSource?.S3DataSource?.S3Uri?.includes('/test'),
    );
    expect(learned.length === 0, 'the training job was given the test month');
    const { selection } = expectSome(state.tunings[0], 'the selection');
    const { tolerance, maximum_latency_ms: limit } = selection.rule;
    const equal = selection.trials.filter(
      ({ pr_auc, latency_p95_ms }) => pr_auc >= best - tolerance - 1e-5 && latency_p95_ms <= limit,
    );
    expect(
      selection.chosen.nodes === Math.min(...equal.map(({ nodes }) => nodes)),
      'the chosen trial is not the smallest of the equally good ones',
    );
    const { result } = expectSome(state.trainings[0], 'the first training');
    const { InferenceSpecification } = await describePackage(
      operator,
      expectSome(result.modelPackageArn, 'the first version'),
    );
    expect(
      JSON.stringify(InferenceSpecification).includes(`/models/${selection.chosen.training_job}/output/`),
      'another model was registered than the chosen one',
    );
    for (const { training_job: name, ...trial } of selection.trials)
      note(
        `${name === selection.chosen.training_job ? 'chosen' : 'trial'} ${name.split('-').slice(-2)[0]}`,
        `PR-AUC ${trial.pr_auc.toFixed(4)}, ${trial.nodes} nodes, ${trial.latency_p95_ms.toFixed(1)} ms a row`,
      );
    note('jobs', TrainingJobSummaries.length);
    note('at once', limits?.MaxParallelTrainingJobs ?? 0);
    note(
      'objective',
      `${objective(job.BestTrainingJob).toFixed(4)} (${job.HyperParameterTuningJobConfig?.HyperParameterTuningJobObjective?.MetricName ?? ''})`,
    );
    note('worst job', Math.min(...TrainingJobSummaries.map(objective).filter(Number.isFinite)).toFixed(4));
    note('channels', channels.join(', '));
  },
};

export const evaluationHolds: Checkpoint = {
  id: 'evaluation',
  sentence:
    'The registered metrics follow from the confusion matrix; never flagging a flight is nearly as accurate as the model, and costs far more.',
  topics: ['CLS-01', 'CLS-02', 'CLS-03', 'CLS-04', 'CLS-05', 'EVAL-02', 'TUNETRAP-01', 'SELF-02', 'CUE-06', 'FRAME-03'],
  async run({ state, note }) {
    const { binary_classification_metrics: metrics, business } = expectSome(
      state.trainings[0]?.result.evaluation,
      'the evaluation of the first training',
    );
    const value = (name: string) => (metrics[name] as { value: number }).value;
    const { '0': negative, '1': positive } = metrics.confusion_matrix as Record<'0' | '1', Record<'0' | '1', number>>;
    const [tn, fp, fn, tp] = [negative['0'], negative['1'], positive['0'], positive['1']];
    const rows = tn + fp + fn + tp;
    const close = (name: string, expected: number) =>
      expect(
        Math.abs(value(name) - expected) < 1e-9,
        `${name} is ${value(name)}, but its confusion matrix gives ${expected}`,
      );
    close('accuracy', (tp + tn) / rows);
    close('precision', tp / (tp + fp));
    close('recall', tp / (tp + fn));
    close('f1', (2 * tp) / (2 * tp + fp + fn));
    const neverFlagging = business.cost_of_never_flagging_per_1000;
    expect(
      business.expected_cost_per_1000 < neverFlagging,
      `the model costs ${business.expected_cost_per_1000}, never flagging ${neverFlagging}`,
    );
    note('confusion matrix', `${tp} found, ${fn} missed, ${fp} false alarms, ${tn} rightly on time`);
    note('accuracy', `${value('accuracy').toFixed(3)}; of never flagging ${((tn + fp) / rows).toFixed(3)}`);
    note('recall', `${value('recall').toFixed(3)}; of never flagging 0`);
    note(
      'USD per 1000 flights',
      `${business.expected_cost_per_1000.toFixed(0)}; of never flagging ${neverFlagging.toFixed(0)}`,
    );
  },
};

export const logs: Checkpoint = {
  id: 'logs',
  sentence: "Each job's log is in CloudWatch, under the job's name, with its metrics.",
  topics: ['MON-03', 'ART-10', 'TRAINCHK-04', 'SYMPTOM-02'],
  async run({ operator, state, note }) {
    const steps = expectSome(state.trainings[0], 'the first training').result.steps;
    for (const step of ['PrepareData', 'EvaluateModel', 'CreateBaseline']) {
      const arn = expectSome(steps.find((one) => one.name === step)?.jobArn, `the job of ${step}`);
      const tail = await lastLines(operator, arn);
      expect((tail?.lines.length ?? 0) > 0, `${step} left no log`);
      note(step, tail?.lines.at(-1)?.slice(0, 140) ?? '');
    }
    const tuned = await operator.clients.sagemaker.send(
      new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: jobName(state, 'TuneModel') }),
    );
    const trained = await lastLines(
      operator,
      expectSome(tuned.BestTrainingJob?.TrainingJobArn, 'the best training job'),
    );
    const objective = trained?.lines.find((line) => /#011validation-aucpr:[0-9.]+/.test(line));
    note('training', expectSome(objective, "the line with the objective in the training job's log").slice(0, 140));
  },
};

function jobName(state: CheckpointContext['state'], step: string): string {
  const arn = state.trainings[0]?.result.steps.find((one) => one.name === step)?.jobArn;
  return expectSome(arn, `the job of ${step}`).split('/').at(-1) ?? '';
}

export const denied: Checkpoint = {
  id: 'denied',
  sentence:
    'The training role cannot read raw data and cannot decrypt outside S3: each denial is worded as AWS does, with principal, action and resource.',
  topics: [
    'SEC-02',
    'SEC-04',
    'SEC-05',
    'SECCHK-01',
    'SECCHK-02',
    'TRAP-03',
    'TRAP-10',
    'TRAINCHK-07',
    'DATADEC-04',
    'SYMPTOM-01',
    'SELF-04',
    'MON-07',
    'CUE-04',
  ],
  async run({ rehearsal, operator, state, note }) {
    const { platform } = rehearsal;
    const roleArn = expectSome(state.trainingRoleArn, 'the training role');
    const bucket = await operator.output('DataLake', 'RawBucketName');
    const { Contents } = await operator.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }));
    const key = expectSome(Contents?.[0]?.Key, 'an object under raw/');
    const sourceArn = `arn:${platform.partition}:sagemaker:${platform.region}:${platform.accountId}:training-job/probe`;
    const credentials = await platform.assumeRole('sagemaker.amazonaws.com', roleArn, 'SageMaker', sourceArn);
    const settings = { endpoint: platform.endpoint, region: platform.region, credentials, maxAttempts: 1 };
    const role = roleArn.split('/').at(-1) ?? '';
    const s3 = new S3Client(settings);
    const kms = new KMSClient(settings);
    try {
      const raw = await refusal('reading raw data', () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })), [
        role,
        's3:GetObject',
        key,
      ]);
      // The role may use this key through S3 only: the condition on kms:ViaService denies a direct call.
      const { SSEKMSKeyId } = await operator.clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      const KeyId = expectSome(SSEKMSKeyId, 'the key of the raw data');
      const { CiphertextBlob } = await operator.clients.kms.send(
        new EncryptCommand({ KeyId, Plaintext: Buffer.from('probe') }),
      );
      const decrypt = () => kms.send(new DecryptCommand({ CiphertextBlob, KeyId }));
      const direct = await refusal('decrypting outside S3', decrypt, [role, 'kms:Decrypt', ':key/']);
      note('denied', 's3:GetObject on raw data, kms:Decrypt outside S3');
      note('reading raw data', raw);
      note('decrypting outside S3', direct);
    } finally {
      s3.destroy();
      kms.destroy();
    }
  },
};
