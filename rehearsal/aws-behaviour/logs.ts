import type { Handling } from './handling';

export const logs: readonly Handling[] = [
  {
    id: 'logs/resource-policies-are-ten',
    enforcedBy: ['operator/doctor/log-delivery.ts'],
    tests: [
      {
        file: 'test/operator/doctor.test.ts',
        title: 'fails when Step Functions could not create the policy that its logs need',
      },
    ],
  },
];
