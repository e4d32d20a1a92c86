import type { Handling } from './handling';

export const cloudformation: readonly Handling[] = [
  {
    id: 'cloudformation/cdk-keeps-parameter-values',
    enforcedBy: ['lib/serving/serving-stack.ts'],
    tests: [],
  },
  {
    id: 'cloudformation/ssm-parameters-read-as-caller',
    enforcedBy: ['lib/serving/serving-parameters.ts'],
    tests: [
      {
        file: 'test/lib/portability.test.ts',
        title: "the %s stack lets CloudFormation read no SSM parameter but the bootstrap's version",
      },
    ],
    unsettled: {
      chosen:
        "No template has a parameter of an SSM type but CDK's own BootstrapVersion, which both the deploy role (ReadVersion of the bootstrap template) and the default execution role may read. It is right whoever reads.",
      watch: 'Nothing, unless a template gets a parameter of an SSM type.',
      ifWrong: 'CreateChangeSet fails with "User doesn\'t have permission to call ssm:GetParameters".',
      change: 'Pass the value as a plain parameter, as lib/serving/serving-parameters.ts does.',
    },
  },
  {
    id: 'cloudformation/stored-role',
    enforcedBy: [],
    tests: [
      { file: 'test/operator/verify-teardown.test.ts', title: 'says how to delete a Serving stack whose role is gone' },
    ],
  },
  {
    id: 'cloudformation/resource-types-differ-by-region',
    enforcedBy: ['operator/doctor/region.ts', 'lib/monitoring/cost/budget.ts'],
    tests: [
      { file: 'test/operator/doctor.test.ts', title: 'says which resource types the region lacks' },
      {
        file: 'test/lib/monitoring/monitoring-stack.test.ts',
        title: 'the budget is left out where CloudFormation does not know it',
      },
    ],
    unsettled: {
      chosen: 'The budget has a condition on the region; every other type must be there.',
      watch: 'The first deployment of the Monitoring stack in a region of that list, such as eu-north-1.',
      ifWrong:
        'CreateChangeSet fails with "Unrecognized resource types: [AWS::Budgets::Budget]" although the condition is false.',
      change: 'Make `budget` optional in lib/config.ts and leave the construct out.',
    },
  },
  {
    id: 'cloudformation/validates-before-it-deploys',
    enforcedBy: [],
    tests: [],
    unsettled: {
      chosen:
        "Validation stays on. Every template passes the same schemas at synth (the security checks run CloudFormation's own validation).",
      watch:
        'The first `npm run mlops -- recreate-endpoint` right after an idle endpoint was removed, and the first release after a rolled-back one.',
      ifWrong:
        'The update of the Serving stack fails at once because the name of an endpoint that is still being deleted counts as taken.',
      change:
        'Pass DisableValidation in the UpdateStack task of lib/release/state-machine/steps.ts and in operator/commands/recreate-endpoint.ts.',
    },
  },
];
