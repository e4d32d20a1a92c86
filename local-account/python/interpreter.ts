import { execFileSync } from 'node:child_process';

export interface Interpreter {
  /** As it can be started: a name on the PATH, or a path. */
  readonly command: string;
  /** Such as 3.11.4. */
  readonly version: string;
}

/** The newest supported first: its environment is the one that most people will have. */
const candidates = ['python3.11', 'python3.12', 'python3.10', 'python3', 'python'];

const supported = /^3\.(10|11|12)\.\d+/;

/** Returns a program's version; tests pass a fake. */
export type VersionProbe = (command: string) => string | undefined;

export const probeVersion: VersionProbe = (command) => {
  try {
    // venv is asked for too: Debian and Ubuntu ship Python without it.
    const script = 'import platform, venv, ensurepip; print(platform.python_version())';
    return execFileSync(command, ['-c', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    }).trim();
  } catch (error) {
    return missing(error) ? undefined : 'without venv';
  }
};

/** The first Python that the locked libraries run on; otherwise an error that says what was found instead. */
export function findInterpreter(
  probe: VersionProbe = probeVersion,
  explicit = process.env.LOCAL_ACCOUNT_PYTHON,
): Interpreter {
  const found: string[] = [];
  for (const command of explicit ? [explicit] : candidates) {
    const version = probe(command);
    if (version !== undefined && supported.test(version)) return { command, version };
    if (version !== undefined)
      found.push(`${command} is ${version === 'without venv' ? 'without its venv module' : version}`);
  }
  throw new Error(
    [
      'Python 3.10, 3.11 or 3.12 is needed: the libraries of the jobs are locked to versions that run on these.',
      found.length > 0
        ? `Found: ${found.join('; ')}.`
        : `Found none (looked for ${explicit ?? candidates.join(', ')} on the PATH).`,
      'Install one with its venv module (Debian, Ubuntu: apt install python3.11-venv; macOS: brew install python@3.11),',
      'or name its path in LOCAL_ACCOUNT_PYTHON.',
    ].join('\n'),
  );
}

function missing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');
}
