/** What a command prints while it works. Its result is its return value. */
export interface Output {
  /** One line of the result, for people. */
  line(text?: string): void;
  /** A line about progress. */
  progress(text: string): void;
}

/**
 * Lines go to standard output. With --json only the result goes to standard output, and everything else to standard
 * error.
 */
export function terminalOutput(json: boolean): Output {
  return {
    line: (text = '') => (json ? process.stderr : process.stdout).write(`${printable(text)}\n`),
    progress: (text) => process.stderr.write(`${printable(text)}\n`),
  };
}

/**
 * Names, reasons and log lines come from others and may hold control characters, which a terminal would obey, and marks
 * that reverse the direction of text. They are shown as what they are.
 */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * For `mlops -- status | head`, where the reader closes the pipe early. The rest of the output is dropped and the
 * command continues: an approval must not stop half-way because nobody reads its output.
 */
export function dropWhatNobodyReads(
  streams: readonly NodeJS.WritableStream[] = [process.stdout, process.stderr],
): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

export const silent: Output = { line: () => undefined, progress: () => undefined };

/** Left-aligned columns, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
}

export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`;
}
