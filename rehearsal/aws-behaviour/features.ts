import type { Handling } from './handling';

const stack = 'test/lib/features/features-stack.test.ts';

/** Of DynamoDB and of the feature store, which keep what a stream tells. */
export const features: readonly Handling[] = [
  {
    id: 'dynamodb/backups-outlive-tables',
    enforcedBy: ['lib/features/flight-rows.ts'],
    tests: [{ file: stack, title: 'rows of flights expire, and nothing is left when the stack goes' }],
  },
  {
    id: 'dynamodb/expired-items-stay-for-a-while',
    enforcedBy: ['lambda/write-airport-state/known-flights.ts'],
    tests: [
      { file: 'test/lambda/write-airport-state.test.ts', title: 'counts the flights of its windows, and none outside' },
    ],
  },
  {
    id: 'sagemaker-feature-store/offline-store-is-written-as-the-role',
    enforcedBy: ['lib/features/airport-state-store.ts'],
    tests: [
      { file: stack, title: 'has the features of the problem, both stores with our key, and a time to live online' },
    ],
  },
  {
    id: 'sagemaker-feature-store/online-store-key',
    enforcedBy: ['lib/features/state-writer.ts'],
    tests: [{ file: stack, title: 'of the writer are one index and one feature group' }],
  },
];
