import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { containerRequirements, ensurePython } from '../../python/environment';
import { findInterpreter } from '../../python/interpreter';

describe('findInterpreter', () => {
  const on = (versions: Readonly<Record<string, string>>) => (command: string) => versions[command];

  it('prefers 3.11, and accepts 3.10 to 3.12', () => {
    expect(findInterpreter(on({ python3: '3.12.1', 'python3.11': '3.11.9' }), undefined)).toEqual({
      command: 'python3.11',
      version: '3.11.9',
    });
    expect(findInterpreter(on({ python: '3.10.2' }), undefined)).toEqual({ command: 'python', version: '3.10.2' });
  });

  it('names the needed versions and what was found', () => {
    expect(() => findInterpreter(on({ python3: '3.13.0', python: '2.7.18' }), undefined)).toThrow(
      /3\.10, 3\.11 or 3\.12 is needed[^]*python3 is 3\.13\.0; python is 2\.7\.18/,
    );
    expect(() => findInterpreter(on({}), undefined)).toThrow(/Found none/);
    expect(() => findInterpreter(on({ python3: 'without venv' }), undefined)).toThrow(
      /without its venv module[^]*apt install python3\.11-venv/,
    );
  });

  it('uses the named interpreter, or reports that it does not fit', () => {
    expect(findInterpreter(on({ '/opt/py': '3.11.0' }), '/opt/py').command).toBe('/opt/py');
    expect(() => findInterpreter(on({ 'python3.11': '3.11.0' }), '/opt/py')).toThrow(/looked for \/opt\/py/);
  });
});

describe('ensurePython', () => {
  let root: string;
  const calls = () =>
    existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : [];

  /** A "python" that notes its calls, makes an environment with itself in it, and does as told for pip. */
  function fakePython(pip: string) {
    const command = join(root, 'fake-python');
    writeFileSync(
      command,
      `#!/bin/sh
echo "$@" >> "${root}/calls"
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit 0; fi
${pip}
`,
    );
    chmodSync(command, 0o755);
    return { command, version: '3.11.0' };
  }

  const lines: string[] = [];
  const ensure = (pip: string, more: { signal?: AbortSignal } = {}) => {
    writeFileSync(join(root, 'requirements.txt'), 'numpy==1\n');
    return ensurePython({
      environments: root,
      folder: root,
      interpreter: fakePython(pip),
      progress: (line) => void lines.push(line),
      ...more,
    });
  };
  const environments = () => readdirSync(root).filter((name) => name.startsWith('python-'));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'environments-'));
    lines.length = 0;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('installs the locked list with hashes and wheels only, and reuses it the second time', async () => {
    const python = await ensure('echo "Collecting numpy==1"; exit 0');
    expect(python.startsWith(join(root, 'python-'))).toBe(true);
    expect(calls()[1]).toContain('--require-hashes --only-binary :all: -r ');
    expect(lines).toContain('  numpy');
    expect(await ensure('exit 1')).toBe(python);
    expect(calls()).toHaveLength(2);
    expect(environments()).toHaveLength(1);
  });

  it('makes another one for another list', async () => {
    const first = await ensure('exit 0');
    writeFileSync(join(root, 'requirements-other.txt'), 'pytest==8\n');
    const second = await ensurePython({
      environments: root,
      folder: root,
      requirements: 'requirements-other.txt',
      interpreter: fakePython('exit 0'),
      progress: () => undefined,
    });
    expect(second).not.toBe(first);
  });

  describe('of the containers', () => {
    const ensureContainers = (source: string) => {
      writeFileSync(join(root, containerRequirements), 'numpy==2\n');
      writeFileSync(join(root, 'requirements-source.txt'), source);
      return ensurePython({
        environments: root,
        folder: root,
        requirements: containerRequirements,
        interpreter: fakePython('exit 0'),
        progress: () => undefined,
      });
    };

    it('fetches the packages without a build as archives, checked by hash, and installs them without a compiler', async () => {
      await ensureContainers('retrying==1\n');
      const [, wheels, archives, installed] = calls();
      expect(wheels).toContain('--no-deps --require-hashes --only-binary :all: -r ');
      expect(archives).toMatch(
        /pip download .*--no-deps --no-build-isolation --dest (\S+) --require-hashes -r \S+requirements-source\.txt$/,
      );
      const folder = /--dest (\S+)/.exec(archives ?? '')?.[1] ?? 'none';
      expect(installed).toMatch(new RegExp(`install_source\\.py ${folder}$`));
      expect(existsSync(folder)).toBe(false);
    });

    it('is another one when the packages without a build change', async () => {
      const first = await ensureContainers('retrying==1\n');
      expect(await ensureContainers('retrying==2\n')).not.toBe(first);
    });
  });

  it.each([
    [
      'echo "Collecting scipy==1.13"; echo "Temporary failure in name resolution" >&2; exit 1',
      /registry cannot be reached; pip was fetching scipy==1\.13/,
    ],
    [
      'echo "Collecting moto"; echo "THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1',
      /not the one that was locked \(moto\)/,
    ],
    ['echo "ERROR: No matching distribution found for xgboost-cpu" >&2; exit 1', /no ready-made build/],
    ['echo "something else" >&2; exit 3', /exit code 3[^]*something else/],
  ])('explains what went wrong and leaves nothing half made: %s', async (pip, message) => {
    await expect(ensure(pip)).rejects.toThrow(message);
    expect(environments()).toEqual([]);
  });

  it('waits for another run that is making the same environment, and uses what it made', async () => {
    const pip = 'sleep 1; exit 0';
    const [first, second] = await Promise.all([ensure(pip), ensure(pip)]);
    expect(second).toBe(first);
    expect(calls().filter((call) => call.includes('-m venv'))).toHaveLength(1);
    expect(lines).toContainEqual(expect.stringMatching(/^Process \d+ is making the same Python environment; waiting/));
    expect(readdirSync(root).filter((name) => name.includes('.lock'))).toEqual([]);
  });

  it.each([
    ['a process that is gone', 2 ** 22 + 1],
    ['a killed run that had the same number', process.pid],
  ])('takes over the lock of %s', async (_, holder) => {
    const python = await ensure('exit 0');
    rmSync(dirname(dirname(python)), { recursive: true });
    writeFileSync(`${dirname(dirname(python))}.lock`, String(holder));
    expect(await ensure('exit 0')).toBe(python);
    expect(readdirSync(root).filter((name) => name.includes('.lock'))).toEqual([]);
  });

  it('removes what is half made when interrupted', async () => {
    const controller = new AbortController();
    const made = ensure('sleep 30', { signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    await expect(made).rejects.toThrow(/Interrupted/);
    expect(environments()).toEqual([]);
  });

  it('makes an environment anew that has no marker', async () => {
    const python = await ensure('exit 0');
    rmSync(join(python, '..', '..', 'complete.json'));
    await ensure('exit 0');
    expect(calls()).toHaveLength(4);
  });
});
