import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Libraries of AWS's scikit-learn and XGBoost images that the steps import, and those that their toolkit does. The
 * toolkit reads its environment when it is loaded.
 */
const libraries = [
  ...['numpy', 'pandas', 'scipy.stats', 'sklearn.metrics', 'xgboost'],
  ...[
    'boto3.s3.transfer',
    'flask',
    'google.protobuf.descriptor_pb2',
    'gunicorn.app.wsgiapp',
    'gunicorn.workers.ggevent',
    'paramiko',
    'pkg_resources',
  ],
];

interface Contained {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly root?: string;
}

/** One interpreter with the images' libraries loaded; containers are forked from it instead of loading them again. */
export class PreparedInterpreter {
  private readonly folder = mkdtempSync(join(tmpdir(), 'local-account-python-'));
  private readonly child: ChildProcess;

  constructor(
    private readonly python: string,
    processors: number,
  ) {
    this.child = spawn(python, [join(__dirname, 'prepared_interpreter.py'), this.socket, ...libraries], {
      // Standard input is its lifeline. What it prints itself can only be an error of its own.
      stdio: ['pipe', 'inherit', 'inherit'],
      // Out of the terminal's group: Ctrl-C while Python starts would print a traceback.
      detached: true,
      // OpenMP reads its variables when it is loaded, so what containers need must stand here already.
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        PYTHONDONTWRITEBYTECODE: '1',
        OMP_NUM_THREADS: String(processors),
        OMP_WAIT_POLICY: 'passive',
      },
    });
    this.child.on('error', () => undefined);
  }

  /** The same program, forked. Other ways to call Python (`-m`, `-c`) and other programs stay as they are. */
  prepared<C extends { readonly command: string; readonly args: readonly string[] }>(command: C): C {
    const [program] = command.args;
    if (command.command !== this.python || program === undefined || program.startsWith('-') || !this.isRunning())
      return command;
    return { ...command, args: ['-I', '-S', join(__dirname, 'run_prepared.py'), this.socket, ...command.args] };
  }

  /**
   * The same program with the container's /opt/ml in place of this computer's (container_root.py). What the prepared
   * interpreter forks enters by itself, when it finds the variable.
   */
  contained<C extends Contained>(asked: C): C {
    const command = this.prepared(asked);
    if (asked.root === undefined) return command;
    const env = { ...command.env, LOCAL_ACCOUNT_CONTAINER_ROOT: asked.root };
    if (command !== asked) return { ...command, env };
    const args = ['-I', '-S', join(__dirname, 'container_root.py'), asked.root, asked.command, ...asked.args];
    return { ...command, command: this.python, args, env };
  }

  /**
   * Writes a program that acts as this Python. It forks modules (`-m`) from the prepared interpreter and runs
   * everything else itself.
   */
  writeLauncher(file: string): string {
    const quoted = (parts: readonly string[]): string =>
      parts.map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
    const forked = [this.python, '-I', '-S', join(__dirname, 'run_prepared.py'), this.socket];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      `#!/bin/sh\n[ "$1" = -m ] && exec ${quoted(this.isRunning() ? forked : [this.python])} "$@"\nexec ${quoted([this.python])} "$@"\n`,
    );
    chmodSync(file, 0o755);
    return file;
  }

  async stop(): Promise<void> {
    if (this.isRunning()) {
      const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
      this.child.stdin?.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get socket(): string {
    return join(this.folder, 'socket');
  }

  private isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }
}
