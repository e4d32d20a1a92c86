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
      'cloudformation:ListChangeSets',
      'cloudformation:DetectStackDrift',
      'cloudformation:DetectStackResourceDrift',
      'cloudformation:DescribeStackDriftDetectionStatus',
      'cloudformation:DescribeStackResourceDrifts',
      'cloudformation:GetStackPolicy',
      'cloudformation:SetStackPolicy',
      'cloudformation:UpdateTerminationProtection',
      'cloudformation:GetTemplateSummary',
      'cloudformation:ContinueUpdateRollback',
      'cloudformation:RollbackStack',
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
      {
        repository: 'localstack/localstack',
        at: 'tests/aws/services/cloudformation: answers recorded from AWS of change sets (test_change_set_*.snapshot.json, api/test_changesets.snapshot.json)',
      },
      { repository: 'aws/aws-cdk', at: 'issue 20959: a deployment whose role may not read an SSM parameter' },
      {
        page: 'Choose how to handle failures when provisioning resources',
        url: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.md',
      },
    ],
    found: [
      'cloudformation/iam-needs-a-capability',
      'cloudformation/a-failed-rollback-is-continued',
      'cloudformation/a-failure-cancels-what-is-under-way',
      'cloudformation/a-paused-operation-preserves',
      'cloudformation/a-paused-operation-is-retried',
      'cloudformation/rollback-of-a-paused-operation',
      'cloudformation/on-stack-failure-or-disable-rollback',
      'cloudformation/change-set-without-changes',
      'cloudformation/change-set-causes',
      'cloudformation/change-set-of-a-new-stack',
      'cloudformation/change-sets-execute-once',
      'cloudformation/change-sets-by-name-or-id',
      'cloudformation/template-summaries',
      'cloudformation/protected-stacks-stay',
    ],
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
    subjects: ['cloudcontrolapi:GetResource', 'cloudcontrolapi:UpdateResource'],
    pages: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/cloudcontrol/2021-09-30/service-2.json: documentation of these operations and their members',
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
