import type { Readable } from 'node:stream';

const byteOrderMark = '\u00ef\u00bb\u00bf';

/**
 * Records of a batch file, one at a time. Each is a string of its bytes (latin1), so that a copy has the same bytes in
 * any encoding. Any line end ends a record, a byte order mark does not belong to the first record, and blank lines are
 * skipped.
 */
export async function* recordsOf(stream: Readable): AsyncIterable<string> {
  let rest = '';
  let first = true;
  stream.setEncoding('latin1');
  for await (const chunk of stream) {
    let text = rest + String(chunk);
    if (first && text.length < byteOrderMark.length) {
      rest = text;
      continue;
    }
    if (first && text.startsWith(byteOrderMark)) text = text.slice(byteOrderMark.length);
    first = false;
    // A carriage return at the end of a chunk may be the first half of a line end.
    const held = text.endsWith('\r') ? '\r' : '';
    const parts = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/);
    rest = (parts.pop() ?? '') + held;
    for (const line of parts) if (!isBlank(line)) yield line;
  }
  for (const line of rest.split('\r')) if (!isBlank(line) && line !== byteOrderMark) yield line;
}

/** Decodes a string of bytes as UTF-8. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line);
}
