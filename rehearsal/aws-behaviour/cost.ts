import type { ServiceLedger } from './behaviour';

export const cost: ServiceLedger = {
  service: 'budgets and cost explorer',
  behaviours: [
    {
      id: 'cost/anomaly-monitors-by-tag-need-the-management-account',
      subjects: ['AWS::CE::AnomalyMonitor'],
      does: 'Cost allocation tags belong to the account that pays. In a member account of an organization a custom cost anomaly monitor over a tag cannot be created, so the stack that holds it rolls back.',
      sources: [
        { repository: 'hashicorp/terraform-provider-aws', at: 'issue 37636: "Linked account doesn\'t have access to cost allocation tags"' },
        { repository: 'aws/aws-parallelcluster-ui', at: 'issue 242: the same refusal for an administrator of a member account' },
      ],
      sure: 'likely',
      enforcedBy: ['operator/commands/doctor.ts'],
      tests: [
        { file: 'test/operator/doctor.test.ts', title: 'refuses a cost anomaly monitor in a member account' },
        { file: 'test/lib/monitoring/monitoring-stack.test.ts', title: 'no cost anomaly monitor is deployed by default: most sandboxes are member accounts' },
      ],
    },
  ],
  readings: [],
};
