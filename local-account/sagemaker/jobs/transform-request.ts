import type { CreateTransformJobCommandInput } from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';
import { type RecordFilter, recordFilter } from './transform-filter';
import { batches, ensureFits, formatOf, lines, type RecordFormat } from './transform-records';

type Request = CreateTransformJobCommandInput;

const MEGABYTE = 1024 * 1024;
/** Of one payload, and of all that are on their way to an instance at once (API reference, CreateTransformJob). */
const LARGEST = 100;

// AWS: sagemaker-jobs/transform-payload-limits
/** What CreateTransformJob refuses at once. */
export function checkTransform(request: Request): void {
  const {
    TransformInput: input,
    DataProcessing: processing = {},
    MaxPayloadInMB: payload = 6,
    MaxConcurrentTransforms: concurrent,
  } = request;
  const split = input?.SplitType ?? 'None';
  if (split === 'RecordIO' || split === 'TFRecord') {
    throw validation(`SplitType ${split} is not supported by the local account; use Line or None`);
  }
  if (payload > LARGEST) throw validation(`MaxPayloadInMB is ${payload}; it cannot be greater than ${LARGEST}.`);
  if (concurrent && concurrent * payload > LARGEST) {
    throw validation(
      `MaxConcurrentTransforms * MaxPayloadInMB is ${concurrent * payload}; it cannot exceed ${LARGEST} MB.`,
    );
  }
  if (!processes(processing)) return;
  if (!formatOf(input?.ContentType))
    throw validation(
      `Input files of DataProcessing are in JSON and CSV format only, not ${input?.ContentType ?? 'without a ContentType'}.`,
    );
  for (const path of [processing.InputFilter, processing.OutputFilter]) {
    try {
      recordFilter(path);
    } catch (error) {
      throw validation((error as Error).message);
    }
  }
}

function processes({ InputFilter, OutputFilter, JoinSource }: NonNullable<Request['DataProcessing']>): boolean {
  return (InputFilter ?? '$') !== '$' || (OutputFilter ?? '$') !== '$' || JoinSource === 'Input';
}

/** Undefined: all of it, unchanged. */
function filterOf(path: string | undefined): RecordFilter | undefined {
  return (path ?? '$') === '$' ? undefined : recordFilter(path);
}

/** As a job's data log begins. */
export function settings({ MaxConcurrentTransforms, MaxPayloadInMB, BatchStrategy }: Request): string {
  const strategy = BatchStrategy === 'SingleRecord' ? 'SINGLE_RECORD' : 'MULTI_RECORD';
  return `MaxConcurrentTransforms=${MaxConcurrentTransforms || 1}, MaxPayloadInMB=${MaxPayloadInMB ?? 6}, BatchStrategy=${strategy}`;
}

/** One input object: split into payloads for the container; the responses are assembled to the output object. */
export class TransformRecords {
  readonly payloads: readonly string[];
  private readonly split: boolean;
  private readonly format?: RecordFormat;
  private readonly outputFilter?: RecordFilter;
  private readonly records: readonly string[];

  constructor(
    private readonly request: Request,
    text: string,
  ) {
    const { TransformInput: input, DataProcessing: processing = {}, BatchStrategy, MaxPayloadInMB } = request;
    this.split = input?.SplitType === 'Line';
    this.format = processes(processing) ? formatOf(input?.ContentType) : undefined;
    const inputFilter = filterOf(processing.InputFilter);
    this.outputFilter = filterOf(processing.OutputFilter);
    this.records = this.split || this.format?.lines ? lines(text) : [text];
    // 0: no limit, sent in chunks.
    const maximum = (MaxPayloadInMB ?? 6) === 0 ? Infinity : (MaxPayloadInMB ?? 6) * MEGABYTE;
    const { format } = this;
    const asked = format ? this.records.map((record) => filtered(format, inputFilter, record)) : this.records;
    if (this.split) {
      this.payloads = batches(asked, maximum, BatchStrategy === 'SingleRecord').map((batch) => `${batch.join('\n')}\n`);
    } else {
      const whole = format?.lines ? asked.map(line).join('') : (asked[0] ?? '');
      ensureFits(Buffer.byteLength(whole), maximum);
      this.payloads = [whole];
    }
  }

  assemble(answers: readonly string[]): string {
    const { format, request } = this;
    const byLine = request.TransformOutput?.AssembleWith === 'Line';
    if (!format) return byLine ? answers.flatMap(lines).map(line).join('') : answers.join('');
    const outputs = this.split || format.lines ? answers.flatMap(lines) : answers;
    const results = (request.DataProcessing?.JoinSource === 'Input' ? this.joined(format, outputs) : outputs).map(
      (result) => filtered(format, this.outputFilter, result),
    );
    return byLine || format.lines ? results.map(line).join('') : results.join('');
  }

  private joined(format: RecordFormat, outputs: readonly string[]): string[] {
    const { records } = this;
    if (outputs.length !== records.length) {
      throw new Error(
        `ClientError: ${records.length} input records, ${outputs.length} output records: they cannot be joined`,
      );
    }
    return records.map((record, index) => format.join(record, outputs[index] ?? ''));
  }
}

function filtered(format: RecordFormat, filter: RecordFilter | undefined, record: string): string {
  return filter ? format.write(filter(format.read(record))) : record;
}

const line = (text: string): string => `${text}\n`;
