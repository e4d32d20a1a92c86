import type { ServiceLedger } from './behaviour';

export const cost: ServiceLedger = {
  service: 'budgets and cost explorer',
  behaviours: [
    {
      id: 'cost/anomaly-monitors-by-tag-need-the-management-account',
      subjects: ['AWS::CE::AnomalyMonitor'],
      does: 'Cost allocation tags belong to the account that pays. In a member account of an organization a custom cost anomaly monitor over a tag cannot be created, so the stack that holds it rolls back.',
      sources: [
        {
          repository: 'hashicorp/terraform-provider-aws',
          at: 'issue 37636: "Linked account doesn\'t have access to cost allocation tags"',
        },
        {
          repository: 'aws/aws-parallelcluster-ui',
          at: 'issue 242: the same refusal for an administrator of a member account',
        },
      ],
      sure: 'likely',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'cost/topics-admit-their-senders',
      subjects: ['AWS::Budgets::Budget', 'AWS::CE::AnomalySubscription', 'AWS::SNS::TopicPolicy'],
      does: 'Budgets and Cost Anomaly Detection publish to a topic of the same account as budgets.amazonaws.com and costalerts.amazonaws.com. The topic policy must admit them, and may ask for the source account; the key of an encrypted topic must admit them, too. Otherwise budget and subscription are created, and nobody is notified.',
      sources: [
        {
          page: 'Creating an Amazon SNS topic for budget notifications - AWS Cost Management',
          url: 'https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html',
        },
        {
          page: 'Creating an Amazon SNS topic for anomaly notifications - Amazon Cost Management',
          url: 'https://docs.amazonaws.cn/en_us/cost-management/latest/userguide/ad-SNS.html',
        },
        {
          repository: 'ministryofjustice/analytical-platform',
          at: 'issue 2834, and freelawproject/courtlistener, issue 1669: subscriptions that could not publish',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::Budgets::Budget',
        'budgets:CreateBudget',
        'budgets:UpdateBudget',
        'budgets:DeleteBudget',
        'budgets:CreateNotification',
        'budgets:DeleteNotification',
        'budgets:CreateSubscriber',
        'budgets:DescribeBudget',
        'budgets:DescribeBudgets',
        'budgets:DescribeNotificationsForBudget',
        'budgets:DescribeSubscribersForNotification',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/budgets/2016-10-20/service-2.json: documentation of CreateBudget and its members: at most 10 notifications of 11 subscribers, names unique in an account',
        },
        {
          page: 'Creating an Amazon SNS topic for budget notifications - AWS Cost Management',
          url: 'https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html',
        },
      ],
      found: ['cost/topics-admit-their-senders', 'cloudformation/resource-types-differ-by-region'],
    },
    {
      subjects: ['AWS::CE::AnomalyMonitor', 'AWS::CE::AnomalySubscription'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/ce/2017-10-25/service-2.json: documentation of CreateAnomalyMonitor, CreateAnomalySubscription and their members: a threshold expression with GREATER_THAN_OR_EQUAL, and not the older threshold beside it',
        },
        {
          page: 'Creating an Amazon SNS topic for anomaly notifications - Amazon Cost Management',
          url: 'https://docs.amazonaws.cn/en_us/cost-management/latest/userguide/ad-SNS.html',
        },
      ],
      found: ['cost/anomaly-monitors-by-tag-need-the-management-account', 'cost/topics-admit-their-senders'],
    },
    {
      subjects: [
        'service-quotas:ListServiceQuotas',
        'service-quotas:ListServices',
        'service-quotas:ListAWSDefaultServiceQuotas',
        'service-quotas:GetAWSDefaultServiceQuota',
        'service-quotas:ListRequestedServiceQuotaChangeHistory',
        'service-quotas:GetServiceQuota',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/service-quotas/2019-06-24/service-2.json: documentation of these operations: ListServiceQuotas leaves out quotas without an applied value, and doctor then warns that it found none',
        },
      ],
      found: 'nothing beyond the model',
    },
  ],
};
