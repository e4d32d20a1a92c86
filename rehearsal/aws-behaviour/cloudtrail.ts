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
      enforcedBy: ['rehearsal/gateway/platform-host.ts', 'test/gates/invariants/trust.ts'],
      tests: [{ file: 'test/rehearsal/cloudtrail/cloudtrail.test.ts', title: 'refuses a trail whose log role asks who CloudTrail acts for: %j' }],
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
      enforcedBy: ['rehearsal/cloudtrail/trail.ts'],
      tests: [
        { file: 'test/rehearsal/cloudtrail/cloudtrail.test.ts', title: 'refuses a trail whose role may not write the log' },
        { file: 'test/rehearsal/cloudtrail/cloudtrail.test.ts', title: 'refuses a trail whose bucket does not admit it' },
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
      enforcedBy: ['rehearsal/cloudtrail/trail.ts'],
      tests: [{ file: 'test/rehearsal/cloudtrail/cloudtrail.test.ts', title: 'refuses a trail with digests when the bucket refuses the key of S3' }],
    },
  ],
  readings: [{ subjects: ['AWS::CloudTrail::Trail'], pages: [roleForLogs], found: ['cloudtrail/log-role-without-source-keys', 'cloudtrail/refusals-name-no-call'] }],
};
