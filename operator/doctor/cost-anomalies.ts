import { DescribeOrganizationCommand } from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { OperatorContext } from '../context';
import type { Check } from './check';

/**
 * Only the account that pays can create a cost anomaly monitor over a tag; a member account of an organization cannot.
 */
// AWS: cost/anomaly-monitors-by-tag-need-the-management-account
export async function costAnomalies(context: OperatorContext): Promise<Check> {
  const name = 'cost anomalies';
  const { Account } = await context.clients.sts.send(new GetCallerIdentityCommand({}));
  try {
    const { Organization } = await context.clients.organizations.send(new DescribeOrganizationCommand({}));
    if (Organization?.MasterAccountId === Account)
      return { name, level: 'ok', finding: "this is the organization's management account" };
    return {
      name,
      level: 'fail',
      finding: `account ${Account ?? '?'} is a member of an organization; a cost anomaly monitor by tag needs its management account`,
      remedy: 'Leave costAnomaly out of lib/config.ts (its default).',
    };
  } catch (error) {
    if ((error as Error).name !== 'AWSOrganizationsNotInUseException') throw error;
    return { name, level: 'ok', finding: 'the account is in no organization' };
  }
}
