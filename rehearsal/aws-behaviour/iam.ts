import type { ServiceLedger } from './behaviour';

const names = { page: 'IAM User Guide: IAM and AWS STS quotas', url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html' } as const;
const trails = {
  page: 'CloudTrail User Guide: Understanding multi-Region trails and opt-in Regions',
  url: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html',
} as const;

export const iam: ServiceLedger = {
  service: 'iam',
  behaviours: [
    {
      id: 'iam/names-without-regions',
      subjects: ['AWS::IAM::Role', 'AWS::CloudTrail::Trail', 'AWS::Budgets::Budget', 'AWS::CE::AnomalyMonitor', 'AWS::S3::Bucket'],
      does: 'Role names, budgets, cost anomaly monitors and bucket names are known in the whole account, not in one region, and a trail of all regions appears in each region under its name. A second deployment of a fixed name in another region is refused because the name exists.',
      sources: [names, trails],
      sure: 'likely',
      enforcedBy: ['lib/release/approver-role.ts', 'lib/foundation/audit-trail.ts'],
      tests: [
        { file: 'test/lib/names.test.ts', title: 'of one prefix share no global name in two regions' },
        { file: 'test/lib/names.test.ts', title: 'share no name in one region: %j' },
      ],
    },
    {
      id: 'iam/partitions-have-their-own-arns',
      subjects: ['AWS::IAM::Role', 'AWS::StepFunctions::StateMachine'],
      does: 'ARNs begin with the partition of the region: arn:aws-us-gov in AWS GovCloud (US), arn:aws-cn in China, also those of Step Functions integrations. Service endpoint names in China end in amazonaws.com.cn.',
      sources: [
        { page: 'IAM User Guide: Identify AWS resources with Amazon Resource Names (ARNs)', url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html' },
        { repository: 'aws/aws-cdk', at: 'issue 4597' },
      ],
      sure: 'certain',
      enforcedBy: ['lib/foundation/supported-region.ts'],
      tests: [{ file: 'test/lib/foundation/supported-region.test.ts', title: 'of another partition, %s, is refused when the stacks are synthesized' }],
    },
  ],
  readings: [{ subjects: ['AWS::IAM::Role'], pages: [names], found: ['iam/names-without-regions'] }],
};
