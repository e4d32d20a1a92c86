import type { Handling } from './handling';

export const ssm: readonly Handling[] = [
  {
    id: 'ssm/update-writes-the-template-value',
    enforcedBy: ['lib/shared/ssm/state-parameters.ts'],
    tests: [
      { file: 'test/lambda/keep-parameter.test.ts', title: 'leaves alone what a release wrote, also on %s' },
      { file: 'test/story/reconfiguration.test.ts', title: 'stacks with another tag' },
    ],
  },
  {
    id: 'ssm/a-write-may-not-be-seen-at-once',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen:
        'A release writes the parameter and updates the Serving stack in the next state. Should CloudFormation read the old value, it has nothing to update, and the release goes on to its proof as after an update.',
      watch: 'The first releases: "No updates are to be performed" right after the parameter was written.',
      ifWrong:
        'A release ends although the endpoint still serves the version before. For batch scoring nothing in the release sees it.',
      change: 'In lib/release/state-machine/update.ts, put a Wait of 15 seconds between the parameter and the update.',
    },
  },
];
