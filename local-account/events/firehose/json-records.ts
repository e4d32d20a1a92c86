/** Why a record does not become a row, by Firehose's codes. */
export class ConversionError extends Error {
  constructor(
    readonly code: 'DataFormatConversion.ParseError' | 'DataFormatConversion.MalformedData',
    message: string,
  ) {
    super(message);
  }
}

/**
 * The JSON objects of a record: usually one, or several behind each other. "An array of JSON documents is not a valid
 * input."
 */
export function documentsOf(bytes: Uint8Array): Record<string, unknown>[] {
  const text = Buffer.from(bytes).toString('utf8').trim();
  if (text === '')
    throw new ConversionError(
      'DataFormatConversion.MalformedData',
      'The record was empty or contained only whitespace.',
    );
  return partsOf(text).map((part) => {
    let document: unknown;
    try {
      document = JSON.parse(part);
    } catch (error) {
      throw new ConversionError(
        'DataFormatConversion.ParseError',
        `Encountered malformed JSON. ${(error as Error).message}`,
      );
    }
    if (typeof document !== 'object' || document === null || Array.isArray(document))
      throw new ConversionError(
        'DataFormatConversion.MalformedData',
        'The input JSON contained a primitive at the top level. The top level must be an object or array.',
      );
    return document as Record<string, unknown>;
  });
}

/** Cuts behind each closed object. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let [depth, quoted, escaped, start] = [0, false, false, 0];
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quoted) {
      if (escaped) escaped = false;
      else if (c === '\\') escaped = true;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{') depth += 1;
    else if (c === '}' && (depth -= 1) === 0) {
      parts.push(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  const rest = text.slice(start).trim();
  return rest === '' ? parts : [...parts, rest];
}
