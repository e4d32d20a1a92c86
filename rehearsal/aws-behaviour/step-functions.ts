import type { Handling } from './handling';

export const stepFunctions: readonly Handling[] = [
  {
    id: 'step-functions/glue-jobs-are-polled',
    enforcedBy: [],
    tests: [
      {
        file: 'test/lib/data-lake/training-set.test.ts',
        title: "lets its state machine poll and stop the job's runs, without a rule of EventBridge",
      },
    ],
  },
  {
    id: 'step-functions/errors-under-the-base-name',
    enforcedBy: ['lib/shared/state-machine/states-language.ts'],
    tests: [
      {
        file: 'test/lib/state-machines.test.ts',
        title: 'retries every task that its service throttles, by the error name that arrives',
      },
    ],
    unsettled: {
      chosen: 'The Retry of every Task names both forms, so it matches under either reading.',
      watch: 'TaskFailed events in the history of the first executions.',
      ifWrong: 'A throttled call fails its state at once, with an error name that no Retry lists.',
      change: 'Add the name to `retryTransient` or `retryJobStart` in lib/shared/state-machine/states-language.ts.',
    },
  },
  {
    id: 'step-functions/sync-jobs-are-tagged',
    enforcedBy: [],
    tests: [
      { file: 'test/lib/state-machines.test.ts', title: 'may tag the jobs that it waits for, and read their tags' },
    ],
  },
  {
    id: 'step-functions/payloads-have-a-limit',
    enforcedBy: ['lib/monitoring/analysis-job/analysis-definition.ts', 'pipelines/flight-disruption/model-card.ts'],
    tests: [
      {
        file: 'test/lib/state-machines.test.ts',
        title: 'drops the description of a model package before it starts a job',
      },
      {
        file: 'test/pipelines/flight-disruption.test.ts',
        title: 'has a model card that leaves room for the package in the state machines that read it',
      },
    ],
  },
  {
    id: 'step-functions/machines-are-deleted-with-their-last-execution',
    enforcedBy: ['operator/commands/verify-teardown.ts'],
    tests: [
      {
        file: 'test/operator/verify-teardown.test.ts',
        title: 'names the running executions that keep a state machine',
      },
    ],
  },
  {
    id: 'step-functions/leaves-what-its-machines-share',
    enforcedBy: ['operator/commands/verify-teardown.ts'],
    tests: [
      {
        file: 'test/operator/verify-teardown.test.ts',
        title: 'leaves what Step Functions shares between the state machines of the account',
      },
    ],
  },
  {
    id: 'step-functions/roles-name-their-machine',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen:
        'The trust policy names the one state machine whose role it is. The name is fixed, so the ARN is known before the state machine exists.',
      watch: 'The first state machine of the first deployment, that of batch scoring in the Serving stack.',
      ifWrong:
        'CREATE_FAILED with "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role" or "is not authorized to access the Log Destination".',
      change:
        'In lib/shared/state-machine/state-machine.ts, use ArnLike with stateMachine:* of the account and region, as the guide shows.',
    },
  },
];
