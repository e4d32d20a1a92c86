/** What a command says while it works. Its result is what it returns. */
export interface Output {
  /** One line of the result, for people. */
  line(text?: string): void;
  /** Something goes on. */
  progress(text: string): void;
}

/**
 * People read lines on standard output; with --json, standard output holds the result alone and the rest goes to
 * standard error.
 */
export function terminalOutput(json: boolean): Output {
  return {
    line: (text = '') => (json ? process.stderr : process.stdout).write(`${text}\n`),
    progress: (text) => process.stderr.write(`${text}\n`),
  };
}

/**
 * `mlops -- status | head`: the reader closes the pipe when it has enough. What is left to print is dropped, and the
 * command goes on: an approval is not given up because nobody reads about it any more.
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

/** Left-aligned columns, two spaces apart; numbers are not special: short tables read well so. */
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
