import type { ServiceLedger } from './behaviour';

const patterns = {
  page: 'EventBridge User Guide: Comparison operators for use in event patterns in Amazon EventBridge',
  url: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html',
} as const;

export const events: ServiceLedger = {
  service: 'events',
  behaviours: [
    {
      id: 'events/numeric-range',
      subjects: ['events:PutRule', 'AWS::Events::Rule'],
      does: 'Numeric matching works for values between -5.0e9 and +5.0e9. A number outside of that range, such as the size of an object over 5 GB, matches no numeric condition.',
      sources: [patterns, { repository: 'aws/event-ruler', at: 'README, Numeric Matching' }],
      sure: 'likely',
      enforcedBy: ['rehearsal/events/event-pattern.ts'],
      tests: [{ file: 'test/rehearsal/events/event-pattern.test.ts', title: 'numeric beyond what EventBridge compares' }],
    },
  ],
  readings: [{ subjects: ['AWS::Events::Rule'], pages: [patterns], found: ['events/numeric-range'] }],
};
