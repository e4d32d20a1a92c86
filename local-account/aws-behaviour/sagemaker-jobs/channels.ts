import type { Behaviour, Source } from '../behaviour';

const providing: Source = {
  repository: 'awsdocs/amazon-sagemaker-developer-guide',
  at: 'doc_source/your-algorithms-training-algo-running-container.md',
};
const model = (shapes: string): Source => ({
  repository: 'boto/botocore',
  at: `botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ${shapes}`,
});
const tested = (...titles: string[]) =>
  titles.map((title) => ({ file: 'local-account/test/sagemaker/training-channels.test.ts', title }));

/** How a training job's channels reach its containers. */
export const channels: readonly Behaviour[] = [
  {
    id: 'sagemaker-jobs/one-pipe-per-epoch',
    subjects: ['sagemaker:CreateTrainingJob'],
    does:
      'Pipe mode has no folder but a named pipe for each channel and epoch, such as /opt/ml/input/data/train_0, with the content of all objects one after the other. The next ' +
      "epoch's pipe may come into being late, so a script looks again; it may close a pipe before its end.",
    sources: [providing],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/container/pipe-channel.ts'],
    tests: tested(
      'has a pipe for each epoch, with the objects one after the other',
      'goes on with the next epoch when a script closes a pipe early, and ends with the script',
    ),
  },
  {
    id: 'sagemaker-jobs/gzip-is-for-pipes',
    subjects: [
      'sagemaker:CreateTrainingJob',
      'sagemaker:CreateHyperParameterTuningJob',
      'sagemaker:CreateProcessingJob',
    ],
    does:
      'SageMaker decompresses gzip on the way into a pipe only: CompressionType Gzip with File mode is refused, for processing jobs S3CompressionType likewise. A training job with ' +
      "File mode and one gzip channel in Pipe mode was refused in 2019; set the job's own mode to be safe.",
    sources: [
      { repository: 'aws/sagemaker-python-sdk', at: 'issue 716: the message' },
      model('Channel, CompressionType, and ProcessingS3Input, S3CompressionType'),
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/channel-rules.ts', 'local-account/sagemaker/jobs/processing-inputs.ts'],
    tests: tested(
      'decompresses gzip, and the channel has its own mode',
      'refuses what the mode does not allow',
      'refuses it in the jobs of a tuning job, too',
      'refuses pipes and gzip of processing jobs',
    ),
  },
  {
    id: 'sagemaker-jobs/record-wrapping-is-for-pipes',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
    does: 'RecordWrapperType RecordIO is for Pipe mode; in File mode it is unset or None.',
    sources: [model('Channel, RecordWrapperType')],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/jobs/channel-rules.ts'],
    tests: tested('refuses what the mode does not allow'),
  },
  {
    id: 'sagemaker-jobs/record-io-record-per-object',
    subjects: ['sagemaker:CreateTrainingJob'],
    does: 'RecordWrapperType RecordIO makes one RecordIO record of each object: magic number, length, content, zeros up to four bytes.',
    sources: [
      model('Channel, RecordWrapperType'),
      { repository: 'aws/sagemaker-python-sdk', at: 'src/sagemaker/amazon/common.py: _write_recordio (the format)' },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/container/record-io.ts'],
    tests: tested('wraps each object in a RecordIO record'),
  },
  {
    id: 'sagemaker-jobs/augmented-manifests-are-for-pipes',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
    does: 'S3DataType AugmentedManifestFile can only be used in Pipe mode (API reference; the developer guide has it in File mode, too). FastFile mode does not support it.',
    sources: [model('S3DataSource, S3DataType'), model('TrainingInputMode')],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/jobs/channel-rules.ts'],
    tests: tested('refuses what the mode does not allow'),
  },
  {
    id: 'sagemaker-jobs/fast-file-is-file-to-the-container',
    subjects: ['sagemaker:CreateTrainingJob'],
    does: 'inputdataconfig.json says File for a channel in FastFile mode, so a script for File mode needs no change. The channel is a read-only folder whose objects are read when they are needed.',
    sources: [providing],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/training-channels.ts'],
    tests: tested(
      'shows every object as a file, and is File to the container',
      'fetches an object when its file is opened, and no other',
    ),
  },
  {
    id: 'sagemaker-jobs/fast-file-takes-folders',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
    does: "A FastFile channel has S3DataType S3Prefix, and its S3Uri is no part of a folder's name: s3://bucket/train is not for train-01/data.csv.",
    sources: [providing],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/channel-rules.ts', 'local-account/sagemaker/jobs/training-channels.ts'],
    tests: tested('refuses what the mode does not allow', "refuses a part of a folder's name"),
  },
  {
    id: 'sagemaker-jobs/shuffled-by-object',
    subjects: ['sagemaker:CreateTrainingJob'],
    does:
      'ShuffleConfig shuffles the objects of a channel, not their records, by its seed; in Pipe mode anew at the start of each epoch. With ShardedByS3Key the shuffle is across hosts: ' +
      'a host gets other objects in each epoch.',
    sources: [model('Channel, ShuffleConfig')],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/channel-objects.ts'],
    tests: tested('shares the objects among hosts, and shuffles them anew for each epoch'),
  },
];
