/** A CSV line's cells as they stand, quotes included: what is filtered or joined must come out as it went in. */
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

/**
 * The part of JSONPath that DataProcessing allows for CSV: $, $[1], $[0,3], $[1:], $[1:4], $[-2:]. Answers how to choose cells.
 * Source: developer guide, "Associate Prediction Results with Input Records".
 */
export function csvFilter(path: string | undefined): (line: string) => string {
  if (path === undefined || path === '$') {
    return (line) => line;
  }
  const slice = /^\$\[(-?\d*):(-?\d*)\]$/.exec(path);
  if (slice) {
    const [from, to] = [slice[1] === '' ? undefined : Number(slice[1]), slice[2] === '' ? undefined : Number(slice[2])];
    return (line) => cells(line).slice(from, to).join(',');
  }
  const list = /^\$\[(-?\d+(?:\s*,\s*-?\d+)*)\]$/.exec(path);
  if (list) {
    const indices = list[1].split(',').map(Number);
    return (line) => {
      const all = cells(line);
      return indices.map((index) => all.at(index) ?? '').join(',');
    };
  }
  throw new Error(`ClientError: ${path} is not a filter for CSV records; use $, $[1:] or $[0,2]`);
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
    if (bytes > maximum) {
      throw new Error(`ClientError: a record has ${bytes} bytes, MaxPayloadInMB allows ${maximum}`);
    }
    if (found.length === 0 || single || size + bytes > maximum) {
      found.push([]);
      size = 0;
    }
    found[found.length - 1].push(record);
    size += bytes;
  }
  return found;
}
