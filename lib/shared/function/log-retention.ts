import { RetentionDays } from 'aws-cdk-lib/aws-logs';

import type { WorkflowConfiguration } from '../../config';

/**
 * The configured number of days as a CDK value. CloudWatch Logs accepts only certain numbers:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export function logRetention(configuration: WorkflowConfiguration): RetentionDays {
  const days = configuration.logRetentionDays;
  if (!(days in RetentionDays)) {
    const choices = Object.values(RetentionDays).filter((value) => typeof value === 'number' && value < 9999);
    throw new Error(`logRetentionDays is ${days}; CloudWatch Logs keeps logs for one of ${choices.join(', ')} days`);
  }
  return days;
}
