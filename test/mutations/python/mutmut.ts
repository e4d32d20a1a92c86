import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { StepModule } from './modules';

/** A place of a step module that mutmut changed. */
export interface Mutant {
  /** Such as workflow.rule.x_counts__mutmut_2: `mutmut show` prints it. */
  readonly name: string;
  readonly killed: boolean;
  readonly status: string;
  /** The changed line before and after, without indentation; empty if it was killed. */
  readonly line: string;
  readonly mutated: string;
}

/** Changes one module of pipelines/steps in a copy of the project's parts that its tests need, and runs them. */
export async function mutantsOf(module: StepModule, root: string, python: string): Promise<Mutant[]> {
  const folder = join(root, '.build', 'mutations', 'python', module.name);
  layOut(module, root, folder);
  // One thread each: mutmut forks after the first run of the tests, and a forked OpenMP waits forever for its threads.
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const output = await run(python, ['-m', 'mutmut', 'run', '--max-children', '1'], folder, env);
  const read = spawnSync(python, [join(__dirname, 'survivors.py'), `workflow/${module.name}.py`], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (read.status !== 0) throw new Error(`mutmut did not finish with ${module.name}:\n${output}\n${read.stderr}`);
  return JSON.parse(read.stdout) as Mutant[];
}

/** As mutmut wants it: sources and tests below the folder, and in mutants/ what else the tests look for. */
function layOut(module: StepModule, root: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const steps = join(folder, 'mutants', 'pipelines', 'steps');
  mkdirSync(steps, { recursive: true });
  cpSync(join(root, 'pipelines', 'steps', 'workflow'), join(folder, 'workflow'), { recursive: true });
  cpSync(join(root, 'test', 'steps'), join(folder, 'test', 'steps'), { recursive: true });
  for (const file of readdirSync(join(root, 'pipelines', 'steps')))
    if (file.endsWith('.py')) cpSync(join(root, 'pipelines', 'steps', file), join(steps, file));
  symlinkSync('../../workflow', join(steps, 'workflow'));
  for (const name of ['data', 'local-account']) symlinkSync(join(root, name), join(folder, 'mutants', name));
  const list = (values: readonly string[]) => JSON.stringify(values);
  writeFileSync(
    join(folder, 'pyproject.toml'),
    [
      '[tool.mutmut]',
      'source_paths = ["workflow"]',
      `only_mutate = ${list([`workflow/${module.name}.py`])}`,
      `pytest_add_cli_args = ${list(['-p', 'no:cacheprovider'])}`,
      `pytest_add_cli_args_test_selection = ${list(module.tests.map((name) => `test/steps/${name}`))}`,
      'use_git_change_detection = false',
      '',
    ].join('\n'),
  );
}

/** Answers the end of what it prints: mutmut shows its progress in one line, again and again. */
function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-8000);
      });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`mutmut ended with exit code ${code}:\n${output}`));
    });
  });
}
