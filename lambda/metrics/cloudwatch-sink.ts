import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

import type { MetricDatum, MetricSink } from './metric-sink';

/** CloudWatch takes at most 1,000 metrics in one call. */
const perCall = 1_000;

export class CloudWatchSink implements MetricSink {
  constructor(private readonly client: CloudWatchClient = new CloudWatchClient({})) {}

  async put(namespace: string, data: readonly MetricDatum[]): Promise<void> {
    for (let from = 0; from < data.length; from += perCall) {
      const MetricData = data
        .slice(from, from + perCall)
        .map((datum) => ({ ...datum, Dimensions: [...datum.Dimensions] }));
      await this.client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
    }
  }
}
