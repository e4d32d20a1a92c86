import type { ServiceLedger } from './behaviour';

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/stepfunctions/2016-11-23/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-stepfunctions/lib/stepfunctions.generated.d.ts: documentation of ${types}`,
  }) as const;

export const stepFunctions: ServiceLedger = {
  service: 'step-functions',
  behaviours: [
    {
      id: 'step-functions/errors-under-the-base-name',
      subjects: ['states:StartExecution', 'AWS::StepFunctions::StateMachine'],
      does: "A Task's error is named <Service>.<Error>Exception only where the operation's model names the error. Everything else, such as throttling by CloudFormation, Systems Manager or SageMaker and every denial, arrives as <Service>.<Service>Exception; optimized integrations say SageMaker.AmazonSageMakerException or SNS.AmazonSNSException. A Retry that names CloudFormation.ThrottlingException alone never matches.",
      sources: [
        {
          page: 'Learning to use AWS service SDK integrations in Step Functions',
          url: 'https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html',
        },
        {
          repository: 'boto/botocore',
          at: 'service models: the errors of DescribeStacks, GetParameter, DescribeEndpoint and DescribeAlarms name no throttling',
        },
        {
          repository: 'aws/aws-toolkit-jetbrains',
          at: "issue 464: throttling of CloudFormation is the SDK for Java's CloudFormationException",
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/events/states/error-names.ts'],
      tests: [
        {
          file: 'local-account/test/events/state-machines.test.ts',
          title: "fails with the service's own error when the role may not",
        },
      ],
    },
    {
      id: 'step-functions/glue-jobs-are-polled',
      subjects: ['glue:StartJobRun', 'AWS::StepFunctions::StateMachine'],
      does: "For a Glue job that a state waits for (.sync), Step Functions asks for the run's state as the state machine's role, and makes no rule of EventBridge. It stops the run of an execution that is stopped. The result is the run; a run that ended otherwise than SUCCEEDED is States.TaskFailed with the run as its cause.",
      sources: [
        {
          page: 'Start an AWS Glue job with Step Functions',
          url: 'https://docs.aws.amazon.com/step-functions/latest/dg/connect-glue.html',
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/events/states/tasks.ts'],
      tests: [],
    },
    {
      id: 'step-functions/sync-jobs-are-tagged',
      subjects: ['sagemaker:CreateProcessingJob', 'sagemaker:CreateTransformJob', 'sagemaker:CreateTrainingJob'],
      does: "For a job that a state waits for (.sync), Step Functions adds the tag MANAGED_BY_AWS to the job and reads its tags, as the state machine's role: sagemaker:AddTags and sagemaker:ListTags.",
      sources: [
        { repository: 'aws/aws-cdk', at: 'issue 26012 and pull request 27264: the tag and the missing permission' },
        {
          repository: 'aws/aws-cdk',
          at: "packages/aws-cdk-lib/aws-stepfunctions-tasks/lib/sagemaker/create-training-job.ts: sagemaker:ListTags beside the job's own calls, after AWS's page of policies for SageMaker",
        },
      ],
      sure: 'likely',
      enforcedBy: ['local-account/events/states/tasks.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/processing.test.ts',
          title: 'that Step Functions waits for carry its tag: without permission to tag or read tags, it cannot wait',
        },
      ],
    },
    {
      id: 'step-functions/checks-the-role-at-creation',
      subjects: ['states:CreateStateMachine', 'states:UpdateStateMachine', 'AWS::StepFunctions::StateMachine'],
      does:
        'CreateStateMachine and UpdateStateMachine take the role and try what it will need: the delivery of its log ("The state machine IAM Role is not authorized to access the Log Destination") and the rules that tell of a job\'s end ' +
        '("is not authorized to create managed-rule"). A role that was made seconds ago can be refused in the same words; CloudFormation is slow enough for it.',
      sources: [
        { repository: 'aws/aws-cdk', at: 'issue 26432: the words for the log' },
        { repository: 'nasa/cumulus', at: 'pull request 2693: the words for the rule' },
        {
          repository: 'go-to-k/cdkd',
          at: 'pull request 950: the words for the trust policy, and issue 2783 about roles that were just made',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/states/machine-role.ts'],
      tests: [
        {
          file: 'local-account/test/events/roles-at-creation.test.ts',
          title: 'Step Functions must be able to take it',
        },
        { file: 'local-account/test/events/roles-at-creation.test.ts', title: 'it must be able to deliver the log' },
        {
          file: 'local-account/test/events/roles-at-creation.test.ts',
          title: 'it must be able to create the rule for ended jobs',
        },
      ],
    },
    {
      id: 'step-functions/reads-definitions-and-inputs-at-once',
      subjects: [
        'states:CreateStateMachine',
        'states:UpdateStateMachine',
        'states:StartExecution',
        'AWS::StepFunctions::StateMachine',
      ],
      does: 'A definition is read as a whole when it is put, an input when an execution starts: InvalidDefinition and InvalidExecutionInput. A name that was used in the last 90 days is refused with another input, or once its execution has ended.',
      sources: [model('CreateStateMachine, StartExecution')],
      sure: 'certain',
      enforcedBy: ['local-account/events/states/service.ts'],
      tests: [
        { file: 'local-account/test/events/state-machines.test.ts', title: 'refuses a definition that is none' },
        {
          file: 'local-account/test/events/state-machines.test.ts',
          title: 'the same name with another input is refused, with the same input it is the same execution',
        },
      ],
    },
    {
      id: 'step-functions/roles-name-their-machine',
      subjects: ['states:CreateStateMachine', 'AWS::StepFunctions::StateMachine', 'AWS::IAM::Role'],
      does:
        'Step Functions sends aws:SourceAccount and aws:SourceArn when it takes the role of a machine. The guide shows the ARN with a wildcard for the machine; that the name of one machine is matched already while ' +
        'CreateStateMachine tries the role, no page says.',
      sources: [
        {
          repository: 'aws/aws-cdk',
          at: 'issue 37567 quotes the guide, pull request 37688 deployed the form with the wildcard',
        },
        {
          page: 'DevelopersIO: a stack with a logging state machine, whose role has a condition in its trust policy, fails',
          url: 'https://dev.classmethod.jp/articles/aws-step-functions-cloudwatch-logs-cloudformation-error',
        },
      ],
      sure: 'possible',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'step-functions/payloads-have-a-limit',
      subjects: ['states:StartExecution', 'AWS::StepFunctions::StateMachine'],
      does:
        'An input or a result of a task, a state or an execution has at most 256 KiB. What a task answers counts as a whole, also what ResultSelector or ResultPath leave out. ' +
        'More is States.DataLimitExceeded, which a Catch for States.ALL does not see.',
      sources: [
        {
          repository: 'awslabs/amazon-s3-find-and-forget',
          at: 'pull request 213: counted although ResultPath is null',
        },
        { repository: 'cdklabs/construct-hub', at: 'pull request 1648: ListObjectsV2 with 1000 keys' },
        {
          page: 'Step Functions Developer Guide: Quotas for Standard Workflows',
          url: 'https://docs.aws.amazon.com/step-functions/latest/dg/limits.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/states/execution.ts'],
      tests: [
        {
          file: 'local-account/test/events/state-machines.test.ts',
          title: "fails, whatever is caught, when a state's payload exceeds 256 KiB",
        },
      ],
    },
    {
      id: 'step-functions/machines-are-deleted-with-their-last-execution',
      subjects: [
        'states:DeleteStateMachine',
        'states:CreateStateMachine',
        'states:StartExecution',
        'states:UpdateStateMachine',
        'AWS::StepFunctions::StateMachine',
      ],
      does: 'A state machine whose executions run stays DELETING until they have ended. Each is terminated at its next state, so a long wait or job holds the deletion, and the stack with it. Meanwhile its name cannot be used: StateMachineDeleting, "State Machine is being deleted".',
      sources: [
        model('DeleteStateMachine, CreateStateMachine'),
        {
          page: 'AWS re:Post: My Step Functions state machine is stuck in the DELETING status',
          url: 'https://repost.aws/knowledge-center/step-functions-stuck-deleting-status',
        },
        {
          repository: 'aws/copilot-cli',
          at: 'issue 5607: the deletion of a stack hangs until the executions are stopped',
        },
        { repository: 'Netflix/metaflow', at: 'pull request 1284: the words' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/states/service.ts'],
      tests: [
        {
          file: 'local-account/test/events/state-machines.test.ts',
          title: 'keeps a deleted state machine until its last execution has ended, and ends that at its next state',
        },
      ],
    },
    {
      id: 'step-functions/leaves-what-its-machines-share',
      subjects: ['states:CreateStateMachine', 'states:DeleteStateMachine', 'AWS::StepFunctions::StateMachine'],
      does: 'For jobs that a state waits for, Step Functions makes managed rules such as StepFunctionsGetEventsForSageMakerProcessingJobsRule, and for logs the resource policy AWSLogDeliveryWrite20150319. All state machines of the account and region share them, and no deletion removes them.',
      sources: [
        {
          page: 'EventBridge API Reference: DeleteRule, on managed rules',
          url: 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html',
        },
        { repository: 'aws/aws-cdk', at: 'issue 28577: entries of deleted stacks stay in the resource policy' },
        { repository: 'nasa/cumulus', at: 'pull request 2693: the managed rule' },
      ],
      sure: 'likely',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'step-functions/redrive-goes-on-with-the-failed-state',
      subjects: ['states:RedriveExecution', 'states:DescribeExecution'],
      does: 'RedriveExecution goes on with the state that did not succeed, with the input that it had; what succeeded is not run again, and retries count anew. It takes executions that failed, timed out or were stopped, for 14 days after their end; every other one is ExecutionNotRedrivable, and DescribeExecution says why (redriveStatusReason). The definition is the one that the execution began with.',
      sources: [
        model('RedriveExecution, DescribeExecution'),
        {
          page: 'Restarting state machine executions with redrive in Step Functions',
          url: 'https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/events/states/execution.ts'],
      tests: [
        {
          file: 'local-account/test/events/redrive.test.ts',
          title: 'goes on with the state that failed, and not with those before it',
        },
      ],
    },
    {
      id: 'step-functions/histories-come-in-pages',
      subjects: ['states:GetExecutionHistory', 'states:ListExecutions', 'states:ListStateMachines'],
      does: 'Histories and lists come in pages of 100, or of up to 1000 when asked for. A token that Step Functions did not give is an InvalidToken.',
      sources: [model('GetExecutionHistory')],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/pager.ts'],
      tests: [
        {
          file: 'local-account/test/events/state-machines.test.ts',
          title: 'returns its history in pages, newest first and without state data on request',
        },
      ],
    },
  ],
  readings: [
    {
      subjects: [
        'AWS::StepFunctions::StateMachine',
        'states:CreateStateMachine',
        'states:UpdateStateMachine',
        'states:DeleteStateMachine',
        'states:StartExecution',
        'states:StopExecution',
        'states:ListExecutions',
        'states:DescribeExecution',
        'states:GetExecutionHistory',
        'states:ListStateMachines',
        'states:DescribeStateMachine',
        'states:RedriveExecution',
      ],
      pages: [
        model(
          'CreateStateMachine, UpdateStateMachine, DeleteStateMachine, StartExecution, StopExecution, ListExecutions, DescribeExecution, GetExecutionHistory, ListStateMachines, DescribeStateMachine',
        ),
        properties('CfnStateMachineProps'),
      ],
      found: [
        'step-functions/checks-the-role-at-creation',
        'step-functions/reads-definitions-and-inputs-at-once',
        'step-functions/histories-come-in-pages',
        'step-functions/redrive-goes-on-with-the-failed-state',
        'step-functions/payloads-have-a-limit',
        'step-functions/machines-are-deleted-with-their-last-execution',
        'step-functions/leaves-what-its-machines-share',
        'step-functions/roles-name-their-machine',
      ],
    },
    {
      subjects: [
        'states:SendTaskSuccess',
        'states:SendTaskFailure',
        'states:SendTaskHeartbeat',
        'states:ValidateStateMachineDefinition',
        'states:ListStateMachineVersions',
        'states:ListStateMachineAliases',
        'states:StartSyncExecution',
        'states:TagResource',
        'states:UntagResource',
        'states:ListTagsForResource',
        'states:DescribeStateMachineForExecution',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
