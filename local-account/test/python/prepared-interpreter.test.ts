import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PreparedInterpreter } from '../../python/prepared-interpreter';
import { type Command, Processes } from '../../sagemaker/container/process';
import { testContainerPython } from '../fixtures/test-platform';

const folder = mkdtempSync(join(tmpdir(), 'local-account-prepared-'));
let python: string;
let interpreter: PreparedInterpreter;

beforeAll(async () => {
  python = await testContainerPython();
  interpreter = new PreparedInterpreter(python, 1);
}, 300_000);

afterAll(async () => {
  await interpreter.stop();
  rmSync(folder, { recursive: true, force: true });
});

function command(script: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Command {
  const file = join(folder, 'program.py');
  writeFileSync(file, script);
  return {
    command: python,
    args: [file, ...args],
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', PYTHONUNBUFFERED: '1', ...env },
    cwd: folder,
  };
}

async function run(
  processes: Processes,
  asked: Command,
  signal = new AbortController().signal,
  onLine: (line: string) => void = () => undefined,
) {
  const lines: string[] = [];
  const code = await processes.run(asked, (line) => (lines.push(line), onLine(line)), signal);
  return { code, lines };
}

const forked = () => new Processes((asked) => interpreter.prepared(asked));

describe('a program in a forked interpreter', () => {
  it('sees the arguments, the variables, the folder and the module path that it would see in one of its own', async () => {
    writeFileSync(join(folder, 'beside.py'), 'text = "imported from beside the program"\n');
    const script = [
      'import beside, json, os, sys',
      'print(json.dumps([sys.argv[1:], sorted(os.environ), os.getcwd(), sys.path, __name__, __file__, beside.text, sys.stdin.read()]))',
      'print("to standard error", file=sys.stderr)',
      'sys.exit(7)',
    ].join('\n');
    const asked = command(script, ['--one', 'two words'], { GIVEN: 'yes', PYTHONPATH: join(folder, 'more') });
    const alone = await run(new Processes(), asked);
    expect(alone.code).toBe(7);
    expect(await run(forked(), asked)).toEqual(alone);
  });

  it('fails with the same traceback', async () => {
    const asked = command('def fail():\n    raise ValueError("no such thing")\n\nfail()\n');
    const alone = await run(new Processes(), asked);
    expect(alone.lines.at(-1)).toBe('ValueError: no such thing');
    expect(await run(forked(), asked)).toEqual(alone);
  });

  it('has the libraries loaded, and random numbers of its own', async () => {
    const asked = command(
      'import sys\nprint("xgboost" in sys.modules)\nimport numpy, random\nprint(numpy.random.random(), random.random())\n',
    );
    const [first, second] = [await run(forked(), asked), await run(forked(), asked)];
    expect(first.lines[0]).toBe('True');
    expect(first.lines[1]).not.toBe(second.lines[1]);
  });

  it('is what a launcher starts for a module; for other ways to call Python it starts Python itself', async () => {
    writeFileSync(
      join(folder, 'module.py'),
      'import json, os, sys\nprint(json.dumps([sys.argv, os.getcwd(), sys.path[0], __name__, "xgboost" in sys.modules]))\n',
    );
    const launcher = interpreter.writeLauncher(join(folder, 'bin', 'python3'));
    const launched = (args: readonly string[]) => run(new Processes(), { ...command(''), command: launcher, args });
    const [found] = (await launched(['-m', 'module', '--one', 'two words'])).lines;
    expect(JSON.parse(found)).toEqual([
      [join(folder, 'module.py'), '--one', 'two words'],
      folder,
      folder,
      '__main__',
      true,
    ]);
    expect((await launched(['-c', 'import sys; print("xgboost" in sys.modules); sys.exit(4)'])).lines).toEqual([
      'False',
    ]);
    expect(await launched(['-m', 'missing_module'])).toMatchObject({
      code: 1,
      lines: expect.arrayContaining([expect.stringContaining('missing_module')]) as string[],
    });
  });

  it('gets the signal that it is stopped with, and may end in its own way', async () => {
    const stop = new AbortController();
    const asked = command(
      'import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\nprint("ready")\ntime.sleep(60)\n',
    );
    expect(await run(forked(), asked, stop.signal, () => stop.abort())).toEqual({ code: 5, lines: ['ready'] });
  });

  it('dies of the signal that it does not handle', async () => {
    const stop = new AbortController();
    const asked = command('import time\nprint("ready")\ntime.sleep(60)\n');
    expect((await run(forked(), asked, stop.signal, () => stop.abort())).code).toBe(143);
  });

  it('ends when the requesting process is killed', async () => {
    const processes = forked();
    const program = command('import os, time\nprint(os.getpid())\ntime.sleep(60)\n');
    const forkedProcess = await new Promise<number>((found) => {
      const child = processes.start(program, (line) => {
        child.kill('SIGKILL');
        found(Number(line));
      });
    });
    await expect(gone(forkedProcess)).resolves.toBe(true);
  });

  it('leaves other ways to call Python as they are', () => {
    const asked = { ...command(''), args: ['-m', 'pip', '--version'] };
    expect(interpreter.prepared(asked)).toBe(asked);
  });
});

async function gone(processId: number): Promise<boolean> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    try {
      process.kill(processId, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
