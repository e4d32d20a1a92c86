import type { Handling } from './handling';

export const kms: readonly Handling[] = [
  {
    id: 'kms/no-source-keys-for-rules-and-alarms',
    enforcedBy: ['test/gates/invariants/resource-policies.ts'],
    tests: [],
    unsettled: {
      chosen:
        'The operations key names EventBridge and CloudWatch without a condition, which works under either reading. The policies of queues and topics name the source. The statement for Budgets and Cost Anomaly Detection keeps aws:SourceAccount.',
      watch: 'The first alarm that reaches the notification topic, and the first notice of the budget.',
      ifWrong:
        'The alarm history says "Failed to execute action ... CloudWatch Alarms does not have authorization to access the SNS topic encryption key", or a budget over its threshold sends nothing.',
      change: 'In lib/foundation/keys.ts, move the service to the statement without a condition.',
    },
  },
];
