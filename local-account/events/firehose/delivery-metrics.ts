import type { Platform } from '../../platform';

/** A delivery stream's metrics (Monitor Amazon Data Firehose with CloudWatch metrics). */
export function publish(
  platform: Platform,
  DeliveryStreamName: string,
  values: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(values))
    platform.putMetric({
      namespace: 'AWS/Firehose',
      name,
      dimensions: { DeliveryStreamName },
      value,
      unit: /Bytes/.test(name) ? 'Bytes' : /Freshness/.test(name) ? 'Seconds' : 'Count',
    });
}
