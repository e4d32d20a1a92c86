import type { ServiceLedger } from './behaviour';

const sagemakerLogs = {
  page: 'SageMaker AI Developer Guide: CloudWatch Logs for Amazon SageMaker AI',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html',
} as const;
const groups = {
  page: 'CloudWatch Logs User Guide: Working with log groups and log streams',
  url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html',
} as const;

const model = (operations: string) =>
  ({
    repository: 'boto/botocore',
    at: `botocore/data/logs/2014-03-28/service-2.json: documentation of ${operations} and their members`,
  }) as const;
const properties = (types: string) =>
  ({
    repository: 'aws/aws-cdk',
    at: `aws-cdk-lib, aws-logs/lib/logs.generated.d.ts: documentation of ${types}`,
  }) as const;

export const logs: ServiceLedger = {
  service: 'logs',
  behaviours: [
    {
      id: 'logs/job-groups-never-expire',
      subjects: [
        'sagemaker:CreateProcessingJob',
        'sagemaker:CreateTrainingJob',
        'sagemaker:CreateTransformJob',
        'AWS::Logs::LogGroup',
      ],
      does: 'SageMaker makes the log groups of processing, training and transform jobs with the first job of the account, by fixed names, without retention and without a KMS key. A stack that owned one of them would fail in an account where it exists, and would delete the logs of other workflows with itself.',
      sources: [sagemakerLogs, groups],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/container/job-log.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/processing.test.ts',
          title: 'logs to a group that SageMaker makes, without an end and without a key',
        },
      ],
    },
    {
      id: 'logs/tries-the-key-when-the-group-is-made',
      subjects: ['logs:CreateLogGroup', 'logs:AssociateKmsKey', 'AWS::Logs::LogGroup'],
      does: "A log group with a key is refused unless the key exists, is enabled, and its policy lets CloudWatch Logs of the region use it for the group. The permission is the service's, not the caller's.",
      sources: [model('CreateLogGroup, AssociateKmsKey'), properties('CfnLogGroupProps.kmsKeyId')],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/calls/observability.ts'],
      tests: [
        {
          file: 'local-account/test/gateway/forwarding.test.ts',
          title: 'lets an encrypted log group be made only when its key trusts CloudWatch Logs',
        },
      ],
    },
    {
      id: 'logs/what-is-read-of-a-group',
      subjects: ['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:DescribeLogGroups'],
      does: 'A group is named by its name or an identifier, never by both. FilterLogEvents takes streams from a list or by a prefix, always in the order of time, from either end, up to and including the end time, which GetLogEvents leaves out; a pattern that cannot be read is an InvalidParameterException. DescribeLogGroups takes a prefix or a part of the name; with the latter it returns three members only.',
      sources: [model('FilterLogEvents, GetLogEvents, DescribeLogGroups')],
      sure: 'certain',
      enforcedBy: ['local-account/gateway/filtered-logs.ts', 'local-account/gateway/store_logs.py'],
      tests: [
        'takes the streams that a prefix or a list names, in the order of time',
        'reads a filter pattern as it is written, or refuses it by name',
        'the end of a time range is part of FilterLogEvents and not of GetLogEvents',
        'a group is named by its name or by an identifier, not by both and not by neither',
        'groups are listed by prefix, by a part of their name, by identifier and by class',
      ].map((title) => ({ file: 'local-account/test/gateway/reading-logs.test.ts', title })),
    },
    {
      id: 'logs/resource-policies-are-ten',
      subjects: ['logs:PutResourcePolicy', 'states:CreateStateMachine', 'AWS::StepFunctions::StateMachine'],
      does: 'An account has at most 10 log resource policies of its own in a region, and no request raises that. Step Functions needs one, AWSLogDeliveryWrite20150319, for the logs of state machines: when all are taken by others, CreateStateMachine with a log is refused as if its role lacked the permission.',
      sources: [
        {
          page: 'CloudWatch Logs API Reference: PutResourcePolicy',
          url: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html',
        },
        { repository: 'aws-samples/aws-genai-llm-chatbot', at: 'issue 485: a state machine fails with more than ten' },
      ],
      sure: 'likely',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [
    { subjects: ['AWS::Logs::LogGroup'], pages: [sagemakerLogs, groups], found: ['logs/job-groups-never-expire'] },
    {
      subjects: [
        'AWS::Logs::LogGroup',
        'AWS::Logs::LogStream',
        'AWS::Logs::MetricFilter',
        'logs:CreateLogGroup',
        'logs:AssociateKmsKey',
        'logs:PutRetentionPolicy',
        'logs:PutMetricFilter',
        'logs:DeleteLogGroup',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'logs:GetLogEvents',
        'logs:DeleteLogStream',
      ],
      pages: [
        model(
          'CreateLogGroup, AssociateKmsKey, PutRetentionPolicy, PutMetricFilter, DeleteLogGroup, DescribeLogGroups, DescribeLogStreams, CreateLogStream, PutLogEvents, GetLogEvents, DeleteLogStream',
        ),
        properties('CfnLogGroupProps, CfnMetricFilterProps'),
      ],
      found: ['logs/tries-the-key-when-the-group-is-made', 'logs/what-is-read-of-a-group'],
    },
    {
      subjects: ['logs:DescribeResourcePolicies', 'logs:PutResourcePolicy'],
      pages: [
        model('DescribeResourcePolicies, PutResourcePolicy'),
        {
          page: 'CloudWatch Logs API Reference: PutResourcePolicy',
          url: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html',
        },
      ],
      found: ['logs/resource-policies-are-ten'],
    },
    {
      subjects: [
        'logs:DeleteResourcePolicy',
        'logs:StopQuery',
        'logs:FilterLogEvents',
        'logs:DeleteRetentionPolicy',
        'logs:DisassociateKmsKey',
        'logs:DeleteMetricFilter',
        'logs:DescribeMetricFilters',
        'logs:GetQueryResults',
        'logs:PutSubscriptionFilter',
        'logs:DeleteSubscriptionFilter',
        'logs:TagResource',
        'logs:UntagResource',
        'logs:ListTagsForResource',
        'logs:TagLogGroup',
        'logs:ListTagsLogGroup',
        'logs:StartQuery',
      ],
      pages: [model('the operations that this project does not call')],
      found: 'nothing beyond the model',
    },
  ],
};
