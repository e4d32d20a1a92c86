import type { Handling } from './handling';

export const cloudwatch: readonly Handling[] = [
  {
    id: 'cloudwatch/metric-data-limits',
    enforcedBy: [
      'lambda/publish-drift-metrics/drift-metrics.ts',
      'lambda/select-captures/window.ts',
      'pipelines/steps/workflow/bias.py',
    ],
    tests: [
      {
        file: 'test/local-account/drift-metrics.test.ts',
        title:
          "takes the drift metrics of an hour that has only begun, stamped with now, and would refuse the hour's end",
      },
      {
        file: 'test/lambda/drift-functions.test.ts',
        title: 'publishes an hour that is not over with the current time',
      },
    ],
  },
  {
    id: 'cloudwatch/new-alarms-lack-data',
    enforcedBy: ['lib/shared/alarms/alarm-catalog.ts'],
    tests: [
      {
        file: 'test/rehearsal/monitoring/model-quality-alarms.test.ts',
        title:
          'do not fire before the first model quality run, then notify when none succeeds for two days, and clear with the next',
      },
      { file: 'test/story/alarms.test.ts', title: 'is no alarm: the stacks are new, and nothing has run yet' },
    ],
  },
];
