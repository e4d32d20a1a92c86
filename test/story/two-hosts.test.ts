import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  ListTrainingJobsCommand,
} from '@aws-sdk/client-sagemaker';

import { listUnder, parseS3Uri } from '../../operator/storage';
import { type Checkpoint, expect as must } from '../../rehearsal/story/checkpoint';
import { ending, story } from '../../rehearsal/story/checkpoints';
import { runCheckpoints } from '../fixtures/run-checkpoints';

const chapters = ['deploy', 'ingest', 'train'];

let trials: DescribeTrainingJobCommandOutput[] = [];
let shards: string[] = [];

const sharedTraining: Checkpoint = {
  id: 'two-hosts',
  sentence: 'Each trial ran on two instances, each with its file of training rows, and left one model.',
  topics: ['TRAIN-03'],
  async run({ operator }) {
    const { sagemaker } = operator.clients;
    const { TrainingJobSummaries = [] } = await sagemaker.send(new ListTrainingJobsCommand({}));
    trials = await Promise.all(
      TrainingJobSummaries.map(({ TrainingJobName }) =>
        sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
      ),
    );
    must(trials.length > 0, 'no training job');
    const rows = parseS3Uri(trials[0].InputDataConfig?.[0].DataSource?.S3DataSource?.S3Uri ?? '');
    shards = (await listUnder(operator, rows.bucket, rows.key)).map(({ key }) => key);
  },
};

describe('the workflow with two instances for training', () => {
  runCheckpoints({
    app: 'two-hosts-app.ts',
    checkpoints: [
      ...story
        .filter(({ id }) => chapters.includes(id))
        .flatMap((one) => (one.id === 'train' ? [one, sharedTraining] : [one])),
      ...ending,
    ],
  });

  it('gives each instance one file of the training rows, and both the same validation rows', () => {
    const distributions = trials.map(({ InputDataConfig = [] }) =>
      InputDataConfig.map(({ ChannelName, DataSource }) => [
        ChannelName,
        DataSource?.S3DataSource?.S3DataDistributionType,
      ]),
    );
    expect(new Set(distributions.map((one) => JSON.stringify(one)))).toEqual(
      new Set([
        JSON.stringify([
          ['train', 'ShardedByS3Key'],
          ['validation', 'FullyReplicated'],
          ['code', 'FullyReplicated'],
        ]),
      ]),
    );
    expect(shards.map((key) => key.split('/').at(-1))).toEqual(['data-0.csv', 'data-1.csv']);
    expect(trials.map(({ ResourceConfig }) => ResourceConfig?.InstanceCount)).toEqual(trials.map(() => 2));
  });
});
