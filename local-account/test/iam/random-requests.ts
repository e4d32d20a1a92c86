import fc from 'fast-check';

export const ACCOUNT = '123456789012';
export const FOREIGN = '999999999999';
export const NOW = 1_750_000_000_000;
const BUCKET = 'arn:aws:s3:::lake';
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:alerts`;
export const TRUSTED = `arn:aws:iam::${ACCOUNT}:role/Trusted`;
export const ENDPOINT = 'vpce-0123456789abcdef0';

export type Raw = Record<string, unknown>;

/** A request with every policy that may take part. */
export interface Case {
  readonly account: string;
  readonly user: boolean;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  readonly identity: Raw[];
  readonly resourcePolicy?: Raw[];
  readonly boundary?: Raw[];
  readonly session?: Raw[];
  readonly endpoint?: Raw[];
}

const TARGETS: readonly { action: string; resource: string; others: readonly string[]; actions: readonly string[] }[] =
  [
    {
      action: 's3:GetObject',
      resource: `${BUCKET}/raw/x`,
      others: [
        `${BUCKET}/*`,
        `${BUCKET}/r?w/*`,
        `${BUCKET}/\${aws:PrincipalAccount}/*`,
        `${BUCKET}/\${s3:prefix, 'raw'}/*`,
        `${BUCKET}/other`,
      ],
      actions: ['s3:GetObject', 's3:Get*', 's3:*', 's3:PutObject'],
    },
    {
      action: 's3:PutObject',
      resource: `${BUCKET}/${ACCOUNT}/y`,
      others: [`${BUCKET}/*`, `${BUCKET}/\${aws:PrincipalAccount}/y`, `${BUCKET}/\${aws:SourceVpc, '${ACCOUNT}'}/*`],
      actions: ['s3:PutObject', 's3:put?bject', 's3:*', 's3:GetObject'],
    },
    {
      action: 's3:ListBucket',
      resource: BUCKET,
      others: ['arn:aws:s3:::l*', 'arn:aws:s3:::lak?', `${BUCKET}/*`],
      actions: ['s3:ListBucket', 's3:List*', 's3:*'],
    },
    {
      action: 'kms:Decrypt',
      resource: KEY,
      others: [`arn:aws:kms:*:${ACCOUNT}:key/*`, `arn:aws:kms:us-east-1:${ACCOUNT}:key/*`],
      actions: ['kms:Decrypt', 'kms:*', 'kms:Encrypt'],
    },
    {
      action: 'sns:Publish',
      resource: TOPIC,
      others: ['arn:aws:sns:*:*:alerts', 'arn:aws:sns:eu-west-1:*:b*'],
      actions: ['sns:Publish', 'sns:*', 'sns:Subscribe'],
    },
    {
      action: 'sts:AssumeRole',
      resource: TRUSTED,
      others: [`arn:aws:iam::${ACCOUNT}:role/*`, `arn:aws:iam::${ACCOUNT}:role/T?usted`],
      actions: ['sts:AssumeRole', 'sts:Assume*', 'sts:TagSession'],
    },
  ];

/** Keys with the values that requests and policies draw from: few, so that they meet often. */
const KEYS: Readonly<Record<string, { operators: readonly string[]; values: readonly string[]; list?: boolean }>> = {
  'aws:PrincipalAccount': {
    operators: ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'],
    values: [ACCOUNT, FOREIGN, '1234*'],
  },
  'aws:RequestedRegion': {
    operators: ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike'],
    values: ['eu-west-1', 'EU-WEST-1', 'us-east-1', 'eu-*'],
  },
  'aws:SecureTransport': { operators: ['Bool'], values: ['true', 'false'] },
  'aws:SourceIp': {
    operators: ['IpAddress', 'NotIpAddress'],
    values: ['127.0.0.1', '127.0.0.0/8', '10.0.0.0/8', '10.1.2.3'],
  },
  'aws:CurrentTime': {
    operators: [
      'DateLessThan',
      'DateGreaterThan',
      'DateEquals',
      'DateNotEquals',
      'DateLessThanEquals',
      'DateGreaterThanEquals',
    ],
    values: ['2025-06-15T15:06:40Z', '2030-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
  },
  'aws:PrincipalArn': {
    operators: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    values: [`arn:aws:iam::${ACCOUNT}:role/Train`, `arn:aws:iam::*:role/*`, `arn:aws:iam::${FOREIGN}:role/*`],
  },
  'aws:MultiFactorAuthAge': {
    operators: [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    values: ['10', '20', '30'],
  },
  'aws:TagKeys': {
    operators: ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'],
    values: ['team', 'cost', 'te*'],
    list: true,
  },
  's3:prefix': {
    operators: ['StringEquals', 'StringLike', 'StringNotEquals'],
    values: ['raw', 'raw/*', '${aws:PrincipalAccount}', "${aws:SourceVpc, 'raw'}"],
  },
};

const condition = fc
  .constantFrom(...Object.keys(KEYS))
  .chain((key) => {
    const { operators, values, list } = KEYS[key];
    return fc.record({
      key: fc.constant(key),
      operator: fc.constantFrom(...operators),
      exists: fc.boolean(),
      set: list ? fc.constantFrom('ForAllValues:', 'ForAnyValue:') : fc.constant(''),
      nothing: fc.integer({ min: 0, max: 7 }),
      values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
      isNull: fc.constantFrom('true', 'false'),
    });
  })
  .map(
    ({ key, operator, exists, set, nothing, values, isNull }): Raw =>
      nothing === 0
        ? { Null: { [key]: isNull } }
        : { [`${set}${operator}${exists ? 'IfExists' : ''}`]: { [key]: values } },
  );

function principalElement(account: string, user: boolean): fc.Arbitrary<unknown> {
  const own = user
    ? [`arn:aws:iam::${account}:user/ann`]
    : [`arn:aws:iam::${account}:role/Train`, `arn:aws:sts::${account}:assumed-role/Train/job`];
  return fc.oneof(
    fc.constantFrom('*', { AWS: '*' }),
    fc
      .constantFrom(...own, account, `arn:aws:iam::${account}:root`, `arn:aws:iam::${ACCOUNT}:role/Other`)
      .map((AWS) => ({ AWS })),
    fc.constant({ Service: 'events.amazonaws.com' }),
  );
}

type Target = (typeof TARGETS)[number];

function statement(target: Target, principal: fc.Arbitrary<unknown> | undefined, trust: boolean): fc.Arbitrary<Raw> {
  return fc
    .record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Allow', 'Deny'),
      actions: fc.uniqueArray(fc.constantFrom(...target.actions), { minLength: 1, maxLength: 2 }),
      notAction: fc.integer({ min: 0, max: 7 }),
      resources: fc.uniqueArray(fc.constantFrom(target.resource, target.resource, '*', ...target.others), {
        minLength: 1,
        maxLength: 2,
      }),
      notResource: fc.integer({ min: 0, max: 7 }),
      conditions: fc.oneof(
        { weight: 3, arbitrary: fc.constant<Raw | undefined>(undefined) },
        { weight: 2, arbitrary: condition },
      ),
      Principal: principal ?? fc.constant(undefined),
    })
    .map(({ Effect, actions, notAction, resources, notResource, conditions, Principal }) => ({
      Effect,
      [notAction === 0 && !trust ? 'NotAction' : 'Action']: actions,
      ...(trust ? {} : { [notResource === 0 ? 'NotResource' : 'Resource']: resources }),
      ...(conditions ? { Condition: conditions } : {}),
      ...(Principal ? { Principal } : {}),
    }));
}

