import { createHash } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  ListTagsCommand,
} from '@aws-sdk/client-sagemaker';
import { type OperatorContext, waitFor } from '../../../operator/context';
import { parseS3Uri } from '../../../operator/storage';
import { type Checkpoint, expect, expectSome } from '../checkpoint';

export const spotTakenAway: Checkpoint = {
  id: 'spot',
  sentence:
    'Spot capacity is taken away in the middle of a training: it goes on from its checkpoint, and ends with the same model, bit for bit, as the one that nobody interrupted.',
  topics: ['BALANCE-02', 'COST-01', 'TRAINCHK-06', 'TUNE-05'],
  async run({ rehearsal, operator, state, note }) {
    const { trials } = expectSome(state.tunings[0], 'the first tuning job').selection;
    // The one that trained longest still has rounds to do when its first checkpoint is in S3.
    const like = expectSome([...trials].sort((a, b) => b.trees - a.trees)[0], 'a trial');
    const name = `${like.training_job}-again`;
    await repeat(operator, like.training_job, name);
    const away = 20 * 60_000;
    rehearsal.sagemaker.interruptSpot(name, 'after-checkpoint', away);
    const job = await waitFor(operator, 'the repeated training', 120, async () => {
      const found = await operator.clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
      return found.TrainingJobStatus === 'InProgress' ? undefined : found;
    });
    expect(job.TrainingJobStatus === 'Completed', `${name} ${job.TrainingJobStatus}: ${job.FailureReason ?? ''}`);
    const statuses = (job.SecondaryStatusTransitions ?? []).map(({ Status }) => Status);
    expect(statuses.includes('Interrupted'), `it was not interrupted: ${statuses.join(', ')}`);
    const digest = await digestOf(operator, job);
    expect(digest === like.sha256, `the model is another: ${digest}, not ${like.sha256}`);
    note('statuses', statuses.join(', '));
    note('trained', `${job.TrainingTimeInSeconds ?? 0} s, after ${away / 60_000} minutes without capacity`);
    note('SHA-256 of both archives', digest);
  },
};

/** Its name begins with the tuning job's, so that the teardown removes record and log. */
async function repeat({ clients: { sagemaker } }: OperatorContext, like: string, name: string): Promise<void> {
  const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: like }));
  const { Tags } = await sagemaker.send(new ListTagsCommand({ ResourceArn: job.TrainingJobArn }));
  const { S3Uri = '' } = job.CheckpointConfig ?? {};
  await sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName: name,
      HyperParameters: Object.fromEntries(
        Object.entries(job.HyperParameters ?? {}).filter(([key]) => !key.startsWith('_')),
      ),
      AlgorithmSpecification: {
        TrainingImage: job.AlgorithmSpecification?.TrainingImage,
        TrainingInputMode: job.AlgorithmSpecification?.TrainingInputMode,
      },
      RoleArn: job.RoleArn,
      InputDataConfig: job.InputDataConfig,
      OutputDataConfig: job.OutputDataConfig,
      ResourceConfig: job.ResourceConfig,
      StoppingCondition: job.StoppingCondition,
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: `${S3Uri}-again` },
      EnableNetworkIsolation: job.EnableNetworkIsolation,
      EnableInterContainerTrafficEncryption: job.EnableInterContainerTrafficEncryption,
      VpcConfig: job.VpcConfig,
      Tags: Tags?.filter(({ Key = '' }) => !Key.startsWith('aws:')),
    }),
  );
}

async function digestOf({ clients }: OperatorContext, job: DescribeTrainingJobCommandOutput): Promise<string> {
  const { bucket, key } = parseS3Uri(job.ModelArtifacts?.S3ModelArtifacts ?? '');
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return createHash('sha256')
    .update((await Body?.transformToByteArray()) ?? new Uint8Array())
    .digest('hex');
}
