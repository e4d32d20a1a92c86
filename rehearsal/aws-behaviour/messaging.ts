import type { Handling } from './handling';

export const messaging: readonly Handling[] = [
  {
    id: 'sqs/queue-policies-have-limits',
    enforcedBy: ['test/gates/invariants/policy-sizes.ts'],
    tests: [{ file: 'test/gates/policy-sizes.test.ts', title: 'is refused with %s' }],
  },
];
