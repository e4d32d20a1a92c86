import type { Handling } from './handling';

export const glueAthena: readonly Handling[] = [
  {
    id: 'glue-athena/projections-are-read-by-queries',
    enforcedBy: ['lib/data-lake/catalog.ts'],
    tests: [
      {
        file: 'test/lib/data-lake/data-lake-stack.test.ts',
        title: 'projects each partition key of %s as Athena reads it',
      },
    ],
  },
];
