import { resolve } from '../../fixtures/resolve';
import type { Finding } from '../finding';
import { actions, principals, resourceStatements } from '../statements';
import { at, type Located, list, properties, resourcesOf, type Value } from '../template';
import { type Invariant, place } from './invariant';

/**
 * IAM takes 10,240 characters of inline policies a role, white space not counted. Names differ in length by region and
 * prefix, so this check leaves a margin.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const mostRoleCharacters = 9_500;

/**
 * Each quota of a queue's policy; that of bytes with the same margin (8,192).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 */
const mostInQueuePolicy = { bytes: 7_600, conditions: 10, principals: 50, statements: 20, 'actions in a statement': 7 };

function length(document: Value | undefined): number {
  return Buffer.byteLength(JSON.stringify(resolve(document)) ?? '');
}

function conditions(statement: Value): number {
  return Object.values(properties(at(statement, 'Condition'))).reduce<number>(
    (sum, keys) => sum + Object.keys(properties(keys)).length,
    0,
  );
}

/** A role's own inline policies, and those that CloudFormation attaches to it from a resource of their own. */
function inlineDocuments(role: Located, policies: readonly Located[]): (Value | undefined)[] {
  const attached = policies.filter(
    (one) => one.stack === role.stack && list(one.properties.Roles).some((name) => properties(name).Ref === role.id),
  );
  return [
    ...list(role.properties.Policies).map((policy) => at(policy, 'PolicyDocument')),
    ...attached.map((one) => one.properties.PolicyDocument),
  ];
}

export const policySizes: readonly Invariant[] = [
  {
    name: 'inline-policies-fit-their-role',
    why: 'IAM refuses one character too many, in the middle of a deployment.',
    // AWS: iam/inline-policies-have-a-limit
    check: (templates) => {
      const policies = resourcesOf(templates, 'AWS::IAM::Policy');
      return resourcesOf(templates, 'AWS::IAM::Role').flatMap((role): Finding[] => {
        const characters = inlineDocuments(role, policies).reduce<number>((sum, one) => sum + length(one), 0);
        return characters <= mostRoleCharacters
          ? []
          : [
              {
                place: place(role),
                problem: `has ${characters} characters of inline policies; IAM takes 10,240, and this check ${mostRoleCharacters}`,
              },
            ];
      });
    },
  },
  {
    name: 'queue-policies-fit-sqs',
    why: 'SQS refuses the policy of a queue that one rule too many may write to.',
    // AWS: sqs/queue-policies-have-limits
    check: (templates) =>
      resourcesOf(templates, 'AWS::SQS::QueuePolicy').flatMap((policy): Finding[] => {
        const statements = resourceStatements({ [policy.stack]: { Resources: { [policy.id]: policy.resource } } });
        const found: Readonly<Record<keyof typeof mostInQueuePolicy, number>> = {
          bytes: length(policy.properties.PolicyDocument),
          conditions: statements.reduce((sum, { statement }) => sum + conditions(statement), 0),
          principals: statements.reduce((sum, one) => sum + principals(one).length, 0),
          statements: statements.length,
          'actions in a statement': Math.max(0, ...statements.map((one) => actions(one).length)),
        };
        return Object.entries(mostInQueuePolicy)
          .filter(([what, most]) => found[what as keyof typeof found] > most)
          .map(([what, most]) => ({
            place: place(policy),
            problem: `has ${found[what as keyof typeof found]} ${what}, and ${most} are allowed`,
          }));
      }),
  },
];
