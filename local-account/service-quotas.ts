import type { LocalService, Platform, ServiceCall } from './platform';

/** Quotas of each small instance type, as a new account may have them. */
const usages: Readonly<Record<string, number>> = {
  'endpoint usage': 8,
  'processing job usage': 4,
  'training job usage': 4,
  'spot training job usage': 4,
  'transform job usage': 4,
};
/** In addition to each type's own quota: the instances of all types together. */
const totals: Readonly<Record<string, number>> = {
  'Number of instances across active endpoints': 20,
  'Number of instances across all processing jobs': 20,
  'Number of instances across all training jobs': 20,
  'Number of instances across all transform jobs': 20,
};
const instanceTypes = ['ml.m5.large', 'ml.m5.xlarge', 'ml.c5.xlarge'];

/** Service Quotas: SageMaker's quotas by instance type. Nothing here enforces them. */
export function serviceQuotas(platform: Pick<Platform, 'partition' | 'region' | 'accountId'>): LocalService {
  const { partition, region, accountId } = platform;
  const limits = [
    ...instanceTypes.flatMap((type) =>
      Object.entries(usages).map(([usage, value]) => [`${type} for ${usage}`, value] as const),
    ),
    ...Object.entries(totals),
  ];
  const quotas = limits.map(([QuotaName, Value], index) => {
    const QuotaCode = `L-${(0x10000000 + index).toString(16).toUpperCase()}`;
    return {
      ServiceCode: 'sagemaker',
      ServiceName: 'Amazon SageMaker',
      QuotaCode,
      QuotaArn: `arn:${partition}:servicequotas:${region}:${accountId}:sagemaker/${QuotaCode}`,
      QuotaName,
      Value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
    };
  });
  return {
    name: 'service-quotas',
    operations: new Set(['ListServiceQuotas', 'ListAWSDefaultServiceQuotas']),
    // AWS: sagemaker-jobs/applied-quotas-leave-out-defaults
    handle: async ({ input, operation }: ServiceCall) => ({
      Quotas:
        input.ServiceCode === 'sagemaker'
          ? quotas.filter(({ QuotaName }) => operation === 'ListAWSDefaultServiceQuotas' || !(QuotaName in totals))
          : [],
    }),
  };
}
