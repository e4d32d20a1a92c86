import type { ServiceLedger } from './behaviour';
import { mappings } from './lambda-mappings';

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/lambda/2015-03-31/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-lambda/lib/lambda.generated.d.ts: documentation of ${types}`,
  }) as const;

export const lambda: ServiceLedger = {
  service: 'lambda',
  behaviours: [
    {
      id: 'lambda/execution-roles-without-source-keys',
      subjects: ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration', 'AWS::Lambda::Function'],
      does:
        'No page says that Lambda sends aws:SourceArn or aws:SourceAccount when it takes the role of a function. The guide gives aws:SourceArn a meaning only where a function is called, ' +
        'and a user of a scanner counts Lambda among the services that send neither; a sample of AWS asks for aws:SourceAccount all the same. A trust policy that asks for a key that is not sent refuses Lambda, so no function can be made.',
      sources: [
        {
          page: 'AWS Lambda Developer Guide: Using source function ARN to control function access behavior',
          url: 'https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html',
        },
        { repository: 'prowler-cloud/prowler', at: 'issue 2810: which services send no source keys for their roles' },
        {
          repository: 'serverless/serverless',
          at: 'pull request 13125 would add the condition, and is open since 2025',
        },
        {
          repository: 'aws/agent-toolkit-for-aws',
          at: 'skills/specialized-skills/serverless-skills/deploying-custom-domain-rest-api/scripts/lambda-trust-policy.json, which has the condition',
        },
      ],
      sure: 'possible',
      enforcedBy: ['local-account/gateway/platform-host.ts'],
      tests: [
        {
          file: 'local-account/test/events/execution-role.test.ts',
          title: 'is refused when its role asks who Lambda acts for: %j',
        },
      ],
    },
    {
      id: 'lambda/checks-the-role-at-creation',
      subjects: ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration', 'AWS::Lambda::Function'],
      does:
        'Lambda takes the role when a function is made or changed, and asks whether the role may send to the dead-letter queue or topic. Both end in an InvalidParameterValueException: "The role defined for the function ' +
        'cannot be assumed by Lambda." and "The provided execution role does not have permissions to call SendMessage on SQS". A role that was made seconds ago can be refused for the same words; CloudFormation tries again.',
      sources: [
        { repository: 'elastic/beats', at: 'issue 13963: the words for a dead-letter queue, at deployment' },
        { repository: 'aws-samples/aws-serverless-ecommerce-platform', at: 'issue 41' },
        { repository: 'serverless/serverless', at: 'issue 13134: the words for a trust policy, at deployment' },
        {
          repository: 'pulumi/pulumi-aws-native',
          at: 'issue 148, quoted in an example: the words for a role that was just made',
        },
      ],
      sure: 'certain',
      enforcedBy: [
        'local-account/events/lambda/execution-role.ts',
        'local-account/events/lambda/event-source/role-checks.ts',
      ],
      tests: [
        {
          file: 'local-account/test/events/execution-role.test.ts',
          title: 'is refused when another service is meant to take its role',
        },
        {
          file: 'local-account/test/events/execution-role.test.ts',
          title: 'is refused, and so is its change, when its role may not send what fails',
        },
      ],
    },
    {
      id: 'lambda/grants-the-role-its-key-as-the-caller',
      subjects: [
        'lambda:CreateFunction',
        'lambda:UpdateFunctionConfiguration',
        'kms:CreateGrant',
        'AWS::Lambda::Function',
      ],
      does:
        "For environment variables under a customer managed key, Lambda makes a grant on the key for the function's role, with the permissions of whoever makes or changes the function. The role itself needs no KMS permission. " +
        "A role that is deleted and made again under its name loses the grant: the function then fails with KMSAccessDeniedException until its key or role is set again. An alias in place of the key's ARN is refused.",
      sources: [
        {
          repository: 'awsdocs/aws-lambda-developer-guide',
          at: 'pull request 144: a customer managed key gets a grant, too',
        },
        {
          page: 'AWS re:Post: How do I resolve "KMS Exception" permission errors of a Lambda function?',
          url: 'https://repost.aws/knowledge-center/lambda-kmsaccessdeniedexception-errors',
        },
        {
          repository: 'hashicorp/terraform-provider-aws',
          at: 'issue 4633: "the KMS key is invalid for CreateGrant" for a role that was just made',
        },
        { repository: 'hashicorp/terraform', at: 'issue 20813: aliases are refused' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/calls/orchestration.ts'],
      tests: [
        {
          file: 'local-account/test/events/execution-role.test.ts',
          title: 'needs no permission on its key for its role, but a grant from its creator',
        },
      ],
    },
    {
      id: 'lambda/payloads-are-json',
      subjects: ['lambda:Invoke'],
      does: 'A payload that is no JSON is refused before the function runs, with InvalidRequestContentException and "Could not parse request body into json".',
      sources: [
        { repository: 'aws/aws-sdk-js', at: 'issue 1876' },
        { repository: 'awsdocs/aws-lambda-developer-guide', at: 'issue 382' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/lambda/service.ts'],
      tests: [
        { file: 'local-account/test/events/execution-role.test.ts', title: 'is not called with what is no JSON' },
      ],
    },
    {
      id: 'lambda/reads-its-code-once',
      subjects: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode'],
      does: 'Lambda copies the code from S3 when a function is made or its code is changed. Code that is not there is an InvalidParameterValueException about GetObject, not an error of S3.',
      sources: [model('CreateFunction, FunctionCode')],
      sure: 'likely',
      enforcedBy: ['local-account/events/lambda/service.ts'],
      tests: [
        {
          file: 'local-account/test/events/execution-role.test.ts',
          title: 'is refused when its code is not where it is said to be',
        },
      ],
    },
    ...mappings,
  ],
  readings: [
    {
      subjects: [
        'AWS::Lambda::EventSourceMapping',
        'lambda:CreateEventSourceMapping',
        'lambda:UpdateEventSourceMapping',
        'lambda:DeleteEventSourceMapping',
        'lambda:GetEventSourceMapping',
        'lambda:ListEventSourceMappings',
      ],
      pages: [
        model('the operations of event source mappings'),
        {
          page: 'AWS Lambda Developer Guide: Using AWS Lambda with Amazon Kinesis',
          url: 'https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html',
        },
        {
          page: 'AWS Lambda Developer Guide: Retain discarded batch records for a Kinesis Data Streams event source',
          url: 'https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html',
        },
      ],
      found: mappings.map(({ id }) => id),
    },
    {
      subjects: [
        'AWS::Lambda::Function',
        'AWS::Lambda::Permission',
        'lambda:CreateFunction',
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:DeleteFunction',
        'lambda:GetFunction',
        'lambda:GetFunctionConfiguration',
        'lambda:AddPermission',
        'lambda:RemovePermission',
        'lambda:Invoke',
      ],
      pages: [
        model(
          'CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration, DeleteFunction, AddPermission, RemovePermission, Invoke',
        ),
        properties('CfnFunctionProps, CfnPermissionProps'),
        {
          repository: 'awsdocs/aws-cloudformation-user-guide',
          at: 'pull request 481: a permission with SourceAccount makes the calls of rules fail without an error',
        },
      ],
      found: [
        'lambda/execution-roles-without-source-keys',
        'lambda/checks-the-role-at-creation',
        'lambda/grants-the-role-its-key-as-the-caller',
        'lambda/payloads-are-json',
        'lambda/reads-its-code-once',
      ],
    },
    {
      subjects: [
        'lambda:ListFunctions',
        'lambda:ListVersionsByFunction',
        'lambda:ListAliases',
        'lambda:GetFunctionConcurrency',
        'lambda:GetAccountSettings',
        'lambda:GetPolicy',
        'lambda:ListTags',
        'lambda:TagResource',
        'lambda:UntagResource',
        'lambda:PublishVersion',
        'lambda:PutFunctionConcurrency',
        'lambda:PutFunctionEventInvokeConfig',
        'lambda:DeleteFunctionEventInvokeConfig',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
