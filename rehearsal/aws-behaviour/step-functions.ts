import type { ServiceLedger } from './behaviour';

export const stepFunctions: ServiceLedger = {
  service: 'step-functions',
  behaviours: [
    {
      id: 'step-functions/errors-under-the-base-name',
      subjects: ['states:StartExecution', 'AWS::StepFunctions::StateMachine'],
      does: 'A Task\'s error is named <Service>.<Error>Exception only where the operation\'s model names the error. Everything else, such as throttling by CloudFormation, Systems Manager or SageMaker and every denial, arrives as <Service>.<Service>Exception; optimized integrations say SageMaker.AmazonSageMakerException or SNS.AmazonSNSException. A Retry that names CloudFormation.ThrottlingException alone never matches.',
      sources: [
        { page: 'Handling errors in Step Functions workflows', url: 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html' },
        { repository: 'boto/botocore', at: 'service models: the errors of DescribeStacks, GetParameter, DescribeEndpoint and DescribeAlarms name no throttling' },
        { repository: 'aws/aws-toolkit-jetbrains', at: 'issue 464: throttling of CloudFormation is the SDK for Java\'s CloudFormationException' },
      ],
      sure: 'likely',
      enforcedBy: ['rehearsal/events/states/error-names.ts', 'lib/foundation/states-language.ts'],
      tests: [
        { file: 'test/lib/state-machines.test.ts', title: 'tries every task again when the called service throttles it, under the name by which that arrives' },
        { file: 'test/rehearsal/events/state-machines.test.ts', title: 'fails with the service\'s own error when the role may not' },
      ],
      unsettled: {
        chosen: 'The Retry of every Task names both forms, so it matches under either reading.',
        watch: 'TaskFailed events in the history of the first executions.',
        ifWrong: 'A throttled call fails its state at once, with an error name that no Retry lists.',
        change: 'Add the name to `retryTransient` or `retryJobStart` in lib/foundation/states-language.ts.',
      },
    },
    {
      id: 'step-functions/sync-jobs-are-tagged',
      subjects: ['sagemaker:CreateProcessingJob', 'sagemaker:CreateTransformJob', 'sagemaker:CreateTrainingJob'],
      does: 'For a job that a state waits for (.sync), Step Functions adds the tag MANAGED_BY_AWS to the job and reads its tags, as the state machine\'s role: sagemaker:AddTags and sagemaker:ListTags.',
      sources: [
        { repository: 'aws/aws-cdk', at: 'issue 26012 and pull request 27264: the tag and the missing permission' },
        { page: 'Create and manage Amazon SageMaker AI jobs with Step Functions: IAM policies', url: 'https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html' },
      ],
      sure: 'likely',
      enforcedBy: ['rehearsal/events/states/tasks.ts'],
      tests: [
        { file: 'test/rehearsal/sagemaker/processing.test.ts', title: 'that Step Functions waits for carry its tag: who may not tag or read tags, cannot wait' },
        { file: 'test/lib/state-machines.test.ts', title: 'may tag the jobs that it waits for, and read their tags' },
      ],
    },
  ],
  readings: [],
};
