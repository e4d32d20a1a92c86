import { Stack, Validations } from 'aws-cdk-lib';
import { CfnRole, type Role } from 'aws-cdk-lib/aws-iam';

export interface AllowedWildcard {
  /** End of the pattern, such as `/models/*`, or the whole pattern. */
  readonly endsWith: string;
  /** Id of the evidence, and why the resource cannot be named: `EV-001: ...` (lib/shared/security/evidence.ts). */
  readonly reason: string;
}

/** The wildcard on all resources that the role of a processing job needs. */
export const processingNetworkWildcard: AllowedWildcard = {
  endsWith: '*',
  reason:
    'EV-018: SageMaker refuses a processing job whose role limits the network interface actions. ECR log-in, ec2:Describe actions and metrics take no resource (EV-002).',
};

/**
 * Acknowledges a role's wildcards, each with its own reason. A wildcard without a reason stays a violation, and a
 * reason without a wildcard is an error too.
 *
 * It runs at validation, because a pattern may contain another stack's bucket, whose name in the template (an import,
 * or an output of that stack) is decided only then.
 */
export function acknowledgeWildcards(role: Role, ...allowed: AllowedWildcard[]): void {
  role.node.addValidation({
    validate: () => {
      const patterns = wildcardPatterns(role);
      const used = new Set<AllowedWildcard>();
      for (const pattern of patterns) {
        const match = allowed.find((one) => (one.endsWith === '*' ? pattern === '*' : pattern.endsWith(one.endsWith)));
        if (!match) continue;
        used.add(match);
        Validations.of(role).acknowledge({
          id: `AwsSolutions::AwsSolutions-IAM5[Resource::${pattern}]`,
          reason: match.reason,
        });
        // The Serverless pack has one finding for all wildcards of a function's role.
        if (pattern === '*' && isFunctionRole(role)) {
          Validations.of(role).acknowledge({
            id: 'Serverless::Serverless-LambdaStarPermissions',
            reason: match.reason,
          });
        }
      }
      return allowed
        .filter((one) => !used.has(one))
        .map(
          (one) => `no resource of this role ends with "${one.endsWith}": remove the acknowledgement of that wildcard`,
        );
    },
  });
}

function isFunctionRole(role: Role): boolean {
  return JSON.stringify(Stack.of(role).resolve(role.assumeRolePolicy)).includes('"lambda.amazonaws.com"');
}

interface Statement {
  readonly Effect: string;
  readonly Resource?: unknown;
}

function wildcardPatterns(role: Role): Set<string> {
  const cfnRole = role.node.defaultChild;
  if (!(cfnRole instanceof CfnRole)) throw new Error(`${role.node.path} is not a role of this app`);
  const policies = Stack.of(role).resolve(cfnRole.policies) as { policyDocument: { Statement: Statement[] } }[];
  return new Set(
    policies
      .flatMap(({ policyDocument }) => policyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Resource }) => (Array.isArray(Resource) ? (Resource as unknown[]) : [Resource]))
      .map(flat)
      .filter((pattern) => pattern.includes('*')),
  );
}

/** A reference as cdk-nag writes it in a finding's id: `<LogicalId.Attribute>`, joined with the text around it. */
function flat(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  const [key, argument] = Object.entries(value as object)[0] as [string, unknown];
  switch (key) {
    case 'Ref':
      return `<${flat(argument)}>`;
    case 'Fn::GetAtt':
      return `<${(argument as unknown[]).map(flat).join('.')}>`;
    case 'Fn::Join': {
      const [delimiter, items] = argument as [string, unknown[]];
      return items.map(flat).join(delimiter);
    }
    case 'Fn::ImportValue':
    case 'Fn::Sub':
      return flat(argument);
    default:
      return JSON.stringify(value);
  }
}
