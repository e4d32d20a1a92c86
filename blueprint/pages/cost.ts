import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sandbox, type WorkflowConfiguration } from '../../lib/config';
import { type PriceList, priceOf } from './prices';

export const costPage = 'docs/do/cost.md';

/** AWS's usual month: 365 days of 24 hours, divided by 12. */
const hoursInMonth = 730;

/** How long things last and how many there are, where no file says so. Estimates, to be replaced by what a bill shows. */
const usage = {
  jobMinutes: 5,
  processingJobsInPipeline: 3,
  canaryMinutes: 20,
  driftMetricsEachHour: 3,
  qualityMetricsEachNight: 60,
  featureMetrics: 40,
  gigabytesInS3: 0.3,
  walkThroughHours: 6,
  eventsEachDay: 1_400,
  /** Firehose counts a record as a multiple of 5 KB. */
  kilobytesOfEvent: 5,
};

/** How many resources of a type the default stacks have, from the committed snapshots. */
export function countResources(root: string, type: string): number {
  const folder = join(root, 'test/snapshots/default');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.resources.txt'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.split(/\s/)[0] === type).length;
}

/** What the sandbox configuration costs, in USD. */
export function costs(root: string, list: PriceList, configuration: WorkflowConfiguration = sandbox) {
  const { endpoint, processing, training, transform, monitoring } = configuration.instances;
  const monthly = (id: string, count: number) => (priceOf(list, id) * count) / hoursInMonth;
  const job = (kind: string, { instanceType, instanceCount }: { instanceType: string; instanceCount: number }) =>
    (priceOf(list, `${kind} ${instanceType}`) * instanceCount * usage.jobMinutes) / 60;
  const counts = {
    keys: countResources(root, 'AWS::KMS::Key'),
    alarms: countResources(root, 'AWS::CloudWatch::Alarm'),
    dashboards: countResources(root, 'AWS::CloudWatch::Dashboard'),
  };
  const idle = {
    keys: monthly('KMS key', counts.keys),
    alarms: monthly('alarm', counts.alarms),
    dashboards: monthly('dashboard', counts.dashboards),
    storage: monthly('S3 Standard', usage.gigabytesInS3),
  };
  const idleHour = Object.values(idle).reduce((sum, one) => sum + one, 0);
  const endpointHour = priceOf(list, `hosting ${endpoint.instanceType}`) * endpoint.minimum;
  const pipeline =
    usage.processingJobsInPipeline * job('processing', processing) +
    configuration.tuning.maxJobs * job('training', training);
  const analysis = job('processing', monitoring);
  const nightMetrics = monthly('custom metric', usage.qualityMetricsEachNight);
  const metricsHour = monthly('custom metric', usage.driftMetricsEachHour) + nightMetrics / 24;
  const canary = (endpointHour * usage.canaryMinutes) / 60;
  const batch = job('transform', transform);
  const streamHour = priceOf(list, 'Kinesis shard') * configuration.streaming.shards;
  const servingHour = idleHour + endpointHour + analysis + metricsHour;
  return {
    counts,
    idle,
    idleHour,
    endpointHour,
    pipeline,
    analysis,
    batch,
    metricsHour,
    featureMetricsHour: monthly('custom metric', usage.featureMetrics),
    featureMetricsMonth: priceOf(list, 'custom metric') * usage.featureMetrics,
    streamHour,
    streamMonth: streamHour * hoursInMonth,
    firehoseMonth: (priceOf(list, 'Firehose GB') * usage.eventsEachDay * 30 * usage.kilobytesOfEvent) / 2 ** 20,
    servingHour,
    walkThrough: usage.walkThroughHours * servingHour + pipeline + canary + batch + analysis,
    month: hoursInMonth * servingHour + 30 * analysis,
  };
}

