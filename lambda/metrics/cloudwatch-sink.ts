import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

import type { MetricDatum, MetricSink } from './metric-sink';

/**
 * Maximum number of metrics in one call.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
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
