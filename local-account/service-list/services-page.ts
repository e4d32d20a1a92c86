import { PROVISIONERS } from '../cloudformation/provisioners/registry';
import { CALL_TABLE } from '../gateway/calls';
import { LOCAL_SERVICE_NAMES } from '../gateway/gateway';

/** SERVICES.md: the operations that an account answers and the resource types that it provisions. */
export function servicesPage(operations: ReadonlyMap<string, readonly string[]>): string {
  const answered = [...operations].filter(([, names]) => names.length > 0);
  const total = answered.reduce((sum, [, names]) => sum + names.length, 0);
  const types = Object.keys(PROVISIONERS).sort();
  return `${[
    '<!-- Generated from the code: npm run services -w local-account -->',
    '# What the local account covers',
    '',
    `${total} operations of ${answered.length} services, and ${types.length} CloudFormation resource types. Any other operation fails with`,
    '"... is not supported by the local account", or is denied because the call table has no row for it.',
    '',
    '- **local**: implemented here.',
    '- **moto**: authorized and validated here, then stored by [moto](https://docs.getmoto.org/), which the account starts.',
    '',
    '| service | answered by | operations |',
    '|---|---|---|',
    ...answered.map(([service, names]) => `| ${service} | ${answerer(service)} | ${[...names].sort().join(', ')} |`),
    '',
    '## Permissions',
    '',
    'Which IAM actions, resources and condition keys an operation needs comes from these pages of the Service',
    'Authorization Reference (`gateway/calls`):',
    '',
    ...answered.map(([service]) => `- ${service}: ${CALL_TABLE[service]?.source}`),
    '',
    '## Resource types',
    '',
    'In addition to these, `Custom::...` types with a Lambda function behind them.',
    '',
    ...types.map((type) => `- ${type}`),
  ].join('\n')}\n`;
}

function answerer(service: string): string {
  // Glue's catalog is moto's, its jobs and data quality are ours.
  if (service === 'glue') return 'local, moto';
  return LOCAL_SERVICE_NAMES.has(service) || service === 'service-quotas' ? 'local' : 'moto';
}
