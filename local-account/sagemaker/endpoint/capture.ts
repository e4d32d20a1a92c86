import { randomUUID } from 'node:crypto';
import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import { putObject } from '../container/transfer';
import type { Engine } from '../engine';
import { RoleSession } from '../role-session';

export interface Exchange {
  readonly at: Date;
  readonly eventId: string;
  readonly inferenceId?: string;
  readonly customAttributes?: string;
  readonly input: { readonly contentType: string; readonly body: Uint8Array };
  readonly output: { readonly contentType: string; readonly body: Uint8Array };
}

/** Lines in one file; AWS cuts by size. */
const MAX_LINES = 2_000;
/** Captured lines are collected and delivered this long after the first of them. */
const DELAY = 5 * 60_000;

interface CapturedLine {
  readonly hour: string;
  readonly text: string;
}

/** What is collected, and for whom. */
export interface CaptureState {
  readonly config: DataCaptureConfig;
  readonly variantName: string;
  readonly roleArn: string;
  readonly credit: number;
  readonly lines: readonly CapturedLine[];
}

/** Data capture of one variant: JSON lines, collected and written to S3 as the model's role. */
export class Capture {
  private lines: CapturedLine[] = [];
  private credit = 0;
  private writing: Promise<void> = Promise.resolve();
  /** Taken for a file that is not in S3 yet. */
  private readonly unwritten = new Set<CapturedLine[]>();
  private planned = false;

  constructor(
    private readonly engine: Engine,
    private readonly config: DataCaptureConfig,
    private readonly endpointName: string,
    private readonly variantName: string,
    private readonly roleArn: string,
    private readonly endpointArn: string,
  ) {}

  add(exchange: Exchange): void {
    // Every nth exchange instead of dice: the same requests give the same captures.
    this.credit += this.config.InitialSamplingPercentage ?? 100;
    if (!(this.config.EnableCapture ?? true) || this.credit < 100) {
      return;
    }
    this.credit -= 100;
    if (this.lines.length >= MAX_LINES) void this.flush();
    this.lines.push({ hour: exchange.at.toISOString().slice(0, 13), text: JSON.stringify(this.record(exchange)) });
    this.planDelivery();
  }

  state(): CaptureState {
    const { config, variantName, roleArn, credit } = this;
    return { config, variantName, roleArn, credit, lines: [...[...this.unwritten].flat(), ...this.lines] };
  }

  /** What a snapshot has of it. */
  take({ credit, lines }: CaptureState): void {
    this.credit = credit;
    this.lines.push(...lines);
    if (lines.length > 0) this.planDelivery();
  }

  /**
   * Once, and only while there is something to deliver: an idle endpoint must not make virtual months long. The
   * captures of an hour's last minutes come after the hour has ended.
   */
  // AWS: sagemaker-monitoring/captures-come-late
  private planDelivery(): void {
    if (this.planned) {
      return;
    }
    const { clock } = this.engine.platform;
    this.planned = true;
    const next = (after: number): number | undefined => (this.planned ? after + DELAY : undefined);
    const cancel = clock.schedule(next, () => {
      this.planned = false;
      cancel();
      return clock.working(this.flush());
    });
  }

  /** Writes what has been collected; resolves when it, and all before it, is in S3. */
  flush(): Promise<void> {
    const lines = this.lines;
    this.lines = [];
    for (const hour of new Set(lines.map((line) => line.hour))) {
      const taken = lines.filter((line) => line.hour === hour);
      const text = taken.map((line) => `${line.text}\n`).join('');
      this.unwritten.add(taken);
      this.writing = this.writing
        .then(() => this.write(text, hour))
        .catch((error: Error) => {
          this.engine.platform.record({
            kind: 'capture',
            summary: `captures of ${this.endpointName} were lost: ${error.message}`,
          });
        })
        .finally(() => this.unwritten.delete(taken));
    }
    return this.writing;
  }

  private async write(text: string, hour: string): Promise<void> {
    const [date, hours] = hour.split('T');
    const time = new Date(this.engine.platform.clock.now()).toISOString().slice(14, 23).replace(/[:.]/g, '-');
    const folder = `${(this.config.DestinationS3Uri ?? '').replace(/\/$/, '')}/${this.endpointName}/${this.variantName}`;
    const uri = `${folder}/${date.replace(/-/g, '/')}/${hours}/${time}-${randomUUID()}.jsonl`;
    const session = await RoleSession.take(this.engine.platform, this.roleArn, this.endpointArn);
    const s3 = session.s3();
    try {
      await putObject(s3, { uri, kmsKeyId: this.config.KmsKeyId }, text, 'application/jsonlines');
    } finally {
      s3.destroy();
    }
  }

  private record({ at, eventId, inferenceId, customAttributes, input, output }: Exchange): Record<string, unknown> {
    const modes = new Set((this.config.CaptureOptions ?? []).map(({ CaptureMode }) => CaptureMode));
    const has = (mode: 'Input' | 'Output'): boolean => modes.has(mode) || modes.has('InputAndOutput');
    return {
      captureData: {
        ...(has('Input') ? { endpointInput: this.side('INPUT', input) } : {}),
        ...(has('Output') ? { endpointOutput: this.side('OUTPUT', output) } : {}),
      },
      eventMetadata: {
        eventId,
        ...(customAttributes === undefined ? {} : { customAttributes: [customAttributes] }),
        ...(inferenceId === undefined ? {} : { inferenceId }),
        inferenceTime: `${at.toISOString().slice(0, 19)}Z`,
      },
      eventVersion: '0',
    };
  }

  /** Content types that the configuration does not list are captured as base64. */
  private side(mode: string, { contentType, body }: Exchange['input']): Record<string, unknown> {
    const type = contentType.split(';')[0].trim();
    const { CsvContentTypes = [], JsonContentTypes = [] } = this.config.CaptureContentTypeHeader ?? {};
    const encoding = CsvContentTypes.includes(type) ? 'CSV' : JsonContentTypes.includes(type) ? 'JSON' : 'BASE64';
    return {
      observedContentType: contentType,
      mode,
      data: Buffer.from(body).toString(encoding === 'BASE64' ? 'base64' : 'utf8'),
      encoding,
    };
  }
}
