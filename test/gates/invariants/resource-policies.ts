import type { Finding } from '../finding';
import {
  actions,
  allows,
  demanded,
  isOwnAccount,
  type LocatedStatement,
  principals,
  resourceStatements,
} from '../statements';
import { at, list, properties, resourcesOf, text } from '../template';
import { type Invariant, place } from './invariant';

const ownRoot = /^AWS:.*"Ref":"AWS::AccountId"\},":root"/;
const ownRole = /^AWS:\{"Fn::GetAtt":\["[A-Za-z0-9]+","Arn"\]\}$/;

/**
 * AWS's pages: EventBridge supports no source keys on the key of what it sends to; the examples for CloudWatch alarms
 * have none. Topics and queues name the source.
 */
const withoutSource = ['Service:events.amazonaws.com', 'Service:cloudwatch.amazonaws.com'];

function usesKeyWithoutSource(one: LocatedStatement): boolean {
  return (
    one.resource.Type === 'AWS::KMS::Key' &&
    principals(one).every((who) => withoutSource.includes(who)) &&
    actions(one).every((action) => action === 'kms:Decrypt' || action === 'kms:GenerateDataKey*')
  );
}

export const resourcePolicies: readonly Invariant[] = [
  {
    name: 'no-principals-of-other-accounts',
    why: 'A policy of a bucket, key, queue or topic that lets in somebody else needs no mistake of ours any more.',
    check: (templates) =>
      resourceStatements(templates)
        .filter(allows)
        .flatMap((one) => [
          ...principals(one)
            .filter((who) => !who.startsWith('Service:') && !ownRoot.test(who) && !ownRole.test(who))
            .map((who) => ({ place: place(one), problem: `lets in ${who}` })),
          ...(principals(one).length === 0
            ? [{ place: place(one), problem: 'lets in whoever it does not name (NotPrincipal)' }]
            : []),
        ]),
  },
  {
    name: 'services-act-for-own-account',
    why: 'A service acts for every customer: without the source, for others too.',
    check: (templates) =>
      resourceStatements(templates)
        .filter((one) => allows(one) && principals(one).some((who) => who.startsWith('Service:')))
        .filter((one) => {
          const account = isOwnAccount(demanded(one, 'StringEquals', 'aws:SourceAccount'));
          const source = ['StringEquals', 'ArnEquals', 'ArnLike'].flatMap((operator) =>
            demanded(one, operator, 'aws:SourceArn'),
          );
          const logs = demanded(one, 'ArnLike', 'kms:EncryptionContext:aws:logs:arn');
          const named =
            [...source, ...logs].length > 0 &&
            [...source, ...logs].every((arn) => /"AWS::AccountId"|Fn::GetAtt/.test(text(arn)));
          return !account && !named && !usesKeyWithoutSource(one);
        })
        .map((one) => ({ place: place(one), problem: `${principals(one).join(', ')} may act for any account` })),
  },
  {
    name: 'rules-and-alarms-use-keys-without-source',
    why: 'With a source condition on the key, events and alarms vanish without a trace.',
    // AWS: kms/no-source-keys-for-rules-and-alarms
    check: (templates) =>
      resourceStatements(templates)
        .filter(
          (one) =>
            one.resource.Type === 'AWS::KMS::Key' &&
            allows(one) &&
            principals(one).some((who) => withoutSource.includes(who)),
        )
        .filter(({ statement }) => /aws:source(arn|account|orgid)/i.test(JSON.stringify(statement.Condition ?? {})))
        .map((one) => ({
          place: place(one),
          problem: `asks ${principals(one).join(', ')} for a source that the service does not send to KMS`,
        })),
  },
  {
    name: 'only-the-account-has-full-key-access',
    why: 'Whoever may do everything with a key may also delete it, or give it away.',
    check: (templates) =>
      resourceStatements(templates)
        .filter(
          (one) =>
            one.resource.Type === 'AWS::KMS::Key' &&
            allows(one) &&
            actions(one).some((action) => /^kms:(\*|Create|Put|Disable|Schedule)/.test(action)),
        )
        .filter((one) => !principals(one).every((who) => ownRoot.test(who)))
        .map((one) => ({ place: place(one), problem: `${principals(one).join(', ')} may ${actions(one).join(', ')}` })),
  },
  {
    name: 'encrypted-transport-only',
    why: 'Plain HTTP shows the data to everyone on the way.',
    check: (templates) => {
      const needed = resourcesOf(templates, 'AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy');
      const bare = resourcesOf(templates, 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::SNS::Topic').filter(
        ({ stack, id }) =>
          !needed.some((policy) => policy.stack === stack && text(policy.properties).includes(`"Ref":"${id}"`)),
      );
      return [
        ...bare.map((one) => ({ place: place(one), problem: 'has no policy, so plain HTTP is accepted' })),
        ...needed.flatMap((policy): Finding[] => {
          const denies = resourceStatements({ [policy.stack]: { Resources: { [policy.id]: policy.resource } } }).some(
            (one) =>
              one.statement.Effect === 'Deny' &&
              demanded(one, 'Bool', 'aws:SecureTransport').join() === 'false' &&
              principals(one).join() === 'AWS:*',
          );
          return denies ? [] : [{ place: place(policy), problem: 'does not deny plain HTTP to everyone' }];
        }),
      ];
    },
  },
  {
    name: 'other-keys-denied',
    why: "An object encrypted with somebody else's key is readable by them and perhaps not by us.",
    check: (templates) =>
      resourcesOf(templates, 'AWS::S3::BucketPolicy')
        .filter(({ id }) => !id.startsWith('AccessLogs'))
        .flatMap((policy) => {
          const denied = resourceStatements({ [policy.stack]: { Resources: { [policy.id]: policy.resource } } }).filter(
            (one) => one.statement.Effect === 'Deny' && actions(one).includes('s3:PutObject'),
          );
          const header = 's3:x-amz-server-side-encryption';
          const ways: Readonly<Record<string, (one: LocatedStatement) => boolean>> = {
            'another key than ours': (one) =>
              /KeysData/.test(text(demanded(one, 'StringNotEquals', `${header}-aws-kms-key-id`))),
            'a key of AWS': (one) =>
              demanded(one, 'Null', header).join() === 'false' &&
              demanded(one, 'Null', `${header}-aws-kms-key-id`).join() === 'true',
            'a key of the caller': (one) => demanded(one, 'Null', `${header}-customer-algorithm`).join() === 'false',
          };
          return Object.entries(ways)
            .filter(([, refuses]) => !denied.some(refuses))
            .map(([key]) => ({ place: place(policy), problem: `lets objects be written with ${key}` }));
        }),
  },
  {
    name: 'functions-called-by-named-sources',
    why: 'A function that any rule of any account may call does their work with our permissions.',
    check: (templates) => [
      ...resourcesOf(templates, 'AWS::Lambda::Permission')
        .filter(
          ({ properties: permission }) =>
            !/^[a-z]+\.amazonaws\.com$/.test(text(permission.Principal)) ||
            permission.SourceArn === undefined ||
            text(permission.SourceArn).includes('*') ||
            !/"AWS::AccountId"|Fn::GetAtt/.test(text(permission.SourceArn)) ||
            permission.Action !== 'lambda:InvokeFunction',
        )
        .map((one) => ({ place: place(one), problem: 'does not name the one source in this account that may call' })),
      ...resourcesOf(templates, 'AWS::Lambda::Url').map((one) => ({
        place: place(one),
        problem: 'gives a function a public address',
      })),
    ],
  },
  {
    name: 's3-endpoint-to-own-buckets',
    why: 'The S3 endpoint is the only way out of the subnets: open, it is the way by which data leave.',
    check: (templates) =>
      resourcesOf(templates, 'AWS::EC2::VPCEndpoint').flatMap((one) => {
        const statements = list(at(one.properties, 'PolicyDocument.Statement')).map(properties);
        const closed = statements
          .filter(({ Effect }) => Effect === 'Allow')
          .every(
            (statement) =>
              isOwnAccount(list(at(statement, 'Condition.StringEquals.aws:ResourceAccount'))) &&
              !list(statement.Action).some((action) => text(action).includes('*')),
          );
        return statements.length > 0 && closed
          ? []
          : [{ place: place(one), problem: 'lets traffic through to buckets of other accounts, or every action' }];
      }),
  },
];
