import type { ServiceLedger } from './behaviour';

const roleForLogs = {
  page: 'CloudTrail User Guide: Role policy document for CloudTrail to use CloudWatch Logs for monitoring',
  url: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html',
} as const;

export const cloudtrail: ServiceLedger = {
  service: 'cloudtrail',
  behaviours: [
    {
      id: 'cloudtrail/log-role-without-source-keys',
      subjects: ['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 'AWS::CloudTrail::Trail'],
      does: 'CloudTrail sends neither aws:SourceArn nor aws:SourceAccount when it takes the role of a log group. A trust policy that asks for one of them refuses CloudTrail, although bucket and key policies may ask for them.',
      sources: [roleForLogs, { repository: 'prowler-cloud/prowler', at: 'issue 4714' }],
      sure: 'likely',
      enforcedBy: ['local-account/gateway/platform-host.ts'],
      tests: [
        {
          file: 'local-account/test/cloudtrail/cloudtrail.test.ts',
          title: 'refuses a trail whose log role asks who CloudTrail acts for: %j',
        },
      ],
    },
    {
      id: 'cloudtrail/refusals-name-no-call',
      subjects: ['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail'],
      does: 'When bucket, key, role or log group do not admit a trail, CloudTrail answers with its own exception and one fixed sentence. It does not say which call was denied.',
      sources: [
        { repository: 'cloudposse/terraform-aws-cloudtrail-cloudwatch-alarms', at: 'issue 2' },
        { repository: 'aws/aws-cdk', at: 'issue 1963' },
        { repository: 'hashicorp/terraform', at: 'issue 29991' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/cloudtrail/trail.ts'],
      tests: [
        {
          file: 'local-account/test/cloudtrail/cloudtrail.test.ts',
          title: 'refuses a trail whose role may not write the log',
        },
        {
          file: 'local-account/test/cloudtrail/cloudtrail.test.ts',
          title: 'refuses a trail whose bucket does not admit it',
        },
      ],
    },
    {
      id: 'cloudtrail/digests-under-the-key-of-s3',
      subjects: ['cloudtrail:CreateTrail', 'AWS::CloudTrail::Trail', 'AWS::S3::BucketPolicy'],
      does: 'With a KMS key, CloudTrail encrypts its log files with that key, but its digest files with the key of S3. A bucket policy that refuses AES256 refuses the digests.',
      sources: [
        {
          page: 'CloudTrail User Guide: Encrypting CloudTrail log files, digest files, and event data stores with AWS KMS keys (SSE-KMS)',
          url: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/cloudtrail/trail.ts'],
      tests: [
        {
          file: 'local-account/test/cloudtrail/cloudtrail.test.ts',
          title: 'refuses a trail with digests when the bucket refuses the key of S3',
        },
      ],
    },
    {
      id: 'cloudtrail/services-are-named-as-the-source',
      subjects: ['cloudtrail:LookupEvents', 'AWS::CloudTrail::Trail'],
      does: 'The record of a call that a service makes for somebody, such as CloudFormation for a stack, has the DNS name of the service as sourceIPAddress ("cloudformation.amazonaws.com"), not the address of the person.',
      sources: [
        {
          page: 'CloudTrail User Guide: CloudTrail record contents for management, data, and network activity events, sourceIPAddress',
          url: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/cloudtrail/record.ts'],
      tests: [],
    },
    {
      id: 'cloudtrail/log-group-and-role-together',
      subjects: ['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail', 'AWS::CloudTrail::Trail'],
      does: 'A trail has a log group and a role for it, or neither. A log group alone is refused with "You must specify a role ARN as well as a log group."; the message for a role alone is ours.',
      sources: [
        { repository: 'hashicorp/terraform-provider-aws', at: 'issue 148, and pulumi/docs issue 5117: the words' },
        { repository: 'Checkmarx/kics', at: 'issue 2472: a role needs a log group' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/cloudtrail/trail.ts'],
      tests: [
        {
          file: 'local-account/test/cloudtrail/cloudtrail.test.ts',
          title: 'refuses a trail that names a log group without a role, or a role without a log group',
        },
      ],
    },
    {
      id: 'cloudtrail/lookup-limits',
      subjects: ['cloudtrail:LookupEvents'],
      does: 'LookupEvents takes one attribute, a time range that does not end before it starts, and at most 50 results a page. The message is ours.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/cloudtrail/2013-11-01/service-2.json: documentation of LookupEvents, its members and its errors',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/cloudtrail/service.ts'],
      tests: [
        { file: 'local-account/test/cloudtrail/cloudtrail.test.ts', title: 'finds by time, newest first, in pages' },
      ],
    },
  ],
  readings: [
    {
      subjects: ['AWS::CloudTrail::Trail'],
      pages: [roleForLogs],
      found: ['cloudtrail/log-role-without-source-keys', 'cloudtrail/refusals-name-no-call'],
    },
    {
      subjects: [
        'cloudtrail:CreateTrail',
        'cloudtrail:UpdateTrail',
        'cloudtrail:DeleteTrail',
        'cloudtrail:StartLogging',
        'cloudtrail:StopLogging',
        'cloudtrail:GetTrail',
        'cloudtrail:GetTrailStatus',
        'cloudtrail:DescribeTrails',
        'cloudtrail:ListTrails',
        'cloudtrail:PutEventSelectors',
        'cloudtrail:GetEventSelectors',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/cloudtrail/2013-11-01/service-2.json: documentation of these operations and their members: names of trails, selectors and their operators, global events',
        },
        {
          repository: 'hashicorp/terraform-provider-aws',
          at: 'issue 28582 and pull request 32670: objects of a bucket are selected by StartsWith, not by Equals',
        },
        {
          repository: 'aws-ia/terraform-aws-control_tower_account_factory',
          at: 'issue 513: a trail that records its own deliveries; ours selects no object of its own bucket',
        },
      ],
      found: [
        'cloudtrail/log-role-without-source-keys',
        'cloudtrail/refusals-name-no-call',
        'cloudtrail/digests-under-the-key-of-s3',
        'cloudtrail/log-group-and-role-together',
      ],
    },
    {
      subjects: ['cloudtrail:LookupEvents'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/cloudtrail/2013-11-01/service-2.json: documentation of LookupEvents, its members and its errors',
        },
      ],
      found: ['cloudtrail/lookup-limits'],
    },
  ],
};
