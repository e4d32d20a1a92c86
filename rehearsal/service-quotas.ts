import type { LocalService, Platform, ServiceCall } from './platform';

/** What a new account often has: small instance types, a few of each. */
const usages: Readonly<Record<string, number>> = {
  'endpoint usage': 4,
  'processing job usage': 4,
  'training job usage': 4,
  'spot training job usage': 4,
  'transform job usage': 4,
};
const instanceTypes = ['ml.m5.large', 'ml.m5.xlarge', 'ml.c5.xlarge'];

/** Service Quotas, as far as `doctor` asks: SageMaker's quotas by instance type. Nothing here enforces them. */
export function serviceQuotas(platform: Pick<Platform, 'partition' | 'region' | 'accountId'>): LocalService {
  const { partition, region, accountId } = platform;
  const quotas = instanceTypes.flatMap((type, at) =>
    Object.entries(usages).map(([usage, value], index) => {
      const QuotaCode = `L-${(0x10000000 + at * 256 + index).toString(16).toUpperCase()}`;
      return {
        ServiceCode: 'sagemaker',
        ServiceName: 'Amazon SageMaker',
        QuotaCode,
        QuotaArn: `arn:${partition}:servicequotas:${region}:${accountId}:sagemaker/${QuotaCode}`,
        QuotaName: `${type} for ${usage}`,
        Value: value,
        Unit: 'None',
        Adjustable: true,
        GlobalQuota: false,
      };
    }),
  );
  return {
    name: 'service-quotas',
    operations: new Set(['ListServiceQuotas']),
    handle: async ({ input }: ServiceCall) => ({ Quotas: input.ServiceCode === 'sagemaker' ? quotas : [] }),
  };
}
