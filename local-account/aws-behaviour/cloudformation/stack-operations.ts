import type { Behaviour } from '../behaviour';

/** Stack operations: what they refuse, and how they end. */
export const stackOperations: readonly Behaviour[] = [
  {
    id: 'cloudformation/update-without-changes-is-an-error',
    subjects: ['cloudformation:UpdateStack'],
    does: 'An update that changes nothing is refused with a ValidationError, "No updates are to be performed.". Clients recognize it by that text.',
    sources: [
      {
        repository: 'aws/aws-toolkit-azure-devops',
        at: 'pull request 536, which also reports a longer form with the same ending',
      },
      {
        page: 'AWS CloudFormation stack updates',
        url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/service.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title: 'an update that changes nothing is refused as AWS refuses it',
      },
    ],
  },
  {
    id: 'cloudformation/cdk-keeps-parameter-values',
    subjects: ['cloudformation:UpdateStack', 'cloudformation:CreateChangeSet'],
    does: 'An update gives every parameter its default again unless the call names it with a value or with UsePreviousValue. `cdk deploy` sends UsePreviousValue for each parameter that the stack has, unless it runs with --no-previous-parameters.',
    sources: [
      { repository: 'aws/aws-cdk-cli', at: 'class ParameterValues of the CLI (as installed: aws-cdk 2.1148.1)' },
      {
        page: 'Parameter - AWS CloudFormation',
        url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/deploy.ts'],
    tests: [
      { file: 'local-account/test/cloudformation/deploy.test.ts', title: 'keeps the value that the stack got since' },
    ],
  },
  {
    id: 'cloudformation/stored-role',
    subjects: ['cloudformation:DeleteStack', 'cloudformation:UpdateStack'],
    does: 'CloudFormation keeps the role that a stack was last changed with and uses it for every later operation that names none. If that role is gone, the operation is refused ("Role ... is invalid or cannot be assumed"), and another role must be named.',
    sources: [
      {
        page: 'CloudFormation service role - AWS CloudFormation',
        url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html',
      },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of DeleteStackInput and UpdateStackInput, RoleARN',
      },
      { repository: 'aws/aws-cdk', at: 'issue 10116: the words of the refusal' },
      { repository: 'ansible/ansible', at: 'pull request 32300: another role must be named when the first is gone' },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/stack-requests.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title:
          'a stack is deleted as the role that it was last changed with: where that is gone, another must be named',
      },
    ],
  },
  {
    id: 'cloudformation/a-failed-rollback-is-continued',
    subjects: ['cloudformation:ContinueUpdateRollback', 'cloudformation:UpdateStack'],
    does: "A stack whose rollback failed takes no update. ContinueUpdateRollback tries the rollback again from UPDATE_ROLLBACK_FAILED, and from no other state, as the stack's stored role unless it names one. It may skip resources that the failed rollback left in UPDATE_FAILED, the listed ones or, with ForceRollback, all of them; those are then whatever they are.",
    sources: [
      {
        page: 'API ContinueUpdateRollback',
        url: 'https://docs.aws.amazon.com/es_es/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html',
      },
      {
        repository: 'org-formation/org-formation-cli',
        at: 'issue 455: UpdateStack is refused in UPDATE_ROLLBACK_FAILED',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/rollbacks.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title: 'a rollback that failed is continued when its cause is gone, and from no other state',
      },
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title: 'a continued rollback skips the listed resources',
      },
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title: 'a rollback that is forced skips whatever failed, as cdk rollback --force wants it',
      },
    ],
  },
  {
    id: 'cloudformation/stack-names',
    subjects: ['cloudformation:CreateStack'],
    does: 'A stack name begins with a letter and has at most 128 letters, digits and hyphens. Another name is refused with "1 validation error detected: Value ... at \'stackName\' failed to satisfy constraint".',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of CreateStackInput',
      },
      {
        repository: 'unnamed',
        at: 'public repositories that the search did not name: several deployment tools in Ruby quote the message in full and match it',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/stack-list.ts'],
    tests: [{ file: 'local-account/test/cloudformation/stacks.test.ts', title: 'refuses %s' }],
  },
  {
    id: 'cloudformation/roles-that-cannot-be-assumed',
    subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:DeleteStack'],
    does: 'CloudFormation takes the role of a stack when it accepts the call, and refuses with "Role ... is invalid or cannot be assumed". A stack keeps its role: once the role is deleted, the stack can neither be updated nor deleted without another RoleARN.',
    sources: [
      {
        repository: 'hashicorp/terraform-provider-aws',
        at: 'resource aws_cloudformation_stack: retries a ValidationError that contains these words',
      },
      {
        repository: 'unnamed-public-repository',
        at: 'the troubleshooting page of a clickstream solution: stacks whose role was deleted with the stack that held it',
      },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of CreateStackInput',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/stack-sources.ts'],
    tests: [{ file: 'local-account/test/cloudformation/stacks.test.ts', title: 'refuses %s' }],
  },
  {
    id: 'cloudformation/one-operation-at-a-time',
    subjects: ['cloudformation:UpdateStack', 'cloudformation:DeleteStack', 'cloudformation:CreateChangeSet'],
    does: 'While a stack is being updated, and after a failed creation, an update is refused: "Stack:... is in ... state and can not be updated." A deletion during an update is refused: "Stack [...] cannot be deleted while in status ...".',
    sources: [
      { repository: 'org-formation/org-formation-cli', at: 'issue 455: the refusal of UpdateStack, in full' },
      {
        repository: 'unnamed',
        at: 'public repositories that the search did not name: a command line tool in Go recognizes "cannot be deleted while in status"; a deployment log quotes "is in ROLLBACK_COMPLETE state and can not be updated"',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/service.ts', 'local-account/cloudformation/stack-list.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title: 'refuses an operation while another one runs',
      },
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title: 'a creation that fails leaves nothing but the stack to be deleted',
      },
    ],
  },
  {
    id: 'cloudformation/missing-by-their-words',
    subjects: ['cloudformation:DescribeStacks', 'cloudformation:UpdateStack', 'cloudformation:DescribeStackResource'],
    does: 'A stack or resource that is not there has no error of its own. It is a ValidationError, and clients know it by its text: "Stack with id ... does not exist", "Stack [...] does not exist" in an update, "Resource ... does not exist for stack ...".',
    sources: [
      {
        repository: 'serverless/serverless',
        at: 'the check for "does not exist for stack" after DescribeStackResource',
      },
      { repository: 'getmoto/moto', at: 'moto/cloudformation/models.py: the words for a missing resource' },
    ],
    sure: 'certain',
    enforcedBy: [
      'local-account/cloudformation/service.ts',
      'local-account/cloudformation/change-sets.ts',
      'local-account/cloudformation/drift.ts',
      'local-account/cloudformation/stack-list.ts',
    ],
    tests: [
      {
        file: 'local-account/test/cloudformation/stacks.test.ts',
        title: 'reports missing resources with the messages that clients match',
      },
    ],
  },
];
