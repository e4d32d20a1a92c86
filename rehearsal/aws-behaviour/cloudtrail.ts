import type { Handling } from './handling';

export const cloudtrail: readonly Handling[] = [
  {
    id: 'cloudtrail/log-role-without-source-keys',
    enforcedBy: ['test/gates/invariants/trust.ts'],
    tests: [],
  },
];
