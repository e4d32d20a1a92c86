import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleProject } from 'local-account/console/content';
import { startControl } from 'local-account/control';
import { onInterruption } from 'local-account/interruption';
import type { LocalAccount } from 'local-account/local-account';
import { ensureInterpreters } from 'local-account/python/environment';
import { CommandFailed } from '../operator/errors';
import { keepConsole, lastConsole } from './console-address';
import { removeClientFiles, writeClientFiles } from './environment';
import { accountFolder, snapshotFolder, stateFolder } from './folder';
import { takeLock } from './lock';
import { keepPort, lastPort } from './port';
import { type RunningAccount, removeRunning, writeRunning } from './running';

export interface StartOptions {
  /** The project's folder. */
  readonly root: string;
  readonly name: string;
  /** @default one that the system chooses */
  readonly port?: number;
  /** @default eu-central-1, or that of a saved account */
  readonly region?: string;
  readonly progress: (line: string) => void;
  /** What the console shows of the project. */
  readonly project: (account: LocalAccount) => ConsoleProject;
  /** Starts the account in this folder. */
  readonly open: (settings: OpenSettings) => Promise<LocalAccount>;
  /** Once it is up. Whatever it does ends when the signal is aborted. */
  readonly up: (account: LocalAccount, running: RunningAccount, signal: AbortSignal) => Promise<void>;
}

export interface OpenSettings {
  readonly root: string;
  /** For this account only; removed when it ends. */
  readonly folder: string;
  /** Where the account keeps its state. */
  readonly state: string;
  /** Hears why the state could not be kept. */
  readonly notKept: (error: Error) => void;
  readonly python: string;
  readonly containerPython: string;
  /** @default eu-central-1, or that of a saved account */
  readonly region?: string;
  readonly preferredPort?: number;
  readonly signal: AbortSignal;
}

/** The longest that the end may take, in milliseconds. Children end by themselves when this process is gone. */
const patience = 20_000;

/** Starts an account and keeps it up until Ctrl-C, SIGTERM or SIGHUP; then only its state is left. */
export async function keepAccountUp(options: StartOptions): Promise<void> {
  const { root, name, progress, port } = options;
  const folder = accountFolder(root, name);
  const lock = takeLock(folder);
  if (typeof lock !== 'function')
    throw new CommandFailed(
      `The account "${name}" is already running (process ${lock.pid}).`,
      `Use it (npm run account -- env --name ${name}), end it (npm run account -- stop --name ${name}), or start another one with --name.`,
    );
  const interrupted = new AbortController();
  const stopListening = onInterruption((signal) => {
    if (interrupted.signal.aborted) return;
    progress(`\n${signal}: ending the account`);
    interrupted.abort(new CommandFailed(`Interrupted by ${signal}.`));
    setTimeout(() => process.exit(1), patience).unref();
  });
  // What was begun is undone in reverse, also when a later part does not start.
  const undo: (() => Promise<void> | void)[] = [lock, stopListening];
  try {
    const { signal } = interrupted;
    const work = join(folder, 'work');
    // What ends may write a last file meanwhile.
    const removeWork = () => rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    // What a killed process left.
    removeWork();
    mkdirSync(work, { recursive: true });
    undo.push(removeWork);
    const interpreters = await ensureInterpreters({ environments: join(root, '.rehearsal'), progress, signal });
    signal.throwIfAborted();
    const account = await options.open({
      root,
      folder: work,
      state: stateFolder(folder),
      notKept: ({ message }) =>
        progress(
          `The state of the account could not be written; what changed since is lost if it ends now. ${message}`,
        ),
      ...interpreters,
      region: options.region,
      preferredPort: port ?? lastPort(folder),
      signal,
    });
    undo.push(() => account.stop());
    const { endpoint, administrator } = account.platform;
    if (port !== undefined && Number(new URL(endpoint).port) !== port)
      throw new CommandFailed(`Port ${port} is taken.`, 'Name another with --port, or leave it out.');
    keepPort(folder, endpoint);
    const control = await startControl(account.clock, {
      save: (snapshot) => account.save(snapshotFolder(root, snapshot)),
      interruptSpot: (job, when, away) => account.sagemaker.interruptSpot(job, when, away),
    });
    undo.push(() => control.close());
    const { startConsole } = await import('local-account/console/console');
    const console = await startConsole(account, { project: options.project(account), ...lastConsole(folder) });
    keepConsole(folder, console.url);
    undo.push(() => console.close());
    const { accessKeyId, secretAccessKey } = administrator;
    const running: RunningAccount = {
      name,
      folder,
      pid: process.pid,
      endpoint,
      clock: `${control.url}/clock`,
      console: console.url,
      region: account.platform.region,
      accessKeyId,
      secretAccessKey,
    };
    writeClientFiles(running);
    undo.push(() => removeClientFiles(folder));
    writeRunning(running);
    undo.push(() => removeRunning(folder));
    await options.up(account, running, signal);
    if (!signal.aborted) await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
  } catch (error) {
    // What fails after an interruption fails because of it.
    if (!interrupted.signal.aborted) throw error;
    throw interrupted.signal.reason;
  } finally {
    for (const one of undo.reverse())
      await Promise.resolve()
        .then(one)
        .catch((error: unknown) => progress(`While ending: ${error instanceof Error ? error.message : String(error)}`));
  }
}
