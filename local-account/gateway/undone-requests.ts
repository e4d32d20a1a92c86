import { AwsError, type ServiceCall } from '../platform';

type Input = Readonly<Record<string, unknown>>;

/** What the store would accept without doing it, by operation: the words for what is asked, or undefined. */
const UNDONE: Readonly<Record<string, (input: Input) => string | undefined>> = {
  'cloudwatch:GetMetricData': ({ MetricDataQueries }) =>
    (MetricDataQueries as { Expression?: string }[] | undefined)?.some(({ Expression }) => Expression !== undefined)
      ? 'an Expression (metric math, SEARCH, Metrics Insights)'
      : undefined,
  // The store answers SUCCEEDED, and has no rows.
  'athena:StartQueryExecution': () => 'running a query',
  'dynamodb:CreateTable': undoneTable,
  'logs:CreateLogGroup': ({ logGroupClass, deletionProtectionEnabled }) =>
    logGroupClass !== undefined && logGroupClass !== 'STANDARD'
      ? `the log group class ${String(logGroupClass)}`
      : deletionProtectionEnabled === true
        ? 'deletionProtectionEnabled'
        : undefined,
  'logs:DescribeLogGroups': ({ includeLinkedAccounts, accountIdentifiers }) =>
    includeLinkedAccounts === true || accountIdentifiers !== undefined ? 'reading other accounts' : undefined,
  'logs:FilterLogEvents': unmasked,
  'logs:GetLogEvents': unmasked,
  'logs:StartQuery': ({ queryString }) => {
    // The store passes over commands that it does not know, and so answers with the wrong lines.
    const commands = String(queryString ?? '').split('|');
    const other = commands
      .map((one) => one.trim().split(/\s/)[0]?.toLowerCase())
      .find((one) => one && !INSIGHTS.has(one));
    return other && `the command ${other} of a query`;
  },
};

/** Capacity is not counted, so nothing would be throttled, and changes of items are not streamed. */
function undoneTable(input: Input): string | undefined {
  if (input.BillingMode !== 'PAY_PER_REQUEST') return `BillingMode ${String(input.BillingMode ?? 'PROVISIONED')}`;
  if ((input.StreamSpecification as { StreamEnabled?: boolean } | undefined)?.StreamEnabled)
    return 'StreamSpecification';
  if (input.TableClass !== undefined && input.TableClass !== 'STANDARD')
    return `TableClass ${String(input.TableClass)}`;
  return ['OnDemandThroughput', 'WarmThroughput', 'ResourcePolicy'].find((member) => input[member] !== undefined);
}

/** Data protection policies do not exist here, so nothing is masked, and logs:Unmask is not evaluated. */
function unmasked({ unmask }: Input): string | undefined {
  return unmask === true ? 'unmask' : undefined;
}

/** Commands of Logs Insights that the store carries out. */
const INSIGHTS: ReadonlySet<string> = new Set(['fields', 'sort', 'limit']);

/** Refuses by name what the store would only pretend to do. */
export function refuseUndone({ service, operation, input }: ServiceCall): void {
  const asked = UNDONE[`${service}:${operation}`]?.(input);
  if (asked !== undefined) {
    throw new AwsError(
      'UnsupportedOperation',
      `${service}:${operation}: ${asked} is not supported by the local account`,
    );
  }
}
