import { type Call, field, fields, type Row, regional, type ServiceCalls, scoped, unscoped } from './rows';

/** A query is named by its id; that it is of some group of the account is all that is known. */
const groupName = (call: Call): string => field('logGroupName')(call) ?? '*';
const groupArn = (call: Call): string => {
  const given = field('resourceArn')(call) ?? field('logGroupIdentifier')(call);
  if (given?.startsWith('arn:')) {
    // IAM's ARN of a log group ends in :*, the API's in the name.
    return given.endsWith(':*') ? given : `${given}:*`;
  }
  return `${regional(call, 'logs', `log-group:${given ?? groupName(call)}`)}:*`;
};
const streamArn = (call: Call): string =>
  `${groupArn(call).replace(/:\*$/, '')}:log-stream:${field('logStreamName')(call) ?? ''}`;

/**
 * An encrypted log group uses its key as the service, for the group's ARN ("Encrypt log data in CloudWatch Logs using
 * KMS").
 */
// AWS: logs/tries-the-key-when-the-group-is-made
const logsUsesKey = (action: string): Row => ({
  action,
  type: 'key',
  resource: async (call) => call.facts.keyArn(field('kmsKeyId')(call) ?? ''),
  extraContext: (call) => ({
    'kms:EncryptionContext:aws:logs:arn': regional(call, 'logs', `log-group:${groupName(call)}`),
  }),
  when: (call) => field('kmsKeyId')(call) !== undefined,
  as: (call) => ({
    kind: 'service',
    service: `logs.${call.region}.amazonaws.com`,
    sourceAccount: call.accountId,
    sourceArn: regional(call, 'logs', `log-group:${groupName(call)}`),
  }),
});
const logsKey: Row[] = ['kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt'].map(logsUsesKey);

/** Amazon CloudWatch Logs. */
export const logs: ServiceCalls = {
  prefix: 'logs',
  source: 'Actions, resources, and condition keys for Amazon CloudWatch Logs',
  operations: {
    ...unscoped(
      'logs',
      'DescribeLogGroups',
      'DescribeResourcePolicies',
      'PutResourcePolicy',
      'DeleteResourcePolicy',
      'StopQuery',
    ),
    ...scoped(
      'logs',
      'log-group',
      groupArn,
      'DeleteLogGroup',
      'DescribeLogStreams',
      'FilterLogEvents',
      'PutRetentionPolicy',
      'DeleteRetentionPolicy',
      'DisassociateKmsKey',
      'PutMetricFilter',
      'DeleteMetricFilter',
      'DescribeMetricFilters',
      'GetQueryResults',
      'PutSubscriptionFilter',
      'DeleteSubscriptionFilter',
      'TagResource',
      'UntagResource',
      'ListTagsForResource',
      'TagLogGroup',
      'ListTagsLogGroup',
    ),
    ...scoped('logs', 'log-stream', streamArn, 'CreateLogStream', 'PutLogEvents', 'GetLogEvents', 'DeleteLogStream'),
    CreateLogGroup: [{ action: 'logs:CreateLogGroup', type: 'log-group', resource: groupArn }, ...logsKey],
    AssociateKmsKey: [{ action: 'logs:AssociateKmsKey', type: 'log-group', resource: groupArn }, ...logsKey],
    StartQuery: [
      {
        action: 'logs:StartQuery',
        type: 'log-group',
        resource: (call) =>
          (fields('logGroupName', 'logGroupNames[]')(call) ?? []).map(
            (name) => `${regional(call, 'logs', `log-group:${name}`)}:*`,
          ),
      },
    ],
  },
};

const alarm = (call: Call, name: string): string => regional(call, 'cloudwatch', `alarm:${name}`);
const alarms = (call: Call): string | string[] => {
  const names = fields('AlarmName', 'AlarmNames[]')(call);
  return names ? names.map((name) => alarm(call, name)) : alarm(call, '*');
};
const dashboards = (call: Call): string[] =>
  (fields('DashboardName', 'DashboardNames[]')(call) ?? []).map(
    (name) => `arn:${call.partition}:cloudwatch::${call.accountId}:dashboard/${name}`,
  );

/** Amazon CloudWatch. */
export const cloudwatch: ServiceCalls = {
  prefix: 'cloudwatch',
  source: 'Actions, resources, and condition keys for Amazon CloudWatch',
  operations: {
    ...unscoped(
      'cloudwatch',
      'GetMetricData',
      'GetMetricStatistics',
      'ListMetrics',
      'DescribeAlarmsForMetric',
      'ListDashboards',
      'GetMetricWidgetImage',
    ),
    ...scoped(
      'cloudwatch',
      'alarm',
      alarms,
      'DescribeAlarms',
      'DeleteAlarms',
      'SetAlarmState',
      'DescribeAlarmHistory',
      'EnableAlarmActions',
      'DisableAlarmActions',
      'PutCompositeAlarm',
    ),
    ...scoped(
      'cloudwatch',
      'alarm',
      (call) => field('ResourceARN')(call) ?? '*',
      'TagResource',
      'UntagResource',
      'ListTagsForResource',
    ),
    ...scoped('cloudwatch', 'dashboard', dashboards, 'PutDashboard', 'GetDashboard', 'DeleteDashboards'),
    PutMetricAlarm: [
      {
        action: 'cloudwatch:PutMetricAlarm',
        type: 'alarm',
        resource: alarms,
        context: { 'cloudwatch:AlarmActions': fields('AlarmActions[]', 'OKActions[]', 'InsufficientDataActions[]') },
      },
    ],
    PutMetricData: [{ action: 'cloudwatch:PutMetricData', context: { 'cloudwatch:namespace': field('Namespace') } }],
  },
};

/** AWS CloudTrail. */
export const cloudtrail: ServiceCalls = {
  prefix: 'cloudtrail',
  source: 'Actions, resources, and condition keys for AWS CloudTrail',
  operations: {
    ...unscoped('cloudtrail', 'LookupEvents', 'DescribeTrails', 'ListTrails'),
    ...scoped(
      'cloudtrail',
      'trail',
      (call) => {
        const name = field('Name')(call) ?? field('TrailName')(call) ?? '';
        return name.startsWith('arn:') ? name : regional(call, 'cloudtrail', `trail/${name}`);
      },
      'CreateTrail',
      'UpdateTrail',
      'DeleteTrail',
      'StartLogging',
      'StopLogging',
      'GetTrailStatus',
      'GetTrail',
      'PutEventSelectors',
      'GetEventSelectors',
    ),
  },
};
