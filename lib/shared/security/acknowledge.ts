import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The evidence that an acknowledgement leads to: an entry of lib/shared/security/evidence.ts. */
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
 * Acknowledges one rule's finding on one construct, in each pack that has the rule. The id carries the pack as its
 * prefix: without it CDK honours the acknowledgement and leaves it out of the validation report.
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
 * Every role here has its statements written in place: what one role may do is read in one place and goes when the role
 * goes.
 */
export function acknowledgeInlinePolicies(role: IConstruct): void {
  const packs = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'] as const;
  acknowledge(role, 'EV-010', 'IAMNoInlinePolicy', packs, 'One role, one use: the policy belongs to it alone.');
}
