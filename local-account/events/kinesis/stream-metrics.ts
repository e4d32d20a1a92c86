import type { Platform } from '../../platform';

const MINUTE = 60_000;
const units: Readonly<Record<string, string>> = {
  'GetRecords.Bytes': 'Bytes',
  'GetRecords.IteratorAgeMilliseconds': 'Milliseconds',
  IncomingBytes: 'Bytes',
  'PutRecord.Bytes': 'Bytes',
  'PutRecords.Bytes': 'Bytes',
};

/**
 * A stream's metrics, "sent automatically every minute" (Monitor the Amazon Kinesis Data Streams service with Amazon
 * CloudWatch). A minute's calls are one datum, so that a busy stream does not fill the store.
 */
export class StreamMetrics {
  /** Of the minute at hand, by stream and name. */
  private readonly sums = new Map<string, Map<string, number>>();
  private planned = false;

  constructor(private readonly platform: Platform) {}

  add(stream: string, values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.put(stream, name, (before = 0) => before + value);
  }

  /** Of an age, the largest of a minute is what alarms ask for. */
  age(stream: string, name: string, value: number): void {
    this.put(stream, name, (before = 0) => Math.max(before, value));
  }

  private put(stream: string, name: string, change: (before: number | undefined) => number): void {
    const sums = this.sums.get(stream) ?? new Map<string, number>();
    this.sums.set(stream, sums.set(name, change(sums.get(name))));
    if (this.planned) return;
    this.planned = true;
    let times = 0;
    // Just before the minute is over: alarms look at it when it is.
    this.platform.clock.schedule(
      (after) => (times++ === 0 ? (Math.floor(after / MINUTE) + 1) * MINUTE - 1 : undefined),
      (at) => this.publish(at),
    );
  }

  private publish(at: number): void {
    this.planned = false;
    for (const [StreamName, sums] of this.sums)
      for (const [name, value] of sums)
        this.platform.putMetric({
          namespace: 'AWS/Kinesis',
          name,
          dimensions: { StreamName },
          value,
          unit: units[name] ?? 'Count',
          at,
        });
    this.sums.clear();
  }
}
