import type { Handling } from './handling';

export const cloudtrail: readonly Handling[] = [
  {
    id: 'cloudtrail/log-role-without-source-keys',
    enforcedBy: ['test/gates/invariants/trust.ts'],
    tests: [],
  },
  {
    id: 'cloudtrail/services-are-named-as-the-source',
    enforcedBy: ['lib/monitoring/alarms/endpoint-alarms.ts'],
    tests: [
      { file: 'test/lib/monitoring/alarms/endpoint-alarms.test.ts', title: 'ignores a deletion by CloudFormation' },
      {
        file: 'test/story/endpoint-alarms.ts',
        title: 'EndpointDeleted: a person deletes the endpoint, and it is created again',
      },
    ],
    unsettled: {
      chosen:
        'The alarm EndpointDeleted leaves out deletions whose sourceIPAddress is CloudFormation. The page says so of services in general, not of a stack with a service role of its own.',
      watch:
        'The alarm EndpointDeleted when a release removes the endpoint: an idle endpoint, or `npm run mlops -- recreate-endpoint`.',
      ifWrong: 'EndpointDeleted goes to ALARM although CloudFormation deleted the endpoint.',
      change:
        'Compare `userIdentity.invokedBy` or the session of the serving deployment role in the filter of lib/monitoring/alarms/endpoint-alarms.ts.',
    },
  },
];
