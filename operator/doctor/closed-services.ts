import type { AssemblyNeeds } from '../assembly';
import type { Check } from './check';

const closed: readonly [pattern: RegExp, service: string][] = [
  [
    /^AWS::SageMaker::(MonitoringSchedule|DataQualityJobDefinition|ModelQualityJobDefinition)$/,
    'SageMaker Model Monitor',
  ],
  [/^AWS::SageMaker::(ModelBiasJobDefinition|ModelExplainabilityJobDefinition)$/, 'SageMaker Clarify'],
];

/** No call says whether an account may use a closed service; only creating a resource would, and that is billed. */
export function closedServices(needs: AssemblyNeeds): Check {
  const used = closed
    .filter(([pattern]) => [...needs.resourceTypes].some((type) => pattern.test(type)))
    .map(([, service]) => service);
  if (used.length === 0)
    return {
      name: 'closed services',
      level: 'ok',
      finding: 'none is used (Model Monitor, Clarify and Debugger take no new customers)',
    };
  return {
    name: 'closed services',
    level: 'warn',
    finding: `${used.join(', ')} takes no new customers; it works only in an account that used it before mid-2026`,
    remedy:
      'In a newer account set monitoring.modelMonitor to false in lib/config.ts: the own analyzer writes the same files and metrics.',
  };
}
