import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SecurityConfiguration } from '@aws-sdk/client-glue';
import type { Platform } from '../../platform';
import type { GlueSession } from '../role-session';

const PYTHON = join(__dirname, '..', 'python');
/** A killed Java cleans up after itself if it is given the time. */
const GRACE_MILLISECONDS = 5_000;

export interface SparkRun {
  readonly platform: Platform;
  readonly session: GlueSession;
  /** Interpreter of requirements-spark.txt. */
  readonly python: string;
  /** Of this run alone; deleted by the caller. */
  readonly folder: string;
  readonly script: string;
  /** As the script finds them in sys.argv. */
  readonly arguments: readonly string[];
  readonly security?: SecurityConfiguration;
  readonly output: (line: string) => void;
  readonly error: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Runs a script on Spark, in a process group of its own. Answers why it failed, or nothing. */
export async function runSpark(run: SparkRun): Promise<string | undefined> {
  if (run.signal.aborted) return 'stopped';
  const failure = join(run.folder, 'failure');
  const child = spawn(run.python, [join(PYTHON, 'run_script.py'), run.script, ...run.arguments], {
    cwd: run.folder,
    env: environment(run, failure),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stdout }).on('line', run.output);
  createInterface({ input: child.stderr }).on('line', run.error);
  const end = () => stop(child);
  const kill = () => signalGroup(child, 'SIGKILL');
  run.signal.addEventListener('abort', end);
  process.once('exit', kill);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code === 0) return undefined;
    return await readFile(failure, 'utf8').catch(() => `Command failed with exit code ${code ?? 'of a signal'}`);
  } finally {
    run.signal.removeEventListener('abort', end);
    process.off('exit', kill);
    kill();
  }
}

function environment({ platform, session, folder, security }: SparkRun, failure: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = session.credentials;
  const encryption = security?.EncryptionConfiguration?.S3Encryption?.[0];
  const mirror = join(folder, 's3');
  const temporary = join(folder, 'tmp');
  for (const one of [mirror, temporary]) mkdirSync(one, { recursive: true });
  const settings = {
    'spark.ui.enabled': 'false',
    'spark.ui.showConsoleProgress': 'false',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.host': '127.0.0.1',
    'spark.local.dir': temporary,
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    // Glue has 200; with as few processors as here, each only waits for the others.
    'spark.sql.shuffle.partitions': '8',
    'spark.driver.memory': '1g',
  };
  const master = `local[${Math.min(availableParallelism(), 4)}]`;
  const confs = Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: folder,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    PYTHONPATH: PYTHON,
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    PYSPARK_SUBMIT_ARGS: ['--master', master, ...confs, 'pyspark-shell'].join(' '),
    SPARK_LOCAL_IP: '127.0.0.1',
    GLUE_S3_MIRROR: mirror,
    GLUE_FAILURE: failure,
    ...(encryption?.S3EncryptionMode === 'SSE-KMS'
      ? { GLUE_S3_ENCRYPTION: 'aws:kms', GLUE_S3_KMS_KEY: encryption.KmsKeyArn ?? '' }
      : encryption?.S3EncryptionMode === 'SSE-S3'
        ? { GLUE_S3_ENCRYPTION: 'AES256' }
        : {}),
    AWS_ENDPOINT_URL: platform.endpoint,
    AWS_REGION: platform.region,
    AWS_DEFAULT_REGION: platform.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
}

function stop(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MILLISECONDS);
  child.once('close', () => clearTimeout(timer));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
