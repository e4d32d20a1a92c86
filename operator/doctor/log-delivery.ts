import { DescribeResourcePoliciesCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { OperatorContext } from '../context';
import type { Check } from './check';

const mostPolicies = 10;

/**
 * State machines write their logs by this resource policy, which Step Functions creates with the first of them. An
 * account has at most ten in a region.
 */
// AWS: logs/resource-policies-are-ten
export async function logDelivery({ clients }: OperatorContext): Promise<Check> {
  const name = 'log delivery';
  const { resourcePolicies = [] } = await clients.logs.send(new DescribeResourcePoliciesCommand({}));
  const ofAccount = resourcePolicies.filter(({ policyScope }) => policyScope !== 'RESOURCE');
  const exists = ofAccount.some(({ policyName }) => policyName === 'AWSLogDeliveryWrite20150319');
  const finding = `${ofAccount.length} of ${mostPolicies} log resource policies exist`;
  if (exists || ofAccount.length < mostPolicies) return { name, level: 'ok', finding };
  return {
    name,
    level: 'fail',
    finding: `${finding}, and Step Functions needs one to write the logs of state machines`,
    remedy:
      'Delete one that nothing needs: aws logs describe-resource-policies, aws logs delete-resource-policy. Otherwise the Serving stack fails with "The state machine IAM Role is not authorized to access the Log Destination".',
  };
}
