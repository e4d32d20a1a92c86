import { type AlarmEntry, everywhere, hour, silence, type World, withEndpoint } from '../alarm-entry';
import type { Deployed } from '../deployed';
import { region } from '../deployed';
import { auditLogs, endpointName, resource } from '../publishers';
import type { Phase } from '../timeline';

const lines = (logGroup: string, ...written: readonly string[]): Phase => ({
  minutes: 3,
  every: 3,
  emit: () => written.map((line) => ({ logGroup, line })),
});

/**
 * A line as Lambda writes it. Without the JSON format a line has no level that a filter could read.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
const functionLine = ({ properties }: Deployed, level: string): string => {
  const message = { errorType: 'Error', errorMessage: 'the object cannot be read' };
  const { LogFormat } = (properties.LoggingConfig ?? {}) as { LogFormat?: string };
  return LogFormat === 'JSON'
    ? JSON.stringify({ timestamp: '2030-01-15T00:00:00.000Z', level, requestId: 'a-request', message })
    : `2030-01-15T00:00:00.000Z\ta-request\t${level}\t${JSON.stringify(message)}`;
};

const logGroupOf = ({ properties }: Deployed): string =>
  String((properties.LoggingConfig as { LogGroup?: string } | undefined)?.LogGroup);

/** Every function of ours. CDK's own, which empties buckets on deletion, logs plain text. */
const functions = ({ stacks }: World): Deployed[] =>
  stacks.of('AWS::Lambda::Function').filter(({ id }) => !id.startsWith('CustomS3AutoDeleteObjects'));

/** Errors of the model server in AWS's images, and of our own serving code, as they write them. */
const failures: Readonly<Record<string, string>> = {
  'a worker exceeds its time': '[2030-01-01 00:00:00 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:12)',
  'a worker is killed':
    '[2030-01-01 00:00:00 +0000] [7] [ERROR] Worker (pid:12) was sent SIGKILL! Perhaps out of memory?',
  'a request cannot be handled': '[2030-01-01 00:00:00 +0000] [12] [ERROR] Error handling request /invocations',
  'a worker does not start': '[2030-01-01 00:00:00 +0000] [12] [ERROR] Exception in worker process',
  'a script raises an exception': '2030-01-01 00:00:00,000 ERROR - inference - Exception on /invocations [POST]',
  'our code fails': JSON.stringify({ level: 'ERROR', event: 'stage failed', stage: 'predict_fn' }),
};

const endpointLogs = (world: World) => world.stacks.physicalName(resource(world, 'Serving/EndpointLogs'));

interface Call {
  readonly eventSource: string;
  readonly eventName: string;
  readonly requestParameters?: object | null;
  readonly errorCode?: string;
  readonly sourceIPAddress?: string;
}

const role = (userName: string) => ({
  type: 'AssumedRole',
  sessionContext: { sessionIssuer: { type: 'Role', userName } },
});
const person = { type: 'IAMUser', userName: 'jane' };
const service = { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' };
/** CloudFormation calls a role after its stack and its logical id. */
const workflowRole = (world: World) => role(`MlaBlueprint-${world.stacks.of('AWS::IAM::Role')[0]?.stack}-Role-1ABC`);
/** The role that people approve with has a name of its own. */
const approverRole = (world: World) => role(String(resource(world, 'Release/ApproverRole').properties.RoleName));

/** A record as CloudTrail writes it ("CloudTrail record contents"). */
const record = (userIdentity: object, call: Call): string =>
  JSON.stringify({
    eventVersion: '1.11',
    awsRegion: region,
    sourceIPAddress: '192.0.2.1',
    requestParameters: null,
    eventType: 'AwsApiCall',
    ...call,
    userIdentity,
  });

const sagemaker = (eventName: string, requestParameters: object): Call => ({
  eventSource: 'sagemaker.amazonaws.com',
  eventName,
  requestParameters,
});
const sts = (eventName: string, roleArn?: string, errorCode?: string): Call => ({
  eventSource: 'sts.amazonaws.com',
  eventName,
  requestParameters: roleArn === undefined ? null : { roleArn, roleSessionName: 'session' },
  ...(errorCode === undefined ? {} : { errorCode }),
});
const of = (eventSource: string, eventName: string): Call => ({
  eventSource: `${eventSource}.amazonaws.com`,
  eventName,
});
const ours = 'arn:aws:iam::111122223333:role/MlaBlueprint-Training-JobRolesTraining-1ABC';

/** An alarm on single events of the audit trail. */
const audited = (
  alarm: string,
  events: (world: World) => Readonly<Record<string, string>>,
  others: (world: World) => readonly string[],
): AlarmEntry => ({
  alarm: `Monitoring/SecurityAlarms${alarm}`,
  in: everywhere,
  statistic: 'Sum',
  counts: true,
  before: () => [silence(10)],
  causes: (world) => ({
    ...each(events(world), (line) => [lines(auditLogs(world), line)]),
    'all of this happens at once': [
      lines(auditLogs(world), ...Object.values(events(world)), ...Object.values(events(world))),
    ],
  }),
  repair: () => [silence(15)],
  normal: (world) => ({ 'other calls are recorded': [lines(auditLogs(world), ...others(world)), silence(hour)] }),
});

function each<T, Result>(all: Readonly<Record<string, T>>, make: (one: T) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(all).map(([about, one]) => [about, make(one)]));
}

