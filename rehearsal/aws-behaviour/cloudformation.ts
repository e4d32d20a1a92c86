import type { ServiceLedger } from './behaviour';

export const cloudformation: ServiceLedger = {
  service: 'cloudformation',
  behaviours: [
    {
      id: 'cloudformation/update-without-changes-is-an-error',
      subjects: ['cloudformation:UpdateStack'],
      does: 'An update that changes nothing is refused with a ValidationError, "No updates are to be performed.". Clients tell it from a real fault by that text.',
      sources: [
        { repository: 'aws/aws-toolkit-azure-devops', at: 'pull request 536, which also reports a longer form with the same ending' },
        { page: 'AWS CloudFormation stack updates', url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html' },
      ],
      sure: 'certain',
      enforcedBy: ['rehearsal/cloudformation/service.ts'],
      tests: [{ file: 'test/rehearsal/cloudformation/stacks.test.ts', title: 'an update that changes nothing is refused as AWS refuses it' }],
    },
    {
      id: 'cloudformation/resource-types-differ-by-region',
      subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:DescribeType', 'AWS::Budgets::Budget', 'AWS::SageMaker::MonitoringSchedule', 'AWS::SageMaker::ModelPackageGroup'],
      does: 'Each region has its own list of resource types. A template with a type that the region lacks is refused as a whole ("Template format error: Unrecognized resource types"), unless a condition leaves the resource out. DescribeType answers TypeNotFoundException for such a type.',
      sources: [
        { repository: 'aws-cloudformation/cfn-lint', at: 'issues 2657 and 3495: a resource that a condition on the region leaves out deploys; the package carries the list of each region' },
        { repository: 'aws/aws-cdk', at: 'issue 25634: the words of the refusal, and the exception for conditions' },
      ],
      sure: 'likely',
      enforcedBy: ['rehearsal/cloudformation/regional-types.ts', 'operator/commands/doctor.ts', 'lib/monitoring/budget.ts'],
      tests: [
        { file: 'test/rehearsal/cloudformation/regional-types.test.ts', title: 'refuses a type that the region lacks, unless a condition leaves it out' },
        { file: 'test/operator/doctor.test.ts', title: 'says which resource types the region lacks' },
        { file: 'test/lib/monitoring/monitoring-stack.test.ts', title: 'the budget is left out where CloudFormation does not know it' },
      ],
      unsettled: {
        chosen: 'The budget has a condition on the region; every other type must be there.',
        watch: 'The first deployment of the Monitoring stack in a region of that list, such as eu-north-1.',
        ifWrong: 'CreateChangeSet fails with "Unrecognized resource types: [AWS::Budgets::Budget]" although the condition is false.',
        change: 'Make `budget` optional in lib/config.ts and leave the construct out.',
      },
    },
  ],
  readings: [],
};
