import { AwsError, type Platform, type Principal } from '../../platform';
import type { FunctionConfiguration } from './function';

const deadLetters = {
  sqs: { action: 'sqs:SendMessage', call: 'SendMessage on SQS' },
  sns: { action: 'sns:Publish', call: 'Publish on SNS' },
} as const;

/**
 * What Lambda checks when a function is created or changed: that it can assume the role, and that the role may send
 * failed events.
 *
 * AWS: lambda/checks-the-role-at-creation
 */
export async function checkExecutionRole(
  platform: Platform,
  configuration: Pick<FunctionConfiguration, 'FunctionName' | 'Role' | 'DeadLetterConfig'>,
): Promise<void> {
  const { FunctionName: sessionName, Role: roleArn, DeadLetterConfig } = configuration;
  const { partition, region, accountId } = platform;
  try {
    await platform.assumeRole(
      'lambda.amazonaws.com',
      roleArn,
      sessionName,
      `arn:${partition}:lambda:${region}:${accountId}:function:${sessionName}`,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidParameterValueException',
      'The role defined for the function cannot be assumed by Lambda.',
    );
  }
  const target = DeadLetterConfig?.TargetArn;
  if (!target) return;
  const { action, call } = deadLetters[target.split(':')[2] === 'sns' ? 'sns' : 'sqs'];
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${sessionName}`;
  const principal: Principal = { kind: 'role', roleArn, arn, sessionName, accountId };
  try {
    platform.authorize('function dead letters', { principal, action, resource: target });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidParameterValueException',
      `The provided execution role does not have permissions to call ${call}`,
    );
  }
}
