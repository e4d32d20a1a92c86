import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onInterruption } from 'local-account/interruption';
import type { Case, Client } from './case';

/** The program and the locked libraries of each client in Python. */
export const programs: Partial<Readonly<Record<Client, { readonly program: string; readonly requirements: string }>>> =
  {
    cli: { program: '', requirements: 'requirements-sagemaker-2.txt' },
    boto3: { program: 'boto3_cases.py', requirements: 'requirements-sagemaker-2.txt' },
    'sagemaker-2': { program: 'sagemaker_2_cases.py', requirements: 'requirements-sagemaker-2.txt' },
    'sagemaker-3': { program: 'sagemaker_3_cases.py', requirements: 'requirements-sagemaker-3.txt' },
  };

export const pythonFolder = join(__dirname, 'python');

/** Runs cases in one process; tells each as it ends. What the libraries print is not shown. */
export async function runPython(
  python: string,
  program: string,
  cases: readonly Case[],
  env: NodeJS.ProcessEnv,
  ended: (one: Case, error: string | undefined) => void,
): Promise<void> {
  const child = spawn(python, [join(pythonFolder, program), ...cases.map(({ id }) => id)], {
    cwd: pythonFolder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ignore = onInterruption(() => child.kill('SIGTERM'));
  const left = new Map(cases.map((one) => [one.id, one]));
  const last: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    last.push(line);
    last.splice(0, last.length - 3);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{"case"')) return;
    const { case: id, error } = JSON.parse(line) as { case: string; error?: string };
    const one = left.get(id);
    if (one === undefined) return;
    left.delete(id);
    ended(one, error);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  ignore();
  for (const one of left.values()) ended(one, `the program ended with exit code ${code}: ${last.join(' ')}`);
}
