import { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import type { AssemblyNeeds, InstanceNeed } from '../assembly';
import type { OperatorContext } from '../context';
import { explain } from '../errors';
import type { Check } from './check';

export async function quotas(context: OperatorContext, needs: AssemblyNeeds): Promise<Check[]> {
  let limits: Map<string, number>;
  try {
    limits = await sagemakerQuotas(context);
  } catch (error) {
    const { message } = explain(error);
    return [
      {
        name: 'quotas',
        level: 'warn',
        finding: `could not be read: ${message}`,
        remedy: 'Look at Service Quotas, Amazon SageMaker, in the console.',
      },
    ];
  }
  return [
    ...needs.instances.map((need) => quota(`${need.instanceType} for ${need.usage} usage`, need.count, limits)),
    ...totals(needs.instances).map(({ name, count }) => quota(name, count, limits)),
  ];
}

function quota(name: string, count: number, limits: ReadonlyMap<string, number>): Check {
  const limit = limits.get(name);
  const remedy = `Request an increase to ${count} or more under Service Quotas, Amazon SageMaker, "${name}" (often granted within a day), or make the fleet smaller in lib/config.ts.`;
  if (limit === undefined)
    return {
      name: 'quota',
      level: 'warn',
      finding: `no quota named "${name}" was found; up to ${count} are needed`,
      remedy,
    };
  if (limit < count)
    return { name: 'quota', level: 'fail', finding: `${name}: ${limit}, up to ${count} are needed`, remedy };
  return { name: 'quota', level: 'ok', finding: `${name}: ${limit}, up to ${count} are needed` };
}

/** In addition to the quota of each instance type, an account has one for all types together. */
const totalQuotas: Readonly<Record<string, string>> = {
  endpoint: 'Number of instances across active endpoints',
  'processing job': 'Number of instances across all processing jobs',
  'training job': 'Number of instances across all training jobs',
  'transform job': 'Number of instances across all transform jobs',
};

// AWS: sagemaker-jobs/quotas-also-count-all-instance-types
function totals(needs: readonly InstanceNeed[]): { readonly name: string; readonly count: number }[] {
  return Object.entries(totalQuotas).flatMap(([usage, name]) => {
    const count = needs.filter((need) => need.usage === usage).reduce((sum, need) => sum + need.count, 0);
    return count > 0 ? [{ name, count }] : [];
  });
}

/**
 * The default quotas, overridden by the applied ones: ListServiceQuotas leaves out quotas that have no applied value
 * yet.
 */
// AWS: sagemaker-jobs/applied-quotas-leave-out-defaults
async function sagemakerQuotas(context: OperatorContext): Promise<Map<string, number>> {
  const limits = new Map<string, number>();
  for (const Command of [ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand]) {
    let token: string | undefined;
    do {
      const page = await context.clients.quotas.send(
        new Command({ ServiceCode: 'sagemaker', MaxResults: 100, NextToken: token }),
      );
      for (const { QuotaName, Value } of page.Quotas ?? [])
        if (QuotaName !== undefined) limits.set(QuotaName, Value ?? 0);
      token = page.NextToken;
    } while (token !== undefined);
  }
  return limits;
}
