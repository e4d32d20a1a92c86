import type { ServiceLedger } from './behaviour';

export const cloudformation: ServiceLedger = {
  service: 'cloudformation',
  behaviours: [
    {
      id: 'cloudformation/update-without-changes-is-an-error',
      subjects: ['cloudformation:UpdateStack'],
      does: 'An update that changes nothing is refused with a ValidationError, "No updates are to be performed.". Clients tell it from a real fault by that text.',
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
      id: 'cloudformation/cdk-keeps-parameter-values',
      subjects: ['cloudformation:UpdateStack', 'cloudformation:CreateChangeSet'],
      does: 'An update gives every parameter its default again unless the call names it with a value or with UsePreviousValue. `cdk deploy` sends UsePreviousValue for each parameter that the stack has, unless it is told --no-previous-parameters.',
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
      id: 'cloudformation/updates-write-what-people-changed',
      subjects: [
        'AWS::Events::Rule',
        'AWS::CloudWatch::Alarm',
        'AWS::Logs::LogGroup',
        'AWS::ApplicationAutoScaling::ScalableTarget',
        'AWS::Glue::Table',
      ],
      does: "CloudFormation looks for changes by hand only when it is asked for drift. The next update of any property of the resource sends all of them: a disabled rule or silenced alarm is active again, retention and scaling limits are the template's. What jobs write stays: partitions are no part of a table, and a fleet's size is no part of its scalable target.",
      sources: [
        {
          page: 'Detect unmanaged configuration changes to stacks and resources with drift detection',
          url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html',
        },
        {
          repository: 'boto/botocore',
          at: 'botocore/data/events/2015-10-07/service-2.json: documentation of PutRule: an update replaces the rule, and rules are enabled unless the call says otherwise',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/cloudformation/provisioners/events.ts'],
      tests: [
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title: 'a rule that a person disabled is enabled by the next update of any of its properties',
        },
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
      enforcedBy: ['local-account/cloudformation/service.ts'],
      tests: [
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title:
            'a stack is deleted as the role that it was last changed with: where that is gone, another must be named',
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
      id: 'cloudformation/imported-exports-stay',
      subjects: ['cloudformation:UpdateStack', 'cloudformation:DeleteStack'],
      does: 'An exported output that another stack imports can neither change nor go: the update or deletion of the stack that exports it is refused.',
      sources: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of ListExports and ListImports',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/cloudformation/exports.ts'],
      tests: [
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title: 'what another stack imports can be neither deleted nor taken out',
        },
      ],
    },
    {
      id: 'cloudformation/stack-outputs-are-weak-references',
      subjects: ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:DescribeStacks'],
      does: 'Fn::GetStackOutput is resolved when a stack is created or updated, and holds nothing in place. The value is read as the execution role of the stack, which needs cloudformation:DescribeStacks on the other one.',
      sources: [
        {
          page: 'Fn::GetStackOutput - AWS CloudFormation',
          url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.md',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/cloudformation/operation.ts'],
      tests: [
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title: 'an output that another stack reads holds nothing in place, and is read anew with each update',
        },
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title: "a stack's role must be allowed to describe the stack whose output it reads",
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
      id: 'cloudformation/a-failed-rollback-is-continued',
      subjects: ['cloudformation:ContinueUpdateRollback', 'cloudformation:UpdateStack'],
      does: "A stack whose rollback failed takes no update. ContinueUpdateRollback tries the rollback again from UPDATE_ROLLBACK_FAILED, and from no other state, as the stack's stored role unless it names one. It may skip resources that the failed rollback left in UPDATE_FAILED; those are then whatever they are.",
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
      enforcedBy: ['local-account/cloudformation/service.ts'],
      tests: [
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title: 'a rollback that failed is continued when its cause is gone, and from no other state',
        },
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title: 'a continued rollback leaves out what it is told to skip',
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
      enforcedBy: ['local-account/cloudformation/service.ts'],
      tests: [{ file: 'local-account/test/cloudformation/stacks.test.ts', title: 'refuses %s' }],
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
      enforcedBy: ['local-account/cloudformation/service.ts'],
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
      does: 'The call itself is refused with a ValidationError when its template cannot be read or refers to what is not there ("Template format error: ..."). Nothing is made. The rehearsal adds stack and place to AWS\'s words.',
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
      enforcedBy: ['local-account/cloudformation/service.ts'],
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
      enforcedBy: ['local-account/cloudformation/service.ts'],
      tests: [
        { file: 'local-account/test/cloudformation/stacks.test.ts', title: 'takes one operation at a time' },
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
      enforcedBy: ['local-account/cloudformation/service.ts'],
      tests: [
        {
          file: 'local-account/test/cloudformation/stacks.test.ts',
          title: 'names what is missing in the words by which clients know that',
        },
      ],
    },
    {
      id: 'cloudformation/handlers-wait-for-what-they-made',
      subjects: ['AWS::SageMaker::Endpoint', 'AWS::SageMaker::MonitoringSchedule'],
      does: 'A resource is complete when it has become what the template says, not when the call was accepted. The handler of a monitoring schedule waits while it is Pending and fails when it is Failed. An endpoint that fails shows its own reason in the event of the stack. How the event is worded for an endpoint that rolled an update back we did not see.',
      sources: [
        {
          repository: 'aws-cloudformation/aws-cloudformation-resource-providers-sagemaker',
          at: 'aws-sagemaker-monitoringschedule: CreateHandler.java, UpdateHandler.java, DeleteHandler.java',
        },
        {
          repository: 'aws/amazon-sagemaker-examples',
          at: 'issue 379: an endpoint of a stack fails with the reason of its ping',
        },
      ],
      sure: 'likely',
      enforcedBy: [
        'local-account/cloudformation/provisioners/sagemaker-endpoint.ts',
        'local-account/cloudformation/provisioners/sagemaker-monitoring.ts',
      ],
      tests: [
        {
          file: 'local-account/test/sagemaker/endpoint.test.ts',
          title: 'fails its resource in a stack when it does not come into service',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: [
        'cloudformation:CreateStack',
        'cloudformation:UpdateStack',
        'cloudformation:DeleteStack',
        'cloudformation:DescribeStacks',
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeStackResources',
        'cloudformation:DescribeStackResource',
        'cloudformation:ListStackResources',
        'cloudformation:ListStacks',
        'cloudformation:GetTemplate',
        'cloudformation:ListExports',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of these operations and their members',
        },
        {
          page: 'Validate stack deployments - AWS CloudFormation',
          url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html',
        },
        {
          page: 'Fn::GetStackOutput - AWS CloudFormation',
          url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.md',
        },
      ],
      found: [
        'cloudformation/imported-exports-stay',
        'cloudformation/stack-outputs-are-weak-references',
        'cloudformation/iam-needs-a-capability',
      ],
    },
    {
      subjects: [
        'cloudformation:CreateChangeSet',
        'cloudformation:DescribeChangeSet',
        'cloudformation:ExecuteChangeSet',
        'cloudformation:DeleteChangeSet',
        'cloudformation:GetTemplateSummary',
        'cloudformation:ContinueUpdateRollback',
        'cloudformation:CancelUpdateStack',
      ],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of these operations and their members',
        },
        {
          page: 'Validate stack deployments - AWS CloudFormation',
          url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html',
        },
        { repository: 'aws/aws-cdk', at: 'issue 20959: a deployment whose role may not read an SSM parameter' },
      ],
      found: ['cloudformation/iam-needs-a-capability', 'cloudformation/a-failed-rollback-is-continued'],
    },
    {
      subjects: ['AWS::CloudFormation::CustomResource', 'Custom::RemoveOnDelete', 'Custom::AnalysisConfig'],
      pages: [
        {
          page: 'CloudFormation custom resource request and response reference',
          url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html',
        },
        {
          page: 'Custom resource response objects - AWS CloudFormation',
          url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html',
        },
      ],
      found: 'nothing beyond the model',
    },
    {
      subjects: ['cloudformation:ValidateTemplate', 'cloudformation:DescribeType'],
      pages: [
        {
          repository: 'boto/botocore',
          at: 'botocore/data/cloudformation/2010-05-15/service-2.json: documentation of ValidateTemplate, DescribeType and their members',
        },
      ],
      found: ['cloudformation/resource-types-differ-by-region', 'cloudformation/templates-are-read-first'],
    },
  ],
};
