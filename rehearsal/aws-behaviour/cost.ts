import type { Handling } from './handling';

export const cost: readonly Handling[] = [
  {
    id: 'cost/anomaly-monitors-by-tag-need-the-management-account',
    enforcedBy: ['operator/doctor/cost-anomalies.ts'],
    tests: [
      { file: 'test/operator/doctor.test.ts', title: 'refuses a cost anomaly monitor in a member account' },
      {
        file: 'test/lib/monitoring/monitoring-stack.test.ts',
        title: 'no cost anomaly monitor is deployed by default: most sandboxes are member accounts',
      },
    ],
  },
  {
    id: 'cost/topics-admit-their-senders',
    enforcedBy: ['lib/monitoring/alarms/notification-topic.ts', 'lib/foundation/keys.ts'],
    tests: [
      {
        file: 'test/lib/foundation/foundation-stack.test.ts',
        title: 'let alarms, rules and budgets publish to encrypted topics',
      },
    ],
  },
];
