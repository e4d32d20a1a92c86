import type { Platform, Principal } from '../../platform';

interface Settings {
  readonly name?: string;
  readonly roleArn?: string;
  readonly loggingConfiguration?: { readonly level?: string };
  readonly tracingConfiguration?: { readonly enabled?: boolean };
}

/** "Using CloudWatch Logs to log execution history", IAM policies for logging. */
const logDelivery = [
  'CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy',
  'DescribeResourcePolicies', 'DescribeLogGroups',
];
/** "Trace Step Functions request data in AWS X-Ray", X-Ray permissions. */
const tracing = ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'];

/**
 * A machine's role must be able to deliver its history and its traces. All that the pages list is asked for when the machine is made, and the machine is
 * refused without it: stricter than AWS, where missing X-Ray permissions only leave the traces out.
 */
export async function authorizeObservability(platform: Platform, settings: Settings): Promise<void> {
  const { name = '', roleArn = '', loggingConfiguration, tracingConfiguration } = settings;
  const actions = [
    ...((loggingConfiguration?.level ?? 'OFF') === 'OFF' ? [] : logDelivery.map((action) => `logs:${action}`)),
    ...(tracingConfiguration?.enabled ? tracing.map((action) => `xray:${action}`) : []),
  ];
  if (actions.length === 0) return;
  const { partition, region, accountId } = platform;
  const sessionName = 'StepFunctions';
  await platform.assumeRole('states.amazonaws.com', roleArn, sessionName, `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}`);
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const principal: Principal = { kind: 'role', roleArn, arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${sessionName}`, sessionName, accountId };
  for (const action of actions) platform.authorize('state machine observability', { principal, action, resource: '*' });
}
