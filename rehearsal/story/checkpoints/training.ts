import { DescribeTrainingJobCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { train, type TrainResult } from '../../../operator/commands/train';
import { describePackage, livePackageArn, packages } from '../../../operator/registry';
import { type Checkpoint, expect, expectSome, type Stage } from '../checkpoint';

export const firstTraining: Checkpoint = {
  id: 'train',
  sentence: 'The pipeline learns Kennedy\'s first half year, passes its gate on June, and registers a model that waits for approval.',
  rows: [
    'FLOW-05', 'FLOW-06', 'FLOW-07', 'FLOW-08', 'READY-05', 'READY-06', 'READY-07', 'READY-09', 'SVC-02', 'SVC-03', 'SVC-04', 'SVC-06',
    'TRAIN-05', 'TUNE-02', 'TUNE-05', 'TUNE-06', 'EVAL-01', 'EVAL-05', 'EVAL-07', 'CLS-07', 'STAGE-03', 'STAGE-04', 'STAGE-05', 'STAGE-06',
    'PREP-04', 'PREP-06', 'ART-01', 'ART-02', 'ART-05', 'ART-07', 'TRAINCHK-06', 'CHOICE-06',
  ],
  async run(stage) {
    const { operator, output, state } = stage;
    const result = await train(operator, { airports: ['JFK'], until: '2013-07' }, output);
    state.trainings.push({ what: 'JFK until July', result });
    await checkTraining(stage, result, 1);
    expect((await livePackageArn(operator)) === undefined, 'something is live although nobody approved it');
    // The jobs' role, for the check of its limits later on.
    const { TrainingJobSummaries } = await operator.clients.sagemaker.send(new ListTrainingJobsCommand({ MaxResults: 1 }));
    const job = expectSome(TrainingJobSummaries?.[0]?.TrainingJobName, 'a training job');
    const { RoleArn } = await operator.clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: job }));
    state.trainingRoleArn = expectSome(RoleArn, 'the role of the training job');
  },
};

/** A finished pipeline run: it succeeded, and what it registered is complete and pending. */
export async function checkTraining(stage: Stage, result: TrainResult, version: number): Promise<void> {
  const { operator, note } = stage;
  expect(result.status === 'Succeeded', `the pipeline ${result.status}: ${result.failureReason ?? ''}`);
  const arn = expectSome(result.modelPackageArn, 'the registered model package');
  expect(result.version === version, `version ${result.version} was registered, not ${version}`);
  const summary = (await packages(operator)).find((one) => one.version === version);
  expect(summary?.approval === 'PendingManualApproval', `version ${version} is ${summary?.approval ?? 'not registered'}`);
  const described = await describePackage(operator, arn);
  expect(described.ModelMetrics?.ModelQuality?.Statistics?.S3Uri !== undefined, 'the package has no quality metrics');
  expect(described.DriftCheckBaselines?.ModelDataQuality?.Constraints?.S3Uri !== undefined, 'the package has no drift baseline');
  const evaluation = expectSome(result.evaluation, 'the evaluation');
  const quality = evaluation.binary_classification_metrics.pr_auc.value;
  // Chance is the share of disrupted flights, about a quarter: below it the numbers would mean nothing.
  expect(quality > 0.25 && quality < 1, `PR-AUC ${quality} is not believable`);
  note('steps', result.steps.length);
  note('steps from the cache', result.steps.filter((step) => step.cached).length);
  note('PR-AUC on the test month', quality.toFixed(4));
  note('threshold', evaluation.business.threshold.toFixed(3));
  note('USD per 1000 flights', evaluation.business.expected_cost_per_1000.toFixed(0));
  if (evaluation.business.cost_ratio > 0) note('cost, candidate / live', evaluation.business.cost_ratio.toFixed(3));
  for (const [key, value] of Object.entries(described.CustomerMetadataProperties ?? {})) note(`package: ${key}`, value.slice(0, 80));
}

export const denied: Checkpoint = {
  id: 'denied',
  sentence: 'The training role may not read raw data: the call is refused with AWS\'s words, naming who, what and where.',
  rows: ['SEC-02', 'SEC-04', 'SECCHK-01', 'SECCHK-02', 'TRAP-03', 'TRAP-10', 'TRAINCHK-07', 'DATADEC-04', 'SYMPTOM-01', 'SELF-04', 'MON-07'],
  async run({ rehearsal, operator, state, note }) {
    const { platform } = rehearsal;
    const roleArn = expectSome(state.trainingRoleArn, 'the training role');
    const bucket = await operator.output('DataLake', 'RawBucketName');
    const { Contents } = await operator.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }));
    const key = expectSome(Contents?.[0]?.Key, 'an object under raw/');
    const sourceArn = `arn:${platform.partition}:sagemaker:${platform.region}:${platform.accountId}:training-job/probe`;
    const credentials = await platform.assumeRole('sagemaker.amazonaws.com', roleArn, 'SageMaker', sourceArn);
    const client = new S3Client({ endpoint: platform.endpoint, region: platform.region, credentials, maxAttempts: 1 });
    try {
      await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      const { name, message } = error as Error;
      expect(name === 'AccessDenied', `expected AccessDenied, got ${name}: ${message}`);
      for (const part of [roleArn.split('/').at(-1) ?? '', 's3:GetObject', key]) expect(message.includes(part), `the message does not name ${part}: ${message}`);
      note('refused with', message);
      return;
    } finally {
      client.destroy();
    }
    throw new Error(`the training role read s3://${bucket}/${key}`);
  },
};
