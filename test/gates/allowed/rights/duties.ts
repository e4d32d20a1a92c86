/**
 * Duties that several roles have. A new function names its duties here: `reads('curated', 'curated/*')` brings the
 * objects and the use of their key.
 */
import { type Allowed, type Duty, duty, right } from './duty';
import { type BucketName, buckets, endpoint, keys, notifications, stateMachine } from './vocabulary';

type KeyService = 'dynamodb' | 'kinesis' | 's3' | 'sagemaker' | 'sns' | 'sqs';

/** A key only through the service that encrypts with it: the role cannot call KMS with data of its own. */
export function keyThrough(service: KeyService, key: string, ...actions: readonly string[]): Allowed {
  return right(actions, key, { 'StringEquals kms:ViaService': `${service}.<region>.amazonaws.com` });
}

const objects = (bucket: BucketName, prefixes: readonly string[]) =>
  prefixes.map((prefix) => `${buckets[bucket]}/${prefix}`);

export const reads = (bucket: BucketName, ...prefixes: readonly string[]): Duty =>
  duty(
    `reads ${prefixes.join(', ')}`,
    right('s3:GetObject', objects(bucket, prefixes)),
    keyThrough('s3', keys.data, 'kms:Decrypt'),
  );

export const readsVersions = (bucket: BucketName, ...prefixes: readonly string[]): Duty =>
  duty(
    `reads earlier versions of ${prefixes.join(', ')}`,
    right('s3:GetObjectVersion', objects(bucket, prefixes)),
    keyThrough('s3', keys.data, 'kms:Decrypt'),
  );

export const writes = (bucket: BucketName, ...prefixes: readonly string[]): Duty =>
  duty(
    `writes ${prefixes.join(', ')}`,
    right('s3:PutObject', objects(bucket, prefixes)),
    keyThrough('s3', keys.data, 'kms:GenerateDataKey'),
  );

/** Large objects are uploaded in parts, which S3 decrypts to put them together. */
export const writesInParts = (bucket: BucketName, ...prefixes: readonly string[]): Duty =>
  duty(
    `writes ${prefixes.join(', ')} in parts`,
    right(['s3:PutObject', 's3:AbortMultipartUpload'], objects(bucket, prefixes)),
    keyThrough('s3', keys.data, 'kms:GenerateDataKey', 'kms:Decrypt'),
  );

/** The names below prefixes, not those of the whole bucket. */
export const lists = (bucket: BucketName, ...prefixes: readonly string[]): Duty =>
  duty(`lists ${prefixes.join(', ')}`, right('s3:ListBucket', buckets[bucket], { 'StringLike s3:prefix': prefixes }));

/** Code and configuration that `cdk deploy` uploads, by its hash. */
export const readsAssets = (...extensions: readonly string[]): Duty =>
  duty(
    'reads its code',
    right(
      's3:GetObject',
      extensions.map((extension) => `<assets>/<asset>.${extension}`),
    ),
  );

export const listsAssets = (...names: readonly string[]): Duty =>
  duty('lists its code', right('s3:ListBucket', '<assets>', { 'StringLike s3:prefix': names }));

/** Metrics have no resource: the namespace is the only limit, and metrics start retrainings and roll back releases. */
export const publishesMetrics = (...namespaces: readonly string[]): Duty =>
  duty(
    `publishes metrics in ${namespaces.join(', ')}`,
    right('cloudwatch:PutMetricData', '*', { 'StringEquals cloudwatch:namespace': namespaces }),
  );

export const sendsTo = (queue: string): Duty =>
  duty(
    `sends to ${queue}`,
    right('sqs:SendMessage', queue),
    keyThrough('sqs', keys.operations, 'kms:GenerateDataKey', 'kms:Decrypt'),
  );

export const notifies = (...topics: readonly string[]): Duty =>
  duty(
    'publishes notifications',
    right('sns:Publish', topics.length === 0 ? notifications : topics),
    keyThrough('sns', keys.operations, 'kms:GenerateDataKey', 'kms:Decrypt'),
  );

export const invokes = (...functions: readonly string[]): Duty =>
  duty(
    `invokes ${functions.join(', ')}`,
    right(
      'lambda:InvokeFunction',
      functions.map((name) => `<${name}>`),
    ),
  );

/** Only to the one service that uses the role: passed to another, it would do that service's work. */
export const passes = (service: string, ...roles: readonly string[]): Duty =>
  duty(
    `passes ${roles.join(', ')} to ${service}`,
    right('iam:PassRole', roles, { 'StringEquals iam:PassedToService': `${service}.amazonaws.com` }),
  );

export const describesPackages: Duty = duty(
  'describes model packages',
  right('sagemaker:DescribeModelPackage', 'sagemaker:model-package/<workflow>/*'),
);

export const describesEndpoint: Duty = duty('describes the endpoint', right('sagemaker:DescribeEndpoint', endpoint));

/** CloudWatch's GetMetricStatistics and EC2's Describe actions support no resource. */
export const readsInvocationMetrics: Duty = duty(
  'reads metrics of the endpoint',
  right('cloudwatch:GetMetricStatistics', '*'),
);

export const starts = (machine: string): Duty =>
  duty(`starts ${machine}`, right('states:StartExecution', stateMachine(machine)));

/** Step Functions follows a job by a rule of its own, with this name. */
export const waitsForJobs = (kind: 'Processing' | 'Transform'): Duty =>
  duty(
    'waits for its jobs',
    right(
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      `events:rule/StepFunctionsGetEventsForSageMaker${kind}JobsRule`,
    ),
  );

/** A function's log group has the name of its role, with Logs instead of Role. */
export const writesOwnLogs = (role: string): Duty =>
  duty(
    'writes its logs',
    right(
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      `logs:log-group:<${role.replace(/Role$/, 'Logs')}>:log-stream:*`,
    ),
  );

/** Log deliveries and traces support no resource. */
export const logsAndTraces: readonly Duty[] = [
  duty(
    'delivers the logs of its executions',
    right(
      [
        ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
        ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
      ].map((name) => `logs:${name}`),
      '*',
    ),
  ),
  duty(
    'writes traces',
    right(
      ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
      '*',
    ),
  ),
];
