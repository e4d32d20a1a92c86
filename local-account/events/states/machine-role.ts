import { AwsError, type Platform, type Principal } from '../../platform';
import { authorizeManagedRules } from './tasks';

interface Settings {
  readonly definition?: string;
  readonly name?: string;
  readonly roleArn?: string;
  readonly loggingConfiguration?: { readonly level?: string };
  readonly tracingConfiguration?: { readonly enabled?: boolean };
}

/** "Using CloudWatch Logs to log execution history", IAM policies for logging. */
const logDelivery = [
  'CreateLogDelivery',
  'GetLogDelivery',
  'UpdateLogDelivery',
  'DeleteLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'DescribeResourcePolicies',
  'DescribeLogGroups',
];
/** "Trace Step Functions request data in AWS X-Ray", X-Ray permissions. */
const tracing = ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'];

/**
 * Step Functions assumes the role when a state machine is created, and checks that it may deliver the history, traces,
 * and the rules for ended jobs. All permissions on AWS's pages are required: stricter than AWS, where missing X-Ray
 * permissions only omit the traces.
 *
 * AWS: step-functions/checks-the-role-at-creation
 */
export async function authorizeMachine(platform: Platform, settings: Settings): Promise<void> {
  const { name = '', roleArn = '', definition = '', loggingConfiguration, tracingConfiguration } = settings;
  const { partition, region, accountId } = platform;
  const stateMachineArn = `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}`;
  const sessionName = 'StepFunctions';
  await platform.assumeRole('states.amazonaws.com', roleArn, sessionName, stateMachineArn).catch(() => {
    throw refused(
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    );
  });
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const principal: Principal = {
    kind: 'role',
    roleArn,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${sessionName}`,
    sessionName,
    accountId,
  };
  const needs = (actions: readonly string[]) => {
    for (const action of actions)
      platform.authorize('state machine observability', { principal, action, resource: '*' });
  };
  const logs = (loggingConfiguration?.level ?? 'OFF') !== 'OFF';
  if (logs)
    unless('The state machine IAM Role is not authorized to access the Log Destination', () =>
      needs(logDelivery.map((action) => `logs:${action}`)),
    );
  if (tracingConfiguration?.enabled) needs(tracing.map((action) => `xray:${action}`));
  unless(`'${roleArn}' is not authorized to create managed-rule.`, () =>
    authorizeManagedRules(platform, roleArn, definition),
  );
}

/** Step Functions says what it could not do, not which action was denied. */
function unless(words: string, attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw refused(`${words} (${error.message})`);
  }
}

/** AWS: step-functions/checks-the-role-at-creation */
function refused(message: string): AwsError {
  return new AwsError('AccessDeniedException', message);
}
