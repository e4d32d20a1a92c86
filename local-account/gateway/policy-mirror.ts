import type { PolicyStore } from '../iam/policy-store';

export interface MirroredCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The store's response. */
  readonly answer: Buffer;
}

export interface MirrorScope {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
}

/**
 * Policies that come in through ordinary API calls (PutBucketPolicy, PutKeyPolicy, ...) take force like those of a
 * template.
 */
export function mirrorPolicies(policies: PolicyStore, scope: MirrorScope, call: MirroredCall): void {
  MIRRORS[`${call.service}:${call.operation}`]?.(policies, scope, call);
}

type Mirror = (policies: PolicyStore, scope: MirrorScope, call: MirroredCall) => void;

const text = (call: MirroredCall, name: string): string => String(call.input[name] ?? '');
const bucketArn = (scope: MirrorScope, call: MirroredCall): string =>
  `arn:${scope.partition}:s3:::${text(call, 'Bucket')}`;
const roleArn = (scope: MirrorScope, call: MirroredCall): string =>
  `arn:${scope.partition}:iam::${scope.accountId}:role${(call.input.Path as string | undefined) ?? '/'}${text(call, 'RoleName')}`;
const queueArn = (scope: MirrorScope, call: MirroredCall): string =>
  `arn:${scope.partition}:sqs:${scope.region}:${scope.accountId}:${text(call, 'QueueName') || text(call, 'QueueUrl').split('/').pop()}`;
const keyArn = (scope: MirrorScope, id: string): string =>
  id.startsWith('arn:') ? id : `arn:${scope.partition}:kms:${scope.region}:${scope.accountId}:key/${id}`;

function attributePolicy(policies: PolicyStore, arn: string, attributes: unknown): void {
  const policy = (attributes as Record<string, string> | undefined)?.Policy;
  if (policy === '') {
    policies.deleteResourcePolicy(arn);
  } else if (policy !== undefined) {
    policies.putResourcePolicy(arn, policy);
  }
}

const MIRRORS: Readonly<Record<string, Mirror>> = {
  's3:PutBucketPolicy': (policies, scope, call) =>
    policies.putResourcePolicy(bucketArn(scope, call), text(call, 'Policy')),
  's3:DeleteBucketPolicy': (policies, scope, call) => policies.deleteResourcePolicy(bucketArn(scope, call)),
  's3:DeleteBucket': (policies, scope, call) => policies.deleteResourcePolicy(bucketArn(scope, call)),
  'kms:CreateKey': (policies, _scope, call) => {
    const arn = (JSON.parse(call.answer.toString('utf8')) as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
    if (call.input.Policy !== undefined) {
      policies.putResourcePolicy(arn, text(call, 'Policy'));
    }
  },
  'kms:PutKeyPolicy': (policies, scope, call) =>
    policies.putResourcePolicy(keyArn(scope, text(call, 'KeyId')), text(call, 'Policy')),
  'sns:CreateTopic': (policies, scope, call) =>
    attributePolicy(
      policies,
      `arn:${scope.partition}:sns:${scope.region}:${scope.accountId}:${text(call, 'Name')}`,
      call.input.Attributes,
    ),
  'sns:SetTopicAttributes': (policies, _scope, call) => {
    if (text(call, 'AttributeName') === 'Policy') {
      attributePolicy(policies, text(call, 'TopicArn'), { Policy: text(call, 'AttributeValue') });
    }
  },
  'sns:DeleteTopic': (policies, _scope, call) => policies.deleteResourcePolicy(text(call, 'TopicArn')),
  'sqs:CreateQueue': (policies, scope, call) => attributePolicy(policies, queueArn(scope, call), call.input.Attributes),
  'sqs:SetQueueAttributes': (policies, scope, call) =>
    attributePolicy(policies, queueArn(scope, call), call.input.Attributes),
  'sqs:DeleteQueue': (policies, scope, call) => policies.deleteResourcePolicy(queueArn(scope, call)),
  'iam:CreateRole': (policies, scope, call) =>
    policies.putRole({
      arn: roleArn(scope, call),
      trust: text(call, 'AssumeRolePolicyDocument'),
      boundaryArn: call.input.PermissionsBoundary as string | undefined,
    }),
  'iam:UpdateAssumeRolePolicy': (policies, scope, call) =>
    policies.putRole({ arn: roleArn(scope, call), trust: text(call, 'PolicyDocument') }),
  'iam:DeleteRole': (policies, scope, call) => policies.deleteIdentity(roleArn(scope, call)),
  'iam:PutRolePolicy': (policies, scope, call) =>
    policies.putInlinePolicy(roleArn(scope, call), text(call, 'PolicyName'), text(call, 'PolicyDocument')),
  'iam:DeleteRolePolicy': (policies, scope, call) =>
    policies.deleteInlinePolicy(roleArn(scope, call), text(call, 'PolicyName')),
  'iam:AttachRolePolicy': (policies, scope, call) =>
    policies.attachManagedPolicy(roleArn(scope, call), text(call, 'PolicyArn')),
  'iam:DetachRolePolicy': (policies, scope, call) =>
    policies.detachManagedPolicy(roleArn(scope, call), text(call, 'PolicyArn')),
  'iam:CreatePolicy': (policies, scope, call) =>
    policies.putManagedPolicy(
      `arn:${scope.partition}:iam::${scope.accountId}:policy${(call.input.Path as string | undefined) ?? '/'}${text(call, 'PolicyName')}`,
      text(call, 'PolicyDocument'),
    ),
};
