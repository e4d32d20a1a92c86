import type { Template } from '../assembly/template';
import { AwsError } from '../platform';

/** The properties that give IAM resources a name of their own, which needs the stronger capability. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
};
const OTHERS = new Set([
  'AWS::IAM::AccessKey',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Policy',
  'AWS::IAM::UserToGroupAddition',
]);

/** The capability that a template needs, and the types of the resources that need one. */
export function capabilityOf(template: Template) {
  const iam = Object.values(template.resources).filter(({ Type }) => Type in NAMES || OTHERS.has(Type));
  const named = iam.some(({ Type, Properties }) => Type in NAMES && Properties?.[NAMES[Type]] !== undefined);
  const capability = named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  return iam.length === 0 ? undefined : ({ capability, types: iam.map(({ Type }) => Type) } as const);
}

// AWS: cloudformation/iam-needs-a-capability
/**
 * A template with IAM resources is refused unless the caller acknowledges them, at updates with the previous template
 * too.
 */
export function requireCapabilities(template: Template, given: readonly string[]): void {
  const needed = capabilityOf(template)?.capability;
  if (needed !== undefined && !given.includes(needed) && !given.includes('CAPABILITY_NAMED_IAM')) {
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
  }
}
