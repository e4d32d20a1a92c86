import type { Handling } from './handling';

export const iam: readonly Handling[] = [
  {
    id: 'iam/names-without-regions',
    enforcedBy: ['lib/release/approver-role.ts', 'lib/data-lake/audit-trail.ts'],
    tests: [
      { file: 'test/lib/names.test.ts', title: 'of one prefix share no global name in two regions' },
      { file: 'test/lib/names.test.ts', title: 'share no name in one region: %j' },
    ],
  },
  {
    id: 'iam/partitions-have-their-own-arns',
    enforcedBy: ['lib/shared/stack/supported-region.ts'],
    tests: [
      {
        file: 'test/lib/shared/stack/supported-region.test.ts',
        title: 'of another partition, %s, is refused when the stacks are synthesized',
      },
    ],
  },
  {
    id: 'iam/inline-policies-have-a-limit',
    enforcedBy: ['test/gates/invariants/policy-sizes.ts'],
    tests: [{ file: 'test/gates/policy-sizes.test.ts', title: 'are refused before IAM refuses more than 10,240' }],
  },
];
