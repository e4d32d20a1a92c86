/** What the policies of resources say, by kind of resource: nothing else, and each of these as far as it reaches here. */
import { allBut, eachValue, type Right } from '../../rights/statement';
import { right, type When } from './duty';
import { keys } from './vocabulary';

function say(
  effect: Right['effect'],
  principals: string | readonly string[],
  actions: string | readonly string[],
  on: readonly string[],
  when: When = {},
): Right[] {
  const parts = right(actions, on, when);
  return [principals]
    .flat()
    .flatMap((principal) =>
      parts.actions.flatMap((action) =>
        (on.length === 0 ? [undefined] : parts.on).flatMap((resource) =>
          parts.when
            .flatMap(eachValue)
            .map((conditions) => ({ effect, principal, action: action.toLowerCase(), resource, conditions })),
        ),
      ),
    );
}

const allow = say.bind(undefined, 'Allow');
const deny = say.bind(undefined, 'Deny');

const everyone = 'AWS:*';
const service = (...names: readonly string[]) => names.map((name) => `Service:${name}.amazonaws.com`);
const account = { 'StringEquals aws:SourceAccount': '<account>' };
const plainHttp = { 'Bool aws:SecureTransport': 'false' };

/** S3 writes the access logs of a bucket, below a prefix, into the bucket that it names. */
export interface AccessLogs {
  readonly of: string;
  readonly prefix: string;
}

export interface BucketUse {
  readonly bucket: string;
  /** CDK empties it when the stack is deleted. */
  readonly isEmptied: boolean;
  readonly logs: readonly AccessLogs[];
}

const accessLogs = '<DataLake/AccessLogs>';
const artifacts = '<DataLake/ArtifactsBucket>';
const audit = '<DataLake/AuditBucket>';
const writing = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];
const encryption = 's3:x-amz-server-side-encryption';
const trail = {
  'StringEquals aws:SourceArn': 'cloudtrail:trail/MlaBlueprint-DataLake-audit-<region>',
};

export function bucketPolicy({ bucket, isEmptied, logs }: BucketUse): Right[] {
  const all = [bucket, `${bucket}/*`];
  return [
    ...deny(everyone, 's3:*', all, plainHttp),
    ...(isEmptied
      ? allow(
          'AWS:<DataLake/CustomS3AutoDeleteObjectsCustomResourceProviderRole>',
          ['s3:PutBucketPolicy', 's3:GetBucket*', 's3:List*', 's3:DeleteObject*'],
          all,
        )
      : []),
    ...logs.flatMap(({ of, prefix }) =>
      allow(service('logging.s3'), 's3:PutObject', [`${bucket}/${prefix}*`], {
        'ArnLike aws:SourceArn': of,
        ...account,
      }),
    ),
    // S3 delivers access logs with a key of its own, and uses no TLS version that one could ask for.
    ...(bucket === accessLogs ? [] : onlyOurKey(bucket)),
    ...(bucket === audit ? trailPolicy(bucket) : []),
  ];
}

/** Objects are encrypted with our key: not with another, not with one of AWS, not with one of the caller. */
function onlyOurKey(bucket: string): Right[] {
  const objects = [`${bucket}/*`];
  return [
    ...deny(everyone, 's3:*', [bucket, `${bucket}/*`], { 'NumericLessThan s3:TlsVersion': '1.2' }),
    ...deny(everyone, writing, objects, {
      [`StringNotEquals ${encryption}-aws-kms-key-id`]: keys.data,
      [`Null ${encryption}-aws-kms-key-id`]: 'false',
    }),
    // SageMaker takes no key for checkpoints, and no page of AWS says which header it sends with them.
    ...deny(
      everyone,
      writing,
      bucket === artifacts ? [allBut(bucket, `${bucket}/pipeline/*/checkpoints/*`)] : objects,
      {
        [`Null ${encryption}`]: 'false',
        [`Null ${encryption}-aws-kms-key-id`]: 'true',
        // CloudTrail asks for encryption and names no key: the bucket's default is ours.
        ...(bucket === audit ? { 'StringNotEqualsIfExists aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' } : {}),
      },
    ),
    ...deny(everyone, writing, objects, { [`Null ${encryption}-customer-algorithm`]: 'false' }),
  ];
}

function trailPolicy(bucket: string): Right[] {
  return [
    ...allow(service('cloudtrail'), 's3:GetBucketAcl', [bucket], trail),
    ...allow(service('cloudtrail'), 's3:PutObject', [`${bucket}/AWSLogs/<account>/*`], {
      ...trail,
      'StringEquals s3:x-amz-acl': 'bucket-owner-full-control',
    }),
  ];
}

/** @param rules the rules that name the queue for events that their target refuses */
export function queuePolicy(queue: string, rules: readonly string[]): Right[] {
  return [
    ...deny(everyone, 'sqs:*', [queue], plainHttp),
    ...rules.flatMap((rule) =>
      allow(service('events'), 'sqs:SendMessage', [queue], { 'ArnEquals aws:SourceArn': rule }),
    ),
  ];
}

export function topicPolicy(topic: string): Right[] {
  return [
    ...deny(everyone, 'sns:Publish', [topic], plainHttp),
    ...(topic === '<Serving/NotificationsTopic>'
      ? allow(service('cloudwatch', 'budgets', 'costalerts'), 'sns:Publish', [topic], account)
      : []),
  ];
}

/** The account's administrators, and with their policies the roles, use the keys. Services use them for us only. */
export function keyPolicy(key: string): Right[] {
  const administration = allow('AWS:iam:root', 'kms:*', ['*']);
  const uses: Readonly<Record<string, readonly Right[]>> = {
    [keys.data]: [
      ...allow(service('cloudtrail'), 'kms:GenerateDataKey*', ['*'], {
        ...account,
        'StringLike kms:EncryptionContext:aws:cloudtrail:arn': 'arn:<partition>:cloudtrail:*:<account>:trail/*',
      }),
      ...allow(service('cloudtrail'), ['kms:Decrypt', 'kms:DescribeKey'], ['*'], account),
    ],
    [keys.operations]: [
      ...allow(
        service('logs.<region>'),
        ['Encrypt', 'Decrypt', 'ReEncrypt*', 'GenerateDataKey*', 'DescribeKey'].map((name) => `kms:${name}`),
        ['*'],
        { 'ArnLike kms:EncryptionContext:aws:logs:arn': 'logs:log-group:*' },
      ),
      // EventBridge and CloudWatch send no source to KMS: queue and topic name it instead.
      ...allow(service('events', 'cloudwatch'), ['kms:Decrypt', 'kms:GenerateDataKey*'], ['*']),
      ...allow(service('budgets', 'costalerts'), ['kms:Decrypt', 'kms:GenerateDataKey*'], ['*'], account),
    ],
  };
  return [...administration, ...(uses[key] ?? [])];
}

/** The only way out of the subnets: to the account's own buckets. */
export function endpointPolicy(): Right[] {
  return allow(everyone, ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:AbortMultipartUpload'], ['*'], {
    'StringEquals aws:ResourceAccount': '<account>',
  });
}

export function repositoryPolicy(): Right[] {
  return allow(
    service('sagemaker'),
    ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    [],
    account,
  );
}
