/** A CSV line's cells with their quotes: filtering and joining must not change them. */
export function cells(line: string): string[] {
  const found: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    if (line[index] === '"') {
      quoted = !quoted;
    } else if (line[index] === ',' && !quoted) {
      found.push(line.slice(start, index));
      start = index + 1;
    }
  }
  return [...found, line.slice(start)];
}

/** How records of a content type are read, joined with their predictions, and written. */
export interface RecordFormat {
  /** Text of one record to the value that a filter reads. */
  read(text: string): unknown;
  /**
   * Text of a record and of its answer to one text (developer guide, "Associate Prediction Results with Input
   * Records").
   */
  join(record: string, answer: string): string;
  write(record: unknown): string;
  /** A file holds a record a line; otherwise it is one record. */
  readonly lines: boolean;
}

const csv: RecordFormat = {
  read: cells,
  join: (record, answer) => `${record},${answer}`,
  write: (record) => (Array.isArray(record) ? record.join(',') : String(record)),
  lines: true,
};

const json: RecordFormat = {
  read: parsed,
  join: (record, answer) => {
    const input = parsed(record);
    const SageMakerOutput = orText(answer);
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
    return JSON.stringify(isObject ? { ...input, SageMakerOutput } : { SageMakerInput: input, SageMakerOutput });
  },
  write: (record) => JSON.stringify(record),
  lines: false,
};

const formats: Readonly<Record<string, RecordFormat>> = {
  'text/csv': csv,
  'application/json': json,
  'application/jsonlines': { ...json, lines: true },
};

/** Undefined: records of this type are neither filtered nor joined, only passed on. */
export function formatOf(contentType: string | undefined): RecordFormat | undefined {
  return formats[(contentType ?? '').split(';')[0].trim().toLowerCase()];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`ClientError: a record is not JSON: ${(error as Error).message}`);
  }
}

function orText(answer: string): unknown {
  try {
    return JSON.parse(answer) as unknown;
  } catch {
    return answer;
  }
}

/** Lines of a text, without the empty one after the last line break. */
export function lines(text: string): string[] {
  const all = text.split(/\r?\n/);
  return all.at(-1) === '' ? all.slice(0, -1) : all;
}

/** Lines put together to payloads of at most so many bytes. A line that is too long by itself is an error. */
export function batches(records: readonly string[], maximum: number, single: boolean): string[][] {
  const found: string[][] = [];
  let size = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(record) + 1;
    ensureFits(bytes, maximum);
    if (found.length === 0 || single || size + bytes > maximum) {
      found.push([]);
      size = 0;
    }
    found[found.length - 1].push(record);
    size += bytes;
  }
  return found;
}

/** MaxPayloadInMB must hold at least one record (API reference, CreateTransformJob). */
export function ensureFits(bytes: number, maximum: number): void {
  if (bytes > maximum)
    throw new Error(
      `ClientError: too much data for max payload size: a record has ${bytes} bytes, MaxPayloadInMB allows ${maximum}`,
    );
}
