import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** As many files as commonly arrive together start as many functions. */
const SPARES = 2;

/** The runtime includes the SDK; here the installed copy replaces it. */
const SDK = join(__dirname, '../../../node_modules');

/**
 * Processes with the runtime and the SDK loaded that wait for a function, as Lambda keeps execution environments ready:
 * loading takes longer than most functions run. A process never changes its function.
 */
export class RuntimePool {
  private readonly spares: ChildProcess[] = [];
  private stopped = false;

  /** @param environment what a process needs from its start on, such as NODE_OPTIONS */
  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  take(): ChildProcess {
    const ready = this.spares.shift() ?? this.start();
    this.fill();
    return ready;
  }

  /** Begins to load in the background. */
  fill(): void {
    while (!this.stopped && this.spares.length < SPARES) {
      const child = this.start();
      const gone = () => {
        const at = this.spares.indexOf(child);
        if (at >= 0) this.spares.splice(at, 1);
      };
      child.once('exit', gone).once('error', gone);
      this.spares.push(child);
    }
  }

  stop(): void {
    this.stopped = true;
    for (const child of this.spares.splice(0)) child.kill('SIGKILL');
  }

  private start(): ChildProcess {
    const env = { PATH: process.env.PATH ?? '', TZ: ':UTC', NODE_PATH: SDK, ...this.environment };
    return fork(join(__dirname, 'bootstrap.cjs'), [], { env, execArgv: ['--no-warnings'], silent: true });
  }
}
