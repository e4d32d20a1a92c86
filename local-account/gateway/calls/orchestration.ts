import {
  type Call,
  field,
  fields,
  fixed,
  kmsThrough,
  passRole,
  type Row,
  regional,
  type ServiceCalls,
  scoped,
  unscoped,
} from './rows';

const machine = (call: Call): string => {
  const given = field('stateMachineArn')(call) ?? field('resourceArn')(call);
  return given ?? regional(call, 'states', `stateMachine:${field('name')(call) ?? ''}`);
};
const execution = (call: Call): string => field('executionArn')(call) ?? '';

/** AWS Step Functions. */
export const states: ServiceCalls = {
  prefix: 'states',
  source: 'Actions, resources, and condition keys for AWS Step Functions',
  operations: {
    ...unscoped(
      'states',
      'ListStateMachines',
      'SendTaskSuccess',
      'SendTaskFailure',
      'SendTaskHeartbeat',
      'ValidateStateMachineDefinition',
    ),
    ...scoped(
      'states',
      'statemachine',
      machine,
      'StartExecution',
      'StartSyncExecution',
      'ListExecutions',
      'ListStateMachineVersions',
      'ListStateMachineAliases',
      'DescribeStateMachine',
      'DeleteStateMachine',
      'TagResource',
      'UntagResource',
      'ListTagsForResource',
    ),
    ...scoped(
      'states',
      'execution',
      execution,
      'DescribeExecution',
      'StopExecution',
      'GetExecutionHistory',
      'DescribeStateMachineForExecution',
      'RedriveExecution',
    ),
    CreateStateMachine: [
      { action: 'states:CreateStateMachine', type: 'statemachine', resource: machine },
      passRole('states.amazonaws.com', 'roleArn'),
    ],
    UpdateStateMachine: [
      { action: 'states:UpdateStateMachine', type: 'statemachine', resource: machine },
      passRole('states.amazonaws.com', 'roleArn'),
    ],
  },
};

const bus = (call: Call, name: string | undefined): string =>
  name?.startsWith('arn:') ? name : regional(call, 'events', `event-bus/${name ?? 'default'}`);