const endpointCall = (world: World, eventName: string, rest: Partial<Call> = {}, name = endpointName(world)) =>
  lines(auditLogs(world), record(person, { ...sagemaker(eventName, { endpointName: name }), ...rest }));

export const logAlarms: readonly AlarmEntry[] = [
  {
    alarm: 'Monitoring/LogAlarmsFunctionErrors',
    in: everywhere,
    statistic: 'Sum',
    counts: true,
    causes: (world) => {
      const errors = functions(world).map(
        (one) => [one.name, lines(logGroupOf(one), functionLine(one, 'ERROR'))] as const,
      );
      return {
        ...Object.fromEntries(errors.map(([name, error]) => [`${name} logs an error`, [error]])),
        'several functions log errors': errors.map(([, error]) => error),
      };
    },
    repair: () => [silence(15)],
    normal: (world) => ({
      'functions log what they do, and warnings': functions(world).map((one) =>
        lines(logGroupOf(one), functionLine(one, 'INFO'), functionLine(one, 'WARN')),
      ),
    }),
  },
  {
    alarm: 'Monitoring/LogAlarmsEndpointErrors',
    in: withEndpoint,
    statistic: 'Sum',
    counts: true,
    causes: (world) =>
      each(failures, (line) => [lines(endpointLogs(world), line, line), lines(endpointLogs(world), line, line, line)]),
    repair: () => [silence(15)],
    normal: (world) => ({
      'a failure an hour': Object.values(failures).flatMap((line) => [lines(endpointLogs(world), line), silence(hour)]),
      'requests are refused and workers end': [1, 2, 3, 4, 5].map(() =>
        lines(
          endpointLogs(world),
          JSON.stringify({ level: 'WARN', event: 'request refused', stage: 'input_fn', status: 400 }),
          '[2030-01-01 00:00:00 +0000] [7] [ERROR] Worker (pid:12) exited with code 0',
          '[2030-01-01 00:00:00 +0000] [12] [INFO] Worker exiting (pid: 12)',
          '10.0.0.1 - - [01/Jan/2030:00:00:00 +0000] "POST /invocations HTTP/1.1" 200 20',
        ),
      ),
    }),
  },
  {
    alarm: 'Monitoring/EndpointAlarmsEndpointDeleted',
    in: withEndpoint,
    statistic: 'Minimum',
    counts: true,
    causes: (world) => ({ 'a person deletes the endpoint': [endpointCall(world, 'DeleteEndpoint'), silence(10)] }),
    silence: 'keeps',
    repair: (world) => [endpointCall(world, 'CreateEndpoint'), silence(10)],
    before: (world) => [endpointCall(world, 'CreateEndpoint'), silence(10)],
    normal: (world) => {
      const created = endpointCall(world, 'CreateEndpoint');
      return {
        'CloudFormation deletes it': [
          created,
          silence(10),
          endpointCall(world, 'DeleteEndpoint', { sourceIPAddress: 'cloudformation.amazonaws.com' }),
          silence(10),
        ],
        'a person may not delete it': [
          created,
          silence(10),
          endpointCall(world, 'DeleteEndpoint', { errorCode: 'AccessDenied' }),
          silence(10),
        ],
        'another endpoint is deleted': [
          created,
          silence(10),
          endpointCall(world, 'DeleteEndpoint', {}, 'another'),
          silence(10),
        ],
        'it is described': [created, silence(10), endpointCall(world, 'DescribeEndpoint'), silence(10)],
      };
    },
  },
  audited(
    'DeniedCalls',
    (world) => ({
      'a role is denied a call': record(workflowRole(world), { ...of('s3', 'GetObject'), errorCode: 'AccessDenied' }),
      'it is denied a call in the words of another service': record(workflowRole(world), {
        ...of('dynamodb', 'GetItem'),
        errorCode: 'AccessDeniedException',
      }),
      'it is denied a call of EC2': record(workflowRole(world), {
        ...of('ec2', 'DescribeInstances'),
        errorCode: 'Client.UnauthorizedOperation',
      }),
    }),
    (world) => [
      record(workflowRole(world), of('s3', 'GetObject')),
      record(workflowRole(world), { ...of('s3', 'GetObject'), errorCode: 'NoSuchKey' }),
      record(role('another-workflow'), { ...of('s3', 'GetObject'), errorCode: 'AccessDenied' }),
      record(person, { ...of('s3', 'GetObject'), errorCode: 'AccessDenied' }),
    ],
  ),
  audited(
    'RoleTakenByStranger',
    (world) => ({
      'a person assumes a role of the workflow': record(person, sts('AssumeRole', ours)),
      'somebody does so with a web identity': record(
        { type: 'WebIdentityUser' },
        sts('AssumeRoleWithWebIdentity', ours),
      ),
      'another role does so': record(role('another-workflow'), sts('AssumeRole', ours)),
      'a role is denied, so the trail does not name it': record(
        workflowRole(world),
        sts('AssumeRole', undefined, 'AccessDenied'),
      ),
    }),
    () => [
      record(service, sts('AssumeRole', ours)),
      record(person, sts('AssumeRole', 'arn:aws:iam::111122223333:role/another-role')),
      record(person, sts('GetCallerIdentity')),
    ],
  ),
  audited(
    'ApprovedByWorkflow',
    (world) => ({
      'a role approves a version': record(
        workflowRole(world),
        sagemaker('UpdateModelPackage', { modelApprovalStatus: 'Approved' }),
      ),
      'a role registers an approved version': record(
        workflowRole(world),
        sagemaker('CreateModelPackage', { modelApprovalStatus: 'Approved' }),
      ),
      'it is denied': record(workflowRole(world), {
        ...sagemaker('UpdateModelPackage', { modelApprovalStatus: 'Approved' }),
        errorCode: 'AccessDenied',
      }),
    }),
    (world) => [
      record(approverRole(world), sagemaker('UpdateModelPackage', { modelApprovalStatus: 'Approved' })),
      record(person, sagemaker('UpdateModelPackage', { modelApprovalStatus: 'Approved' })),
      record(workflowRole(world), sagemaker('UpdateModelPackage', { modelApprovalStatus: 'Rejected' })),
      record(workflowRole(world), sagemaker('CreateModelPackage', { modelApprovalStatus: 'PendingManualApproval' })),
    ],
  ),
  audited(
    'KeyDisabled',
    () => ({
      'a key is disabled': record(person, of('kms', 'DisableKey')),
      'a key is to be deleted': record(person, of('kms', 'ScheduleKeyDeletion')),
    }),
    () => ['Decrypt', 'EnableKey', 'CancelKeyDeletion'].map((name) => record(person, of('kms', name))),
  ),
  audited(
    'TrailChanged',
    () =>
      Object.fromEntries(
        ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'].map((name) => [
          `somebody calls ${name}`,
          record(person, of('cloudtrail', name)),
        ]),
      ),
    () => [
      ...['LookupEvents', 'GetTrailStatus', 'StartLogging'].map((name) => record(person, of('cloudtrail', name))),
      record(person, of('another', 'StopLogging')),
    ],
  ),
];
