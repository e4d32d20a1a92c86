import type { Behaviour } from '../behaviour';

/** What CloudFormation checks in a template before it begins. */
export const templates: readonly Behaviour[] = [
  {
    id: 'cloudformation/ssm-parameters-read-as-caller',
    subjects: ['cloudformation:CreateChangeSet', 'cloudformation:CreateStack', 'cloudformation:UpdateStack'],
    does: "A template parameter of an SSM type is read when the call is accepted, and the call is refused with \"AccessDenied. User doesn't have permission to call ssm:GetParameters\" where that is not allowed. CDK's bootstrap template says in a comment that CreateChangeSet reads them with its deploy role, which may read the bootstrap's version and nothing else.",
    sources: [
      {
        repository: 'aws/aws-cdk-cli',
        at: 'packages/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml, statement ReadVersion (as installed: aws-cdk 2.1148.1)',
      },
      { repository: 'aws/aws-cdk', at: 'issues 20959 and 10083: the words of the refusal' },
    ],
    sure: 'possible',
    enforcedBy: ['local-account/cloudformation/stack-sources.ts', 'local-account/cloudformation/bootstrap.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/deploy.test.ts',
        title:
          "refuses a template that reads an SSM parameter: CloudFormation reads it for the caller, and CDK's deploy role may not",
      },
    ],
  },
  {
    id: 'cloudformation/resource-types-differ-by-region',
    subjects: [
      'cloudformation:CreateStack',
      'cloudformation:UpdateStack',
      'cloudformation:DescribeType',
      'AWS::Budgets::Budget',
      'AWS::SageMaker::MonitoringSchedule',
      'AWS::SageMaker::ModelPackageGroup',
    ],
    does: 'Each region has its own list of resource types. A template with a type that the region lacks is refused as a whole ("Template format error: Unrecognized resource types"), unless a condition leaves the resource out. DescribeType answers TypeNotFoundException for such a type.',
    sources: [
      {
        repository: 'aws-cloudformation/cfn-lint',
        at: 'issues 2657 and 3495: a resource that a condition on the region leaves out deploys; the package carries the list of each region',
      },
      { repository: 'aws/aws-cdk', at: 'issue 25634: the words of the refusal, and the exception for conditions' },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/regional-types.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/regional-types.test.ts',
        title: 'refuses a type that the region lacks, unless a condition leaves it out',
      },
    ],
  },
  {
    id: 'cloudformation/iam-needs-a-capability',
    subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack'],
    does: 'A template with IAM resources needs CAPABILITY_IAM, one that gives them names CAPABILITY_NAMED_IAM, also in an update with the previous template.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of CreateStackInput and UpdateStackInput, Capabilities',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/capabilities.ts'],
    tests: [
      {
        file: 'local-account/test/cloudformation/capabilities.test.ts',
        title: 'needs a capability, and the stronger one where it names them',
      },
    ],
  },
  {
    id: 'cloudformation/validates-before-it-deploys',
    subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet'],
    does: 'Before CloudFormation changes a resource it checks properties against the schemas of their types and looks for names that exist already. A failed check ends the operation before anything is made. DisableValidation turns it off.',
    sources: [
      {
        page: 'Validate stack deployments',
        url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html',
      },
      { repository: 'boto/botocore', at: 'service model of cloudformation: UpdateStackInput.DisableValidation' },
    ],
    sure: 'certain',
    enforcedBy: [],
    tests: [],
  },
  {
    id: 'cloudformation/one-template-of-51200-bytes',
    subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet'],
    does: 'A call names one template: a body of at most 51,200 bytes, a URL, or in an update the previous one. None is refused with "Either Template URL or Template Body must be specified."; how two at once are worded we did not see.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of CreateStackInput',
      },
      {
        repository: 'getmoto/moto',
        at: 'moto/cloudformation/responses.py: the message for a call without a template',
      },
      {
        repository: 'unnamed',
        at: 'public repositories that the search did not name: notes on AWS::Include and on a CDK project quote the message about templateBody',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/cloudformation/stack-requests.ts'],
    tests: [{ file: 'local-account/test/cloudformation/stacks.test.ts', title: 'refuses %s' }],
  },
  {
    id: 'cloudformation/templates-in-s3',
    subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet'],
    does: 'CloudFormation fetches a template as the caller. What S3 refuses is passed on as "S3 error: Access Denied" with a link to S3\'s error responses, and names neither object nor action. A URL outside S3 is refused with "TemplateURL must be a supported URL."',
    sources: [
      {
        repository: 'awslabs/sagemaker-explaining-credit-decisions',
        at: 'issue 1, and F5Networks/f5-aws-cloudformation, issues 68 and 87: the words',
      },
      { repository: 'localstack/localstack', at: 'the check of TemplateURL: "TemplateURL must be a supported URL."' },
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of CreateStackInput',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/cloudformation/stack-sources.ts'],
    tests: [{ file: 'local-account/test/cloudformation/stacks.test.ts', title: 'refuses %s' }],
  },
  {
    id: 'cloudformation/templates-are-read-first',
    subjects: [
      'cloudformation:CreateStack',
      'cloudformation:UpdateStack',
      'cloudformation:CreateChangeSet',
      'cloudformation:ValidateTemplate',
    ],
    does: 'The call itself is refused with a ValidationError when its template cannot be read or refers to what is not there ("Template format error: ..."). Nothing is made. The local account adds stack and place to AWS\'s message.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of ValidateTemplate',
      },
      {
        repository: 'unnamed',
        at: 'public repositories that the search did not name: a deployment tool quotes "Template format error: YAML not well-formed. (line 10, column 26)" of CreateStack',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/assembly/template-text.ts', 'local-account/cloudformation/stack-requests.ts'],
    tests: [{ file: 'local-account/test/cloudformation/stacks.test.ts', title: 'refuses %s' }],
  },
];
