import type { Behaviour } from '../behaviour';

/** Resources of a stack, and what other stacks use of it. */
export const resources: readonly Behaviour[] = [
  {
    id: 'cloudformation/updates-write-what-people-changed',
    subjects: [
      'AWS::Events::Rule',
      'AWS::CloudWatch::Alarm',
      'AWS::Logs::LogGroup',
      'AWS::ApplicationAutoScaling::ScalableTarget',
      'AWS::Glue::Table',
    ],
    does: "CloudFormation looks for manual changes only in drift detection. The next update of any property of the resource sends all of them: a disabled rule or silenced alarm is active again, retention and scaling limits are the template's. What jobs write stays: partitions are no part of a table, and a fleet's size is no part of its scalable target.",
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
      'local-account/cloudformation/provisioners/sagemaker-feature-group.ts',
    ],
    tests: [
      {
        file: 'local-account/test/sagemaker/endpoint.test.ts',
        title: 'fails its resource in a stack when it does not come into service',
      },
    ],
  },
];
