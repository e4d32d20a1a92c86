import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onInterruption } from '../interruption';
import { findInterpreter, type Interpreter } from './interpreter';

export interface PythonOptions {
  /** Folder that holds the environments; one is made in it where none fits. */
  readonly environments: string;
  /** File in local-account/python. @default requirements.txt */
  readonly requirements?: string;
  readonly progress: (line: string) => void;
  /** Ends the installation. Ctrl-C, SIGTERM and a closed terminal do so by themselves. */
  readonly signal?: AbortSignal;
  /** @default the first supported Python on the PATH */
  readonly interpreter?: Interpreter;
  /** Folder of the requirements files. @default this one */
  readonly folder?: string;
}

/** Written last: without it, what is there is half made. */
const marker = 'complete.json';

/** How often a waiting run looks whether the environment is made. */
const lockPollMilliseconds = 500;

/** Locks of this process. In a container, an earlier run that was killed may have left one with the same number. */
const held = new Set<string>();

/** Libraries of the containers: the toolkit of AWS's images needs a Flask that moto's store cannot use. */
export const containerRequirements = 'requirements-containers.txt';

/** MLflow's tracking server; made when the first MLflow App is. */
export const mlflowRequirements = 'requirements-mlflow.txt';

/** Tests of the step code run on what the containers have. */
export const developmentRequirements = 'requirements-dev.txt';

/** The same, and a tool that changes the step code to see which changes no test notices. */
export const mutationRequirements = 'requirements-mutations.txt';

/** Spark and a Java for it: some 400 MB, so it is made by the first Glue job. */
export const sparkRequirements = 'requirements-spark.txt';

/** Lists of packages that have no ready-made build, by the requirements that they complete. */
const sources: Readonly<Record<string, string>> = {
  [containerRequirements]: 'requirements-source.txt',
  [developmentRequirements]: 'requirements-source.txt',
  [mutationRequirements]: 'requirements-source.txt',
  [sparkRequirements]: 'requirements-spark-source.txt',
};

/** Puts the packages without a ready-made build into the environment. */
const sourceInstaller = join(__dirname, 'install_source.py');

/**
 * A virtual environment with exactly the locked libraries, made once for each (requirements, Python) and then reused.
 * Answers the absolute path of its interpreter.
 */
export async function ensurePython(options: PythonOptions): Promise<string> {
  const requirements = join(options.folder ?? __dirname, options.requirements ?? 'requirements.txt');
  const interpreter = options.interpreter ?? findInterpreter();
  const source = sourceRequirements(requirements);
  const locked = createHash('sha256').update(readFileSync(requirements));
  if (source !== undefined) locked.update(readFileSync(source)).update(readFileSync(sourceInstaller));
  const hash = locked.update(interpreter.version).digest('hex').slice(0, 16);
  const parent = options.environments;
  const environment = join(parent, `python-${hash}`);
  const python = interpreterIn(environment);
  if (existsSync(join(environment, marker)) && existsSync(python)) return python;

  mkdirSync(parent, { recursive: true });
  const lock = `${environment}.lock`;
  await takeLock(lock, options);
  try {
    // The run that held the lock before may have made it.
    if (existsSync(join(environment, marker)) && existsSync(python)) return python;
    rmSync(environment, { recursive: true, force: true });
    options.progress(
      `Making the Python environment (Python ${interpreter.version}; once, about two minutes): ${environment}`,
    );
    await install(environment, requirements, interpreter, options);
    // Renaming is atomic: no process sees half a marker.
    const draft = join(environment, `${marker}.${randomBytes(4).toString('hex')}`);
    writeFileSync(
      draft,
      `${JSON.stringify({ python: interpreter.version, requirements: options.requirements ?? 'requirements.txt' })}\n`,
    );
    renameSync(draft, join(environment, marker));
    return python;
  } catch (error) {
    rmSync(environment, { recursive: true, force: true });
    throw error;
  } finally {
    held.delete(lock);
    rmSync(lock, { force: true });
  }
}

/** The two interpreters that a local account needs: of its store, and of its containers. */
export async function ensureInterpreters(
  options: Pick<PythonOptions, 'environments' | 'progress' | 'signal'>,
): Promise<{ python: string; containerPython: string }> {
  // Asking a Python for its version takes a moment: once for both.
  const interpreter = findInterpreter();
  return {
    python: await ensurePython({ ...options, interpreter }),
    containerPython: await ensurePython({ ...options, interpreter, requirements: containerRequirements }),
  };
}

async function install(
  environment: string,
  requirements: string,
  interpreter: Interpreter,
  options: PythonOptions,
): Promise<void> {
  await run(interpreter.command, ['-m', 'venv', environment], options);
  const python = interpreterIn(environment);
  const source = sourceRequirements(requirements);
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  // A lock that leaves its source packages to a second file is whole only with it, so pip must not look for them.
  const whole = source === undefined ? [] : ['--no-deps'];
  await run(
    python,
    ['-m', 'pip', 'install', ...quiet, ...whole, '--require-hashes', '--only-binary', ':all:', '-r', requirements],
    options,
  );
  if (source === undefined) return;
  if (basename(requirements) === sparkRequirements) await buildSource(python, source, quiet, options);
  else await installSource(python, source, quiet, options);
}

