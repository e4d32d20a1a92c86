import { demanded, isOwnAccount, type LocatedStatement, principals, trustStatements } from '../statements';
import { list } from '../template';
import { type Invariant, place } from './invariant';

const services = [
  'cloudformation',
  'cloudtrail',
  'codebuild',
  'events',
  'firehose',
  'glue',
  'lambda',
  'sagemaker',
  'states',
  'vpc-flow-logs',
].map((name) => `Service:${name}.amazonaws.com`);

/**
 * Services that send no source keys when they assume a role: CloudFormation for a stack's service role, and CloudTrail
 * for the role of its log group ("Role policy document for CloudTrail to use CloudWatch Logs for monitoring"). No page of
 * AWS says that Lambda sends them. A condition on a key that is not sent is never met.
 */
const withoutSource = ['cloudformation', 'cloudtrail', 'lambda'].map((name) => `Service:${name}.amazonaws.com`);

/** People of the account assume it, not a service. */
const isForPeople = ({ id }: LocatedStatement) => /^ApproverRole/.test(id);
const ownAccount = `AWS:${JSON.stringify({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] })}`;

export const trust: readonly Invariant[] = [
  {
    name: 'trusts-one-service',
    why: 'A role that somebody else can become is theirs.',
    check: (templates) =>
      trustStatements(templates).flatMap((one) => {
        const who = principals(one);
        const expected =
          who.length === 1 &&
          (isForPeople(one) ? who[0] === ownAccount : services.includes(who[0])) &&
          list(one.statement.Action).join() === 'sts:AssumeRole' &&
          one.statement.NotPrincipal === undefined;
        return expected
          ? []
          : [
              {
                place: place(one),
                problem: `is trusted to ${who.join(', ')} for ${list(one.statement.Action).join(', ')}`,
              },
            ];
      }),
  },
  {
    name: 'trusts-own-account',
    why: "Without the source account, somebody else's job can be given our role (the confused deputy).",
    check: (templates) =>
      trustStatements(templates)
        .filter((one) => !isForPeople(one) && !principals(one).every((who) => withoutSource.includes(who)))
        .filter((one) => !isOwnAccount(demanded(one, 'StringEquals', 'aws:SourceAccount')))
        .map((one) => ({
          place: place(one),
          problem: 'can be assumed on behalf of another account: no StringEquals aws:SourceAccount',
        })),
  },
  {
    name: 'trust-conditions-that-services-send',
    why: 'A condition on a key that the service does not send refuses the service itself, when the stack is deployed.',
    // AWS: cloudtrail/log-role-without-source-keys, lambda/execution-roles-without-source-keys
    check: (templates) =>
      trustStatements(templates)
        .filter((one) => principals(one).some((who) => withoutSource.includes(who)))
        .filter(({ statement }) =>
          /aws:source(arn|account|orgid|orgpaths)/i.test(JSON.stringify(statement.Condition ?? {})),
        )
        .map((one) => ({
          place: place(one),
          problem: `${principals(one).join(', ')} sends no source keys when it takes a role, so this condition refuses it`,
        })),
  },
];
