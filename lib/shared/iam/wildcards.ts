import { Stack, Validations } from 'aws-cdk-lib';
import { CfnRole, type Role } from 'aws-cdk-lib/aws-iam';

export interface AllowedWildcard {
  /**
   * The resource as the policy writes it, without what leads to it: without the bucket or the log group that it is in,
   * and without the service, the region and the account of an ARN. Such as `/models/*` or `model-package/name/*`.
   */
  readonly pattern: string;
  /** Id of the evidence, and why the resource cannot be named: `EV-001: ...` (lib/shared/security/evidence.ts). */
  readonly reason: string;
}

/** The wildcard on all resources that the role of a processing job needs. */
export const processingNetworkWildcard: AllowedWildcard = {
  pattern: '*',
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
        // Exactly this wildcard: an end like `/*` would also accept `x/*/*`.
        const match = allowed.find((one) => withoutColon(one.pattern) === ownPart(pattern));
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
        .map((one) => `this role has no wildcard "${one.pattern}": remove the acknowledgement of that wildcard`);
    },
  });
}

/** What follows the ARN's account, or the resource of these stacks that the pattern is in. */
function ownPart(pattern: string): string {
  const imported = /^(\{"Fn::GetStackOutput":.*?\}\}|[A-Za-z-]+:ExportsOutput[A-Za-z0-9]+)/;
  return withoutColon(pattern.replace(imported, '').replace(/^.*>/, ''));
}

function withoutColon(text: string): string {
  return text.replace(/^:/, '');
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
