import type { Handling } from './handling';

export const sagemakerJobs: readonly Handling[] = [
  {
    id: 'sagemaker-jobs/log-lines-escape-control-characters',
    enforcedBy: ['lambda/track-experiment/records.ts', 'operator/experiments/curves.ts'],
    tests: [
      {
        file: 'test/operator/experiments.test.ts',
        title: 'shows parameters, versions and metrics by round side by side, and marks what differs',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/applied-quotas-leave-out-defaults',
    enforcedBy: ['operator/doctor/quotas.ts'],
    tests: [
      { file: 'test/operator/doctor.test.ts', title: 'takes the default of a quota that has no value of its own' },
    ],
  },
  {
    id: 'sagemaker-jobs/records-of-jobs-stay',
    enforcedBy: [
      'lambda/remove-job-records/handler.ts',
      'lib/training/job-records.ts',
      'operator/commands/verify-teardown.ts',
    ],
    tests: [
      {
        file: 'test/lambda/remove-job-records.test.ts',
        title: 'removes the records of this workflow alone, page by page, and leaves what still runs',
      },
      { file: 'test/operator/verify-teardown.test.ts', title: 'names the records that AWS keeps' },
    ],
  },
  {
    id: 'sagemaker-jobs/manifests',
    enforcedBy: ['lambda/select-labeled-captures/select.ts'],
    tests: [
      {
        file: 'test/lambda/select-labeled-captures.test.ts',
        title: 'are the captures of the hours of its window, of this endpoint only, and all labels',
      },
    ],
    unsettled: {
      chosen:
        'The model quality run lists the captures of its days. The job finds the hour of a file by the folders of its path below LocalPath, which the pages show for training and not for processing.',
      watch: 'The first nightly model quality run that has captures.',
      ifWrong:
        'The job fails and names a file that is not below yyyy/mm/dd/hh: the files lie in LocalPath without their folders.',
      change:
        'capture_files and hour_of in pipelines/steps/workflow: take the hour from the inferenceTime of the first line.',
    },
  },
  {
    id: 'sagemaker-jobs/s3-prefix-takes-every-key',
    enforcedBy: ['lambda/stage-batch-input/stage.ts', 'lib/monitoring/drift/drift-analysis-definition.ts'],
    tests: [
      {
        file: 'test/lambda/stage-batch-input.test.ts',
        title: 'is the file that arrived, and none beside it whose name begins alike',
      },
      {
        file: 'test/lib/monitoring/drift/drift-analysis-definition.test.ts',
        title: "runs the analyzer isolated, on the hour's captures, against the live model's baseline",
      },
    ],
  },
  {
    id: 'sagemaker-jobs/line-splitting',
    enforcedBy: ['lambda/stage-batch-input/stage.ts'],
    tests: [
      {
        file: 'test/lambda/stage-batch-input.test.ts',
        title: 'has a record a line, of a file with %s; and the check finds every row',
      },
    ],
    unsettled: {
      chosen:
        'The job gets a copy without any of these, under a name of plain characters, so it does not matter which reading is right.',
      watch:
        'After the first batch, the report under batch/report/ of the artifacts bucket and the names below batch/output/.',
      ifWrong:
        'Rows are reported as missing though the job is Completed, because outputs have other names than <name>.out or lines are joined otherwise.',
      change: 'How outputs are found and read, in lambda/check-completeness/completeness.ts.',
    },
  },
  {
    id: 'sagemaker-jobs/quotas-also-count-all-instance-types',
    enforcedBy: ['operator/doctor/quotas.ts'],
    tests: [
      {
        file: 'test/operator/doctor.test.ts',
        title: 'counts what runs at the same time, of one type and of all types together',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/algorithms-define-their-metrics',
    enforcedBy: [],
    tests: [
      {
        file: 'test/pipelines/flight-disruption.test.ts',
        title: 'leaves the metric definitions to the algorithm: AWS refuses others for its own images',
      },
    ],
    unsettled: {
      chosen:
        'The objective is validation:aucpr, the area under the precision-recall curve, because the quality gate measures that too. A published description of an XGBoost 0.90-1 ' +
        "tuning job lists it among SageMaker's definitions, and the source of the 3.0-5 container computes it and names it as tunable. The developer guide's table does not list it. " +
        'validation:map, which it lists, is for rankings: on a binary target without groups it measures something else.',
      watch:
        'The first execution of the training pipeline: its step TuneModel starts a tuning job, and the description of that job lists validation:aucpr in MetricDefinitions.',
      ifWrong:
        'TuneModel fails at once with a ValidationException that names the objective metric, before any instance is paid for.',
      change:
        'MetricName \'validation:auc\' in pipelines/flight-disruption/tuning-job.ts, and METRIC = "auc" in pipelines/steps/workflow/train.py.',
    },
  },
  {
    id: 'sagemaker-jobs/names-have-a-greatest-length',
    enforcedBy: ['lib/shared/stack/name-length.ts'],
    tests: [
      {
        file: 'test/lib/shared/stack/name-length.test.ts',
        title:
          'refuses a prefix with which the names of jobs would be too long at run time, naming prefix, part and limit',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/local-storage-takes-no-key',
    enforcedBy: ['lib/shared/sagemaker/local-storage.ts'],
    tests: [
      { file: 'test/lib/shared/sagemaker/local-storage.test.ts', title: 'refuses %s: its disks take no key of ours' },
    ],
  },
  {
    id: 'sagemaker-jobs/missing-jobs-by-their-words',
    enforcedBy: ['operator/experiments/training-run.ts'],
    tests: [{ file: 'test/operator/experiments.test.ts', title: 'says which job there is not' }],
    unsettled: {
      chosen:
        'For a transform job that does not exist, SageMaker returns the same error as for a processing job: no public client says which code it has. Our batch state machine takes either for "not there".',
      watch: '`aws sagemaker describe-transform-job --transform-job-name nowhere`.',
      ifWrong: 'Another code or text than "ValidationException ... Could not find requested job with name: nowhere".',
      change:
        'local-account/sagemaker/jobs/transform.ts, and the Choice DoesJobExist in lib/serving/batch-state-machine/transform-job.ts if the text has no "Could not find".',
    },
  },
];
