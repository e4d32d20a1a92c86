import type { Reading } from '../behaviour';

export const readings: readonly Reading[] = [
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
];
