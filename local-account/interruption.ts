/** Ctrl-C, `kill`, and a closed terminal: each asks a run to clean up and end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `interrupted` for each of these signals, until the returned function is called. */
export function onInterruption(interrupted: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of signals) process.on(signal, interrupted);
  return () => {
    for (const signal of signals) process.off(signal, interrupted);
  };
}

/** Ignores write errors of a closed terminal, which would end the process before it has cleaned up. */
export function writeOnToAClosedTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EIO' && error.code !== 'EPIPE') throw error;
    });
  }
}
