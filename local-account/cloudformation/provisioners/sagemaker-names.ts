import { randomBytes } from 'node:crypto';
import type { ProvisionContext } from '../provisioner';

/**
 * SageMaker's models and endpoint configurations are the exception among CloudFormation's generated names: they do not
 * start with the stack's name (aws/aws-cli issue 4021). A policy that expects it there would not match.
 */
export function sagemakerName({ logicalId }: ProvisionContext): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const random = [...randomBytes(12)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return `${logicalId.slice(0, 50)}-${random}`;
}

/** The last part of an ARN whose resource is <kind>/<name>. */
export function nameInArn(arn: string): string {
  return arn.split('/').pop() ?? '';
}
