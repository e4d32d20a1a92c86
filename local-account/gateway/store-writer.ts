import type { StoreClient } from './store-client';

interface Datum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit?: string;
  /** Virtual milliseconds. */
  readonly at: number;
}

interface LogLine {
  readonly at: number;
  readonly message: string;
}

/** Real milliseconds in which writings gather: the store takes one large request in the time of a few small ones. */
const GATHERING = 25;

/** Metrics and log lines that AWS's services write of their own. They are written in the background, in order. */
export class StoreWriter {
  private metrics: Datum[] = [];
  private lines = new Map<string, { group: string; stream: string; lines: LogLine[] }>();
  private readonly known = new Set<string>();
  private running: Promise<void> | undefined;
  private hurry: () => void = () => undefined;

  constructor(
    private readonly store: StoreClient,
    private readonly failed: (error: Error) => void,
  ) {}

  metric(datum: Datum): void {
    this.metrics.push(datum);
    this.start();
  }

  log(group: string, stream: string, at: number, messages: readonly string[]): void {
    const id = `${group}\n${stream}`;
    const pending = this.lines.get(id) ?? { group, stream, lines: [] };
    // CloudWatch Logs refuses empty messages.
    pending.lines.push(...messages.map((message) => ({ at, message: message === '' ? ' ' : message })));
    this.lines.set(id, pending);
    this.start();
  }

  /** Resolves when everything given so far is stored. */
  async settled(): Promise<void> {
    while (this.running) {
      this.hurry();
      await this.running;
    }
  }

  /** A log group was deleted: its streams must be made again. */
  forgetGroups(): void {
    this.known.clear();
  }

  private start(): void {
    this.running ??= this.gather()
      .then(() => this.drain())
      .catch((error: Error) => this.failed(error))
      .finally(() => {
        this.running = undefined;
        if (this.metrics.length > 0 || this.lines.size > 0) {
          this.start();
        }
      });
  }

  private gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHERING);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async drain(): Promise<void> {
    const metrics = this.metrics;
    const lines = this.lines;
    this.metrics = [];
    this.lines = new Map();
    const byNamespace = new Map<string, Datum[]>();
    metrics.forEach((datum) => byNamespace.set(datum.namespace, [...(byNamespace.get(datum.namespace) ?? []), datum]));
    for (const [namespace, data] of byNamespace) {
      for (let start = 0; start < data.length; start += 500) {
        await this.putMetrics(namespace, data.slice(start, start + 500));
      }
    }
    for (const { group, stream, lines: pending } of lines.values()) {
      await this.ensureStream(group, stream);
      for (let start = 0; start < pending.length; start += 1000) {
        const logEvents = pending.slice(start, start + 1000).map(({ at, message }) => ({ timestamp: at, message }));
        // Written when the last of them was said: the clock may have jumped since, and what is two weeks old is
        // refused.
        const at = logEvents.at(-1)?.timestamp;
        await this.store.json(
          'logs',
          'Logs_20140328.PutLogEvents',
          { logGroupName: group, logStreamName: stream, logEvents },
          { at },
        );
      }
    }
  }

  private async putMetrics(namespace: string, data: readonly Datum[]): Promise<void> {
    await this.store.json(
      'monitoring',
      'GraniteServiceVersion20100801.PutMetricData',
      {
        Namespace: namespace,
        MetricData: data.map((datum) => ({
          MetricName: datum.name,
          Dimensions: Object.entries(datum.dimensions).map(([Name, Value]) => ({ Name, Value })),
          Timestamp: datum.at / 1000,
          Value: datum.value,
          Unit: datum.unit ?? 'None',
        })),
      },
      { version: '1.0' },
    );
  }

  private async ensureStream(group: string, stream: string): Promise<void> {
    const id = `${group}\n${stream}`;
    if (this.known.has(id)) {
      return;
    }
    for (const [operation, input] of [
      ['CreateLogGroup', { logGroupName: group }],
      ['CreateLogStream', { logGroupName: group, logStreamName: stream }],
    ] as const) {
      try {
        await this.store.json('logs', `Logs_20140328.${operation}`, input);
      } catch (error) {
        if (!String(error).includes('AlreadyExists')) {
          throw error;
        }
      }
    }
    this.known.add(id);
  }
}