export function costTables(root: string, list: PriceList): string {
  const { counts, idle, ...cost } = costs(root, list);
  const { endpoint, processing, training, transform, monitoring } = sandbox.instances;
  const thousandths = (value: number) => (value < 0.0005 ? '< 0.001' : value.toFixed(3));
  const each = (id: string) => priceOf(list, id).toFixed(2);
  return `List prices of ${list.region} in ${list.currency}, noted on ${list.noted}: [prices.json](../reference/prices.json).

### Idle: everything deployed, no approved model

| what | USD an hour |
|---|---|
| ${counts.keys} KMS keys, ${each('KMS key')} a month each | ${thousandths(idle.keys)} |
| ${counts.alarms} alarms, ${each('alarm')} a month each (10 are free in each account) | ${thousandths(idle.alarms)} |
| ${counts.dashboards} dashboard, ${each('dashboard')} a month (3 are free in each account) | ${thousandths(idle.dashboards)} |
| S3, ${usage.gigabytesInS3} GB | ${thousandths(idle.storage)} |
| VPC without NAT or interface endpoints, event rules, state machines, functions that nobody calls | 0 |
| **sum** | **${thousandths(cost.idleHour)}** |

### In use

| what | while it lasts | USD |
|---|---|---|
| endpoint, ${endpoint.minimum} \`${endpoint.instanceType}\` | from the first approval until you destroy it | ${thousandths(cost.endpointHour)} an hour |
| the same during a canary: old and new fleet | about ${usage.canaryMinutes} minutes a release | ${thousandths(2 * cost.endpointHour)} an hour |
| one pipeline execution: ${usage.processingJobsInPipeline} processing jobs on \`${processing.instanceType}\`, ${sandbox.tuning.maxJobs} training jobs on \`${training.instanceType}\` | about ${usage.jobMinutes} minutes a job | ${thousandths(cost.pipeline)} |
| drift analysis each hour, ${monitoring.instanceCount} \`${monitoring.instanceType}\` | about ${usage.jobMinutes} minutes | ${thousandths(cost.analysis)} |
| model quality run each night, ${monitoring.instanceCount} \`${monitoring.instanceType}\` | about ${usage.jobMinutes} minutes | ${thousandths(cost.analysis)} |
| batch transform, ${transform.instanceCount} \`${transform.instanceType}\` | about ${usage.jobMinutes} minutes a run | ${thousandths(cost.batch)} |
| custom metrics, ${each('custom metric')} a month each (10 are free in each account): ${usage.driftMetricsEachHour} each hour, ${usage.qualityMetricsEachNight} once a night | in the hours in which they get data | ${thousandths(cost.metricsHour)} an hour |
| \`monitoring.featureMetrics: true\`: about ${usage.featureMetrics} more each hour | while there is traffic | ${thousandths(cost.featureMetricsHour)} an hour, ${cost.featureMetricsMonth.toFixed(2)} a month |
| \`streaming.enabled: true\`: ${sandbox.streaming.shards} shard of the stream | as long as the Features stack is there | ${thousandths(cost.streamHour)} an hour, ${cost.streamMonth.toFixed(2)} a month |
| Firehose, ${usage.eventsEachDay.toLocaleString('en')} events a day of ${usage.kilobytesOfEvent} KB each, as it counts them | the same | ${cost.firehoseMonth.toFixed(3)} a month |
| CloudTrail data events on the lake | each 100,000 | ${each('data events')} |

**With the endpoint in service: ${cost.servingHour.toFixed(2)} USD an hour. The commands of the README in half a day (${usage.walkThroughHours} hours): about ${cost.walkThrough.toFixed(1)} USD.
Forgotten for a month: about ${Math.round(cost.month / 10) * 10} USD**, nearly all of it the endpoint.

### Where the prices come from

| price | USD | status | basis |
|---|---|---|---|
${list.prices.map(({ what, price, unit, status, basis, page }) => `| [${what}](${page}) | ${price} per ${unit} | ${status} | ${basis} |`).join('\n')}`;
}