const context = fc.record(
  {
    'aws:MultiFactorAuthAge': fc.constantFrom('10', '20', '25'),
    'aws:SourceVpc': fc.constantFrom('raw', ACCOUNT),
    'aws:TagKeys': fc.uniqueArray(fc.constantFrom('team', 'cost', 'other'), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);

export const cases: fc.Arbitrary<Case> = fc
  .record({
    target: fc.constantFrom(...TARGETS),
    account: fc.constantFrom(ACCOUNT, ACCOUNT, ACCOUNT, FOREIGN),
    user: fc.integer({ min: 0, max: 3 }).map((one) => one === 0),
  })
  .chain(({ target, account, user }) => {
    const plain = fc.array(statement(target, undefined, false), { minLength: 1, maxLength: 3 });
    const trust = target.action === 'sts:AssumeRole';
    const resourcePolicy = fc.array(statement(target, principalElement(account, user), trust), {
      minLength: 1,
      maxLength: 3,
    });
    const none = fc.constant<Raw[] | undefined>(undefined);
    const sometimes = (policy: fc.Arbitrary<Raw[]>) =>
      fc.oneof({ weight: 4, arbitrary: none }, { weight: 1, arbitrary: policy });
    return fc.record({
      account: fc.constant(account),
      user: fc.constant(user),
      action: fc.constant(target.action),
      resource: fc.constant(target.resource),
      context: context.map((found) => found as Record<string, string | string[]>),
      identity: plain,
      // A key and a role always have a policy.
      resourcePolicy:
        trust || target.action.startsWith('kms:')
          ? resourcePolicy
          : fc.option(resourcePolicy, { nil: undefined, freq: 2 }),
      boundary: sometimes(plain),
      session: user ? none : sometimes(plain),
      endpoint: target.action.startsWith('s3:')
        ? sometimes(plain.map((list) => list.map((one) => ({ ...one, Principal: '*' }))))
        : none,
    });
  });
