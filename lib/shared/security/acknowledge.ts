import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Id of an entry of lib/shared/security/evidence.ts. */
export type EvidenceId = `EV-${number}`;

export type PackName =
  | 'AwsSolutions'
  | 'HIPAA.Security'
  | 'NIST.800.53.R4'
  | 'NIST.800.53.R5'
  | 'PCI.DSS.321'
  | 'Serverless'
  | 'SecurityHub';

/**
 * Acknowledges one rule's finding on one construct, in each pack that has the rule. The id must begin with the pack:
 * without it, CDK accepts the acknowledgement but leaves it out of the validation report.
 */
export function acknowledge(
  construct: IConstruct,
  evidence: EvidenceId,
  rule: string,
  packs: readonly PackName[],
  reason: string,
): void {
  for (const pack of packs) {
    Validations.of(construct).acknowledge({ id: `${pack}::${pack}-${rule}`, reason: `${evidence}: ${reason}` });
  }
}

/**
 * Acknowledges a role's inline policies. Each role here has its permissions in inline policies, so they are in one place
 * and are deleted with the role.
 */
export function acknowledgeInlinePolicies(role: IConstruct): void {
  const packs = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'] as const;
  acknowledge(role, 'EV-010', 'IAMNoInlinePolicy', packs, 'One role, one use: the policy belongs to it alone.');
}
