import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The folder that plays the container's file system. @default none: the process sees this computer's /opt/ml */
  readonly root?: string;
}

/** How long a container has to react to SIGTERM. AWS gives 120 seconds. */
const GRACE_MILLISECONDS = 5_000;

/**
 * All processes of one local account, so that none outlives it. Each has its own process group: its children end with
 * it.
 */
export class Processes {
  private readonly running = new Set<ChildProcess>();
  private readonly atExit = (): void => this.running.forEach((child) => signalGroup(child, 'SIGKILL'));

  /** @param prepared a faster way to run the same command, where there is one */
  constructor(private readonly prepared: (command: Command) => Command = (command) => command) {
    process.on('exit', this.atExit);
  }

  /**
   * Starts a process. `channel` opens file descriptor 3 and standard input; the end of standard input means that this
   * process has ended.
   */
  start(asked: Command, onLine: (line: string) => void, channel = false): ChildProcess {
    const command = this.prepared(asked);
    const child = spawn(command.command, [...command.args], {
      cwd: command.cwd,
      env: { ...command.env },
      detached: true,
      stdio: [channel ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(channel ? (['pipe'] as const) : [])],
    });
    this.running.add(child);
    child.on('close', () => this.running.delete(child));
    child.on('error', () => this.running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as Readable }).on('line', onLine);
    }
    return child;
  }

  /** Runs a process to its end and returns its exit code (128 plus the signal's number when it was killed). */
  async run(command: Command, onLine: (line: string) => void, signal: AbortSignal): Promise<number> {
    if (signal.aborted) {
      return 143;
    }
    const child = this.start(command, onLine);
    const abort = (): void => this.terminate(child);
    signal.addEventListener('abort', abort);
    // A container ends with its first process.
    child.once('exit', () => signalGroup(child, 'SIGKILL'));
    try {
      return await new Promise<number>((resolve, reject) => {
        child.once('error', (error: NodeJS.ErrnoException) =>
          error.code === 'ENOENT'
            ? (onLine(`exec: "${command.command}": executable file not found in $PATH`), resolve(127))
            : reject(error),
        );
        child.once('close', (code, name) => resolve(code ?? (name === 'SIGKILL' ? 137 : 143)));
      });
    } finally {
      signal.removeEventListener('abort', abort);
      // What the script left behind in its group ends with the container.
      signalGroup(child, 'SIGKILL');
    }
  }

  /**
   * Ends a container as Docker does: only its first process hears SIGTERM. What it does not pass on, the script that it
   * started never hears.
   */
  // AWS: sagemaker-jobs/sigterm-reaches-the-first-process
  private terminate(child: ChildProcess): void {
    child.kill('SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MILLISECONDS);
    child.once('close', () => clearTimeout(timer));
  }

  /** SIGTERM now, SIGKILL when that did not help. */
  end(child: ChildProcess): void {
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MILLISECONDS);
    child.once('close', () => clearTimeout(timer));
  }

  /** Ends everything, waiting for it. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.running].map((child) => {
        const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
        this.end(child);
        return closed;
      }),
    );
    process.off('exit', this.atExit);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
