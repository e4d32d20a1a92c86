import type { ServiceLedger } from './behaviour';

const sagemakerLogs = {
  page: 'SageMaker AI Developer Guide: CloudWatch Logs for Amazon SageMaker AI',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html',
} as const;
const groups = {
  page: 'CloudWatch Logs User Guide: Working with log groups and log streams',
  url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html',
} as const;

export const logs: ServiceLedger = {
  service: 'logs',
  behaviours: [
    {
      id: 'logs/job-groups-never-expire',
      subjects: ['sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateTransformJob', 'AWS::Logs::LogGroup'],
      does: 'SageMaker makes the log groups of processing, training and transform jobs with the first job of the account, by fixed names, without retention and without a KMS key. A stack that owned one of them would fail in an account where it exists, and would delete the logs of other workflows with itself.',
      sources: [sagemakerLogs, groups],
      sure: 'certain',
      enforcedBy: ['rehearsal/sagemaker/container/job-log.ts'],
      tests: [{ file: 'test/rehearsal/sagemaker/processing.test.ts', title: 'logs to a group that SageMaker makes, without an end and without a key' }],
    },
  ],
  readings: [{ subjects: ['AWS::Logs::LogGroup'], pages: [sagemakerLogs, groups], found: ['logs/job-groups-never-expire'] }],
};
