import type { ServiceLedger } from './behaviour';

const names = {
  page: 'IAM User Guide: IAM and AWS STS quotas',
  url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
} as const;
const trails = {
  page: 'CloudTrail User Guide: Understanding multi-Region trails and opt-in Regions',
  url: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html',
} as const;

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/iam/2010-05-08/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const sts = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/sts/2011-06-15/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-iam/lib/iam.generated.d.ts: documentation of ${types}`,
  }) as const;
const signing = {
  page: 'IAM User Guide: Troubleshoot signed requests for AWS APIs',
  url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html',
} as const;

export const iam: ServiceLedger = {
  service: 'iam and sts',
  behaviours: [
    {
      id: 'iam/names-without-regions',
      subjects: [
        'AWS::IAM::Role',
        'AWS::CloudTrail::Trail',
        'AWS::Budgets::Budget',
        'AWS::CE::AnomalyMonitor',
        'AWS::S3::Bucket',
      ],
      does: 'Role names, budgets, cost anomaly monitors and bucket names are known in the whole account, not in one region, and a trail of all regions appears in each region under its name. A second deployment of a fixed name in another region is refused because the name exists.',
      sources: [names, trails],
      sure: 'likely',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'iam/partitions-have-their-own-arns',
      subjects: ['AWS::IAM::Role', 'AWS::StepFunctions::StateMachine'],
      does: 'ARNs begin with the partition of the region: arn:aws-us-gov in AWS GovCloud (US), arn:aws-cn in China, also those of Step Functions integrations. Service endpoint names in China end in amazonaws.com.cn.',
      sources: [
        {
          page: 'IAM User Guide: Identify AWS resources with Amazon Resource Names (ARNs)',
          url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
        },
        { repository: 'aws/aws-cdk', at: 'issue 4597' },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'iam/inline-policies-have-a-limit',
      subjects: ['iam:PutRolePolicy', 'iam:CreateRole', 'AWS::IAM::Role'],
      does: 'The inline policies of a role have at most 10,240 characters together, white space not counted. No request can raise that.',
      sources: [
        names,
        {
          repository: 'agiledigital/serverless-sns-sqs-lambda',
          at: 'pull request 715: the sum counts, not one policy',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'iam/policies-are-read-when-they-are-put',
      subjects: [
        'iam:CreateRole',
        'iam:PutRolePolicy',
        's3:PutBucketPolicy',
        'kms:PutKeyPolicy',
        'sts:AssumeRole',
        'AWS::IAM::Role',
        'AWS::S3::BucketPolicy',
      ],
      does: 'A policy is read when it is put, not when it is used: MalformedPolicyDocument from IAM, STS and KMS, MalformedPolicy from S3.',
      sources: [model('CreateRole, PutRolePolicy'), sts('AssumeRole')],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/gateway.ts', 'local-account/iam/credentials.ts'],
      tests: [{ file: 'local-account/test/iam/policy-document.test.ts', title: 'is refused for %s' }],
    },
    {
      id: 'iam/each-service-words-its-own-refusal',
      subjects: ['sts:AssumeRole', 'sns:Publish', 'sqs:SendMessage', 'lambda:Invoke', 's3:GetObject'],
      does:
        'A denied call has another code in each family of services: AccessDenied, AccessDeniedException, AuthorizationError from SNS, UnauthorizedOperation from EC2. The text names the caller, the action, the resource and the kind of policy; ' +
        "a denied KMS action behind a service comes back as the service's own error.",
      sources: [
        {
          page: 'IAM User Guide: Troubleshoot access denied error messages',
          url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/iam/denial.ts'],
      tests: [
        {
          file: 'local-account/test/iam/evaluation.test.ts',
          title: 'uses the message of the called service',
        },
        { file: 'local-account/test/iam/evaluation.test.ts', title: "uses STS's message for a denial" },
      ],
    },
    {
      id: 'iam/unknown-callers-and-regions',
      subjects: ['sts:GetCallerIdentity', 's3:ListBuckets', 'kms:ListKeys'],
      does: 'A request without a signature, with an unknown key, or signed for another region is refused before the service reads it, in the words of its protocol. S3 says which region it expects. The status is 400 in JSON, 403 in the Query protocol and in REST with JSON.',
      sources: [
        signing,
        {
          repository: 'iann0036/iamlive',
          at: 'issue 58: UnrecognizedClientException of Lambda with status 403; yegor256/s3auth issue 237: of DynamoDB with 400',
        },
        { repository: 'architect/dynalite', at: 'issue 105: MissingAuthenticationTokenException with status 400' },
        { repository: 'bigassforce/aws-sdk', at: 'issue 5: a presigned URL of another region, with the Region to use' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/refused-credentials.ts'],
      tests: [
        ...[
          '%s, with a key of another account: %d %s',
          '%s, without a signature: %d %s',
          '%s, with half a signature: %d %s',
          '%s, signed for another region: %d %s',
          'a presigned URL of another region says which one S3 expects',
        ].map((title) => ({ file: 'local-account/test/gateway/refused-credentials.test.ts', title })),
        {
          file: 'local-account/test/gateway/protocols.test.ts',
          title: "refuses keys that it did not issue, with each protocol's message",
        },
        { file: 'local-account/test/gateway/protocols.test.ts', title: 'refuses a client of another region' },
      ],
    },
    {
      id: 'iam/session-tokens-are-for-users',
      subjects: ['sts:GetSessionToken'],
      does: 'GetSessionToken is for users: called with the keys of a session it is an AccessDenied.',
      sources: [
        {
          page: 'AWS Security Token Service API Reference: GetSessionToken',
          url: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/gateway/local-sts.ts'],
      tests: [
        {
          file: 'local-account/test/events/small-operations.test.ts',
          title: 'gives session tokens to users, and to no session',
        },
      ],
    },
    {
      id: 'iam/signatures-are-checked',
      subjects: ['sts:GetCallerIdentity', 's3:GetObject', 's3:PutObject', 'kms:ListKeys'],
      does: 'A request whose signature does not fit its content, its keys or their session token is refused, and so is one signed more than five minutes ago (S3: fifteen) or with a presigned URL that has expired. The words are those of the protocol.',
      sources: [
        {
          page: 'IAM User Guide: Troubleshoot Signature Version 4 signing for AWS API requests',
          url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html',
        },
        {
          page: 'Amazon S3 API Reference: Error responses',
          url: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
        },
        { repository: 'aws/aws-sdk-php', at: 'issue 1333: "Request has expired", with the whole answer' },
        { repository: 'serverless/serverless', at: 'issue 27: "Signature expired: ... is now earlier than ..."' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/signature.ts', 'local-account/gateway/refused-credentials.ts'],
      tests: [
        ...['%s, with a wrong secret: %d %s', '%s, signed twenty minutes ago: %d %s'].map((title) => ({
          file: 'local-account/test/gateway/refused-credentials.test.ts',
          title,
        })),
        {
          file: 'local-account/test/gateway/signatures.test.ts',
          title: "refuses a wrong secret, in each protocol's words",
        },
        {
          file: 'local-account/test/gateway/signatures.test.ts',
          title: 'refuses a presigned URL that was changed or has expired, as XML',
        },
      ],
    },
    {
      id: 'iam/bodies-are-read-first',
      subjects: ['sagemaker:CreateEndpoint', 'kms:Encrypt', 'states:StartExecution'],
      does: 'A body that cannot be read is a SerializationException. What can be read is then held against the model, and all violations come in one ValidationException that names each member by its path in lower camel case.',
      sources: [
        {
          repository: 'highsource/bitcoin-a-day',
          at: 'issue 1: "1 validation error detected: Value ... at \'kMSKeyArn\' failed to satisfy constraint"',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/parse-input.ts', 'local-account/gateway/validate.ts'],
      tests: [
        {
          file: 'local-account/test/gateway/protocols.test.ts',
          title: "refuses inputs that break the service model, in AWS's words",
        },
        { file: 'local-account/test/gateway/protocols.test.ts', title: 'does not take a body that is no JSON object' },
      ],
    },
    {
      id: 'iam/sts-answers-validation-error',
      subjects: ['sts:AssumeRole'],
      does: 'STS answers a role that is no ARN of a role, and a session name outside its pattern, with ValidationError; a role that does not exist is an AccessDenied like one that does not trust the caller.',
      sources: [sts('AssumeRole')],
      sure: 'likely',
      enforcedBy: ['local-account/iam/credentials.ts'],
      tests: [
        {
          file: 'local-account/test/gateway/protocols.test.ts',
          title: 'has STS refuse what is no role, and names that are none',
        },
      ],
    },
  ],
  readings: [
    { subjects: ['AWS::IAM::Role'], pages: [names], found: ['iam/names-without-regions'] },
    { subjects: ['AWS::IAM::Role'], pages: [names], found: ['iam/names-without-regions'] },
    {
      subjects: [
        'AWS::IAM::Role',
        'iam:CreateRole',
        'iam:DeleteRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
        'iam:PutRolePolicy',
        'iam:DeleteRolePolicy',
        'iam:TagRole',
      ],
      pages: [
        model('CreateRole, DeleteRole, UpdateAssumeRolePolicy, UpdateRole, PutRolePolicy, DeleteRolePolicy, TagRole'),
        properties('CfnRoleProps'),
      ],
      found: ['iam/policies-are-read-when-they-are-put', 'iam/inline-policies-have-a-limit'],
    },
    {
      subjects: ['sts:AssumeRole', 'sts:GetCallerIdentity', 'sts:GetSessionToken'],
      pages: [sts('AssumeRole, GetCallerIdentity'), signing],
      found: [
        'iam/sts-answers-validation-error',
        'iam/policies-are-read-when-they-are-put',
        'iam/unknown-callers-and-regions',
      ],
    },
    {
      subjects: [
        'iam:ListRoles',
        'iam:ListPolicies',
        'iam:GetRole',
        'iam:GetRolePolicy',
        'iam:ListRolePolicies',
        'iam:ListAttachedRolePolicies',
        'iam:UntagRole',
        'iam:ListRoleTags',
        'iam:AttachRolePolicy',
        'iam:DetachRolePolicy',
        'iam:CreatePolicy',
        'iam:DeletePolicy',
        'iam:GetPolicy',
        'iam:GetPolicyVersion',
        'iam:CreatePolicyVersion',
        'iam:DeletePolicyVersion',
        'iam:ListPolicyVersions',
        'iam:CreateServiceLinkedRole',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
