import type { Handling } from './handling';

export const lambda: readonly Handling[] = [
  {
    id: 'lambda/execution-roles-without-source-keys',
    enforcedBy: ['lib/shared/function/workflow-function.ts', 'test/gates/invariants/trust.ts'],
    tests: [],
    unsettled: {
      chosen:
        'The roles of functions trust lambda.amazonaws.com without a condition, which works under either reading. Only a principal of this account can pass such a role.',
      watch: 'Nothing in the first deployment: the functions are made either way.',
      ifWrong: 'A scanner lists the roles as open to a confused deputy, though Lambda sends the keys.',
      change:
        'In lib/shared/function/workflow-function.ts, ask for aws:SourceAccount again; take Lambda out of the two lists in local-account/gateway/platform-host.ts and test/gates/invariants/trust.ts.',
    },
  },
];