const rule = (call: Call): string => {
  const name = field('Rule')(call) ?? field('Name')(call) ?? '';
  const busName = (field('EventBusName')(call) ?? 'default').replace(/^.*event-bus\//, '');
  return regional(call, 'events', busName === 'default' ? `rule/${name}` : `rule/${busName}/${name}`);
};
const RULE = 'rule-on-default-event-bus';

const putEvents: Row = {
  action: 'events:PutEvents',
  type: 'event-bus',
  resource: (call) => {
    const entries = (call.input.Entries as { EventBusName?: string }[] | undefined) ?? [];
    return [...new Set(entries.map((entry) => bus(call, entry.EventBusName)))];
  },
  context: {
    'events:source': fields('Entries[].Source'),
    'events:detail-type': fields('Entries[].DetailType'),
    'events:eventBusInvocation': fixed('false'),
  },
};

/** Amazon EventBridge. */
export const events: ServiceCalls = {
  prefix: 'events',
  source: 'Actions, resources, and condition keys for Amazon EventBridge',
  operations: {
    ...unscoped(
      'events',
      'ListRules',
      'ListRuleNamesByTarget',
      'TestEventPattern',
      'ListEventBuses',
      'PutPermission',
      'RemovePermission',
    ),
    ...scoped(
      'events',
      RULE,
      rule,
      'DescribeRule',
      'EnableRule',
      'DisableRule',
      'DeleteRule',
      'RemoveTargets',
      'ListTargetsByRule',
    ),
    ...scoped(
      'events',
      RULE,
      (call) => field('ResourceARN')(call) ?? '*',
      'TagResource',
      'UntagResource',
      'ListTagsForResource',
    ),
    ...scoped(
      'events',
      'event-bus',
      (call) => bus(call, field('Name')(call) ?? field('EventBusName')(call)),
      'DescribeEventBus',
      'CreateEventBus',
      'DeleteEventBus',
    ),
    PutEvents: [putEvents],
    PutRule: [{ action: 'events:PutRule', type: RULE, resource: rule }, passRole('events.amazonaws.com', 'RoleArn')],
    PutTargets: [
      {
        action: 'events:PutTargets',
        type: RULE,
        resource: rule,
        context: { 'events:TargetArn': fields('Targets[].Arn') },
      },
      passRole('events.amazonaws.com', 'Targets[].RoleArn'),
    ],
  },
};

const schedule = (call: Call): string =>
  regional(call, 'scheduler', `schedule/${field('GroupName')(call) ?? 'default'}/${field('Name')(call) ?? ''}`);

/** Amazon EventBridge Scheduler. */
export const scheduler: ServiceCalls = {
  prefix: 'scheduler',
  source: 'Actions, resources, and condition keys for Amazon EventBridge Scheduler',
  operations: {
    ...unscoped('scheduler', 'ListSchedules', 'ListScheduleGroups'),
    ...scoped('scheduler', 'schedule', schedule, 'GetSchedule', 'DeleteSchedule'),
    CreateSchedule: [
      { action: 'scheduler:CreateSchedule', type: 'schedule', resource: schedule },
      passRole('scheduler.amazonaws.com', 'Target.RoleArn'),
    ],
    UpdateSchedule: [
      { action: 'scheduler:UpdateSchedule', type: 'schedule', resource: schedule },
      passRole('scheduler.amazonaws.com', 'Target.RoleArn'),
    ],
  },
};

const lambdaFunction = (call: Call): string => {
  const given = field('FunctionName')(call) ?? field('Resource')(call) ?? '';
  if (given.startsWith('arn:')) {
    return given;
  }
  const [name, qualifier = field('Qualifier')(call)] = given.replace(/^\d{12}:function:/, '').split(':');
  return regional(call, 'lambda', `function:${name}${qualifier && qualifier !== '$LATEST' ? `:${qualifier}` : ''}`);
};
const onFunction = (action: string): Row => ({
  action: `lambda:${action}`,
  type: 'function',
  resource: lambdaFunction,
});

/**
 * With a key of one's own, Lambda makes a grant on it for the function's role, and encrypts the settings, both as the
 * caller.
 */
// AWS: lambda/grants-the-role-its-key-as-the-caller
const settingsKey = (action: string): Row => kmsThrough(action, 'lambda', field('KMSKeyArn'));
const grant = settingsKey('kms:CreateGrant');
const environmentKey: Row[] = [
  { ...grant, context: { ...grant.context, 'kms:GrantIsForAWSResource': () => 'true' } },
  settingsKey('kms:Encrypt'),
];

/** What only the mapping itself says is not in the context: lambda:FunctionArn is there when a call names a function. */
const onMapping = (...operations: string[]): Record<string, Row[]> =>
  Object.fromEntries(
    operations.map((operation) => [
      operation,
      [
        {
          action: `lambda:${operation}`,
          type: 'eventSourceMapping',
          resource: (call: Call) => regional(call, 'lambda', `event-source-mapping:${field('UUID')(call) ?? ''}`),
          context: {
            'lambda:FunctionArn': (call: Call) =>
              field('FunctionName')(call) === undefined ? undefined : lambdaFunction(call),
          },
        },
      ],
    ]),
  );

/** AWS Lambda. */
export const lambda: ServiceCalls = {
  prefix: 'lambda',
  source: 'Actions, resources, and condition keys for AWS Lambda',
  operations: {
    ...unscoped('lambda', 'ListFunctions', 'ListEventSourceMappings', 'GetAccountSettings'),
    ...scoped(
      'lambda',
      'function',
      lambdaFunction,
      'GetFunction',
      'GetFunctionConfiguration',
      'GetFunctionConcurrency',
      'ListVersionsByFunction',
      'ListAliases',
      'DeleteFunction',
      'UpdateFunctionCode',
      'GetPolicy',
      'ListTags',
      'TagResource',
      'UntagResource',
      'PublishVersion',
      'PutFunctionConcurrency',
      'PutFunctionEventInvokeConfig',
      'DeleteFunctionEventInvokeConfig',
    ),
    Invoke: [onFunction('InvokeFunction')],
    CreateEventSourceMapping: [
      { action: 'lambda:CreateEventSourceMapping', context: { 'lambda:FunctionArn': lambdaFunction } },
    ],
    ...onMapping('GetEventSourceMapping', 'UpdateEventSourceMapping', 'DeleteEventSourceMapping'),
    CreateFunction: [
      {
        ...onFunction('CreateFunction'),
        context: {
          'lambda:SubnetIds': fields('VpcConfig.SubnetIds[]'),
          'lambda:SecurityGroupIds': fields('VpcConfig.SecurityGroupIds[]'),
        },
      },
      passRole('lambda.amazonaws.com', 'Role'),
      ...environmentKey,
    ],
    UpdateFunctionConfiguration: [
      onFunction('UpdateFunctionConfiguration'),
      passRole('lambda.amazonaws.com', 'Role'),
      ...environmentKey,
    ],
    AddPermission: [{ ...onFunction('AddPermission'), context: { 'lambda:Principal': field('Principal') } }],
    RemovePermission: [onFunction('RemovePermission')],
  },
};

const stack = (call: Call): string => {
  const given = field('StackName')(call) ?? field('StackId')(call);
  return given?.startsWith('arn:') ? given : regional(call, 'cloudformation', `stack/${given ?? '*'}/*`);
};
const stackRow = (operation: string): Row => ({
  action: `cloudformation:${operation}`,
  type: 'stack',
  resource: stack,
  context: { 'cloudformation:RoleArn': field('RoleARN') },
});
/** Rows for operations on a change set: they need a permission on its stack. */
const onChangeSet = (operation: string): Row => ({
  action: `cloudformation:${operation}`,
  type: 'stack',
  resource: stack,
  context: { 'cloudformation:ChangeSetName': field('ChangeSetName') },
});
const changing = (operation: string): Row[] => [
  stackRow(operation),
  passRole('cloudformation.amazonaws.com', 'RoleARN'),
];

/** AWS Cloud Control API, whose actions have CloudFormation's prefix. What it calls is authorized as the caller's calls. */
export const cloudControl: ServiceCalls = {
  prefix: 'cloudformation',
  source: 'Actions, resources, and condition keys for AWS CloudFormation',
  operations: unscoped('cloudformation', 'GetResource', 'UpdateResource'),
};

/** AWS CloudFormation. */
export const cloudformation: ServiceCalls = {
  prefix: 'cloudformation',
  source: 'Actions, resources, and condition keys for AWS CloudFormation',
  operations: {
    ...unscoped(
      'cloudformation',
      'ListStacks',
      'ListExports',
      'ValidateTemplate',
      'DescribeType',
      'DescribeStackDriftDetectionStatus',
    ),
    ...scoped(
      'cloudformation',
      'stack',
      stack,
      'DescribeStacks',
      'DescribeStackEvents',
      'DescribeStackResource',
      'DescribeStackResources',
      'ListStackResources',
      'GetTemplate',
      'GetTemplateSummary',
      'CancelUpdateStack',
      'ListChangeSets',
      'DetectStackDrift',
      'DetectStackResourceDrift',
      'DescribeStackResourceDrifts',
      'GetStackPolicy',
      'SetStackPolicy',
      'UpdateTerminationProtection',
    ),
    DescribeChangeSet: [onChangeSet('DescribeChangeSet')],
    ExecuteChangeSet: [onChangeSet('ExecuteChangeSet')],
    DeleteChangeSet: [onChangeSet('DeleteChangeSet')],
    CreateStack: changing('CreateStack'),
    UpdateStack: changing('UpdateStack'),
    DeleteStack: changing('DeleteStack'),
    CreateChangeSet: [
      {
        ...stackRow('CreateChangeSet'),
        context: { ...stackRow('CreateChangeSet').context, ...onChangeSet('CreateChangeSet').context },
      },
      passRole('cloudformation.amazonaws.com', 'RoleARN'),
    ],
    ContinueUpdateRollback: changing('ContinueUpdateRollback'),
    RollbackStack: changing('RollbackStack'),
  },
};
