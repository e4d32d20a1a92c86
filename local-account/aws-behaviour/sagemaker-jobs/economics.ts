import type { Behaviour } from '../behaviour';

/** What makes training cheaper: spot capacity with checkpoints, and trials that end early. */
export const economics: readonly Behaviour[] = [
  {
    id: 'sagemaker-jobs/checkpoints-are-copied-while-training-runs',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateHyperParameterTuningJob'],
    does:
      "SageMaker copies the checkpoint folder to S3 while the training runs, as the job's role, and back into the folder before a container starts. All hosts of " +
      'a job share one place without a suffix: names that two of them write overwrite each other.',
    sources: [
      {
        repository: 'awsdocs/amazon-sagemaker-developer-guide',
        at: 'doc_source/model-checkpoints.md ("stored in real time"; considerations for checkpointing)',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/checkpoints.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training-economics.test.ts',
        title: 'copies checkpoints to S3 while training runs, and goes on from them when spot capacity was taken away',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/spot-interruptions-start-again',
    subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob'],
    does:
      'A managed spot job whose instances are taken away stays InProgress: Training, Interrupted, Starting, Downloading, Training. Once waiting and running together ' +
      'exceed MaxWaitTimeInSeconds, it is Stopping and then Stopped with the secondary status MaxWaitTimeExceeded.',
    sources: [
      {
        repository: 'awsdocs/amazon-sagemaker-developer-guide',
        at: 'doc_source/model-managed-spot-training.md, managed spot training lifecycle',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/training-run.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training-economics.test.ts',
        title: 'ends a job whose capacity stays away for longer than it may wait',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/trials-stop-by-the-median-rule',
    subjects: ['sagemaker:CreateHyperParameterTuningJob'],
    does:
      'With TrainingJobEarlyStoppingType Auto a trial is stopped whose objective is worse than the median of the running averages that completed trials had up to the ' +
      'same epoch. No trial is stopped before a number of epochs that follows from how long completed trials took.',
    sources: [
      {
        repository: 'awsdocs/amazon-sagemaker-developer-guide',
        at: 'doc_source/automatic-model-tuning-early-stopping.md',
      },
      {
        page: 'Amazon SageMaker Automatic Model Tuning: Scalable Gradient-Free Optimization, early stopping',
        url: 'https://arxiv.org/abs/2012.08489',
      },
    ],
    // The rule is documented; the number of epochs without a comparison is not.
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/jobs/early-stopping.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training-economics.test.ts',
        title: 'stops a trial that is worse than the median of the completed ones at the same epoch',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/hyperband-stops-its-trials',
    subjects: ['sagemaker:CreateHyperParameterTuningJob'],
    does:
      'The strategy Hyperband stops trials by its own rule, none before MinResource epochs and each at MaxResource, so TrainingJobEarlyStoppingType must be Off. ' +
      'Without MaxResource it takes epochs, numepochs, n-epochs, n_epochs or num_epochs of the static hyperparameters, and refuses a request that has none. The ' +
      'largest MaxResource is 20,000.',
    sources: [
      {
        page: 'HyperbandStrategyConfig',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperbandStrategyConfig.html',
      },
      {
        page: 'HyperParameterTuningJobConfig, TrainingJobEarlyStoppingType',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningJobConfig.html',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/tuning-rules.ts', 'local-account/sagemaker/jobs/early-stopping.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training-economics.test.ts',
        title: 'stops trials by Hyperband, none before MinResource',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/sigterm-reaches-the-first-process',
    subjects: ['sagemaker:StopTrainingJob', 'sagemaker:StopProcessingJob'],
    does:
      'A container that is to end gets SIGTERM, and SIGKILL 120 seconds later. The signal goes to its first process; the toolkit of the framework images does not ' +
      'pass it to the script, so in script mode only a checkpoint that was there before counts.',
    sources: [
      { repository: 'aws/sagemaker-training-toolkit', at: 'issues 125 and 173 (open)' },
      {
        page: 'StoppingCondition',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/container/process.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training-economics.test.ts',
        title: 'tells only the first process of a container that it ends: a script that is one can save at once',
      },
    ],
  },
];