/** Spark's archive says itself where its Java archives go; the tools that read it were installed by their hashes. */
async function buildSource(
  python: string,
  source: string,
  quiet: readonly string[],
  options: PythonOptions,
): Promise<void> {
  const asSource = ['--no-deps', '--no-build-isolation', '--no-binary', ':all:'];
  await run(python, ['-m', 'pip', 'install', ...quiet, ...asSource, '--require-hashes', '-r', source], options);
}

/** pip fetches and checks the archives; it builds nothing, so no compiler is needed. */
async function installSource(
  python: string,
  source: string,
  quiet: readonly string[],
  options: PythonOptions,
): Promise<void> {
  const archives = mkdtempSync(join(tmpdir(), 'local-account-source-'));
  try {
    // pip asks an archive for its metadata, with the setuptools of the environment.
    const asArchives = ['--no-deps', '--no-build-isolation', '--dest', archives];
    await run(python, ['-m', 'pip', 'download', ...quiet, ...asArchives, '--require-hashes', '-r', source], options);
    await run(python, [sourceInstaller, archives], options);
  } finally {
    rmSync(archives, { recursive: true, force: true });
  }
}

/** The packages without a ready-made build that belong to these. */
function sourceRequirements(requirements: string): string | undefined {
  const source = sources[basename(requirements)];
  return source === undefined ? undefined : join(dirname(requirements), source);
}

function interpreterIn(environment: string): string {
  return process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
}

/**
 * Two runs at once would delete each other's half-made environment, so the second waits for the first. A lock whose
 * process is gone is taken over.
 */
async function takeLock(file: string, options: PythonOptions): Promise<void> {
  // Linked, not written in place: nobody ever reads a lock that does not yet name its holder.
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, String(process.pid));
  try {
    for (let told = false; !isLinked(draft, file); ) {
      const holder = holderOf(file);
      if (holder === undefined) continue;
      if (holder === process.pid ? !held.has(file) : !isRunning(holder)) {
        rmSync(file, { force: true });
        continue;
      }
      if (!told) options.progress(`Process ${holder} is making the same Python environment; waiting for it: ${file}`);
      told = true;
      await setTimeout(lockPollMilliseconds, undefined, { signal: options.signal });
    }
    held.add(file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function isLinked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when the holder has given it back since. */
function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Runs a program to its end; shows what pip fetches, keeps the rest for an error. */
function run(command: string, args: readonly string[], options: PythonOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    // A separate process group: pip starts children, and Ctrl-C must reach them only through this process.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
    const output: string[] = [];
    let fetching = '';
    let interrupted: string | undefined;
    const onText = (text: string) => {
      for (const line of text.split(/\r?\n/)) {
        if (line.trim() === '') continue;
        output.push(line);
        output.splice(0, Math.max(0, output.length - 40));
        const name = /^(?:Collecting|\s*Downloading) (\S+)/.exec(line)?.[1];
        if (name !== undefined) fetching = name;
        if (line.startsWith('Collecting ')) options.progress(`  ${name?.split('==')[0] ?? line}`);
      }
    };
    child.stdout.setEncoding('utf8').on('data', onText);
    child.stderr.setEncoding('utf8').on('data', onText);
    const stop = (why: string) => {
      interrupted = why;
      killGroup(child.pid);
    };
    const onAbort = () => stop('Interrupted');
    const ignore = onInterruption(onAbort);
    options.signal?.addEventListener('abort', onAbort);
    if (options.signal?.aborted) onAbort();
    const settle = (error?: Error) => {
      ignore();
      options.signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve();
    };
    child.once('error', (error) => settle(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code) => {
      if (interrupted !== undefined)
        settle(new Error(`${interrupted} while making the Python environment; what was half made is removed.`));
      else if (code === 0) settle();
      else settle(new Error(explain(command, args, code, fetching, output)));
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch {
    // It ended by itself in the meantime.
  }
}

function explain(
  command: string,
  args: readonly string[],
  code: number | null,
  fetching: string,
  output: readonly string[],
): string {
  const text = output.join('\n');
  const what = fetching === '' ? 'the first package' : fetching;
  const tail = output.slice(-8).join('\n');
  if (
    /NewConnectionError|Temporary failure in name resolution|ConnectTimeout|Connection (?:refused|reset)|ProxyError|Read timed out|SSLError/i.test(
      text,
    )
  ) {
    return `The Python package registry cannot be reached; pip was fetching ${what}. Check the network, proxy and PIP_INDEX_URL, then start again.\n${tail}`;
  }
  if (/THESE PACKAGES DO NOT MATCH THE HASHES/.test(text)) {
    return `A package is not the one that was locked (${what}): its hash differs. Do not go on; check where pip fetches from.\n${tail}`;
  }
  if (/No matching distribution found|Could not find a version/.test(text)) {
    return `The registry has no ready-made build of ${what} for this Python and platform (${process.platform} ${process.arch}).\n${tail}`;
  }
  return `${command} ${args.slice(0, 3).join(' ')} failed with exit code ${code}; it was fetching ${what}.\n${tail}`;
}
