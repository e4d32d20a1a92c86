import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { testContainerPython } from '../fixtures/test-platform';

const code = resolve(__dirname, '../../python');
const shell = 'echo written > /opt/ml/output.txt';

describe("a container's own /opt/ml", () => {
  let python: string;
  let root: string;

  beforeAll(async () => {
    python = await testContainerPython();
  }, 300_000);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'local-account-root-'));
    mkdirSync(join(root, 'opt', 'ml'), { recursive: true });
  });

  /** Runs Python code that has the module. */
  const run = (program: string): { status: number | null; stderr: string } =>
    spawnSync(python, ['-c', `import sys\nsys.path.insert(0, ${JSON.stringify(code)})\n${program}`], {
      encoding: 'utf8',
    });

  it('is there beside all else that /opt holds, and leaves no trace there', () => {
    const seen = (): string => execFileSync('ls', ['/opt'], { encoding: 'utf8' });
    const before = seen();
    const script = `${shell}; ls /opt`;
    const arguments_ = ['-I', '-S', join(code, 'container_root.py'), root, 'sh', '-c', script];
    const inside = execFileSync(python, arguments_, { encoding: 'utf8' }).split('\n');
    expect(readFileSync(join(root, 'opt', 'ml', 'output.txt'), 'utf8')).toBe('written\n');
    expect(inside).toEqual(expect.arrayContaining([...before.split('\n'), 'ml']));
    expect(seen()).toBe(before);
  });

  describe('where the system makes no mount namespace', () => {
    it('fails a Python program that names a path below /opt/ml, and says why', () => {
      const { status, stderr } = run(
        `sys.platform = 'darwin'\nimport container_root\ncontainer_root.contain({container_root.VARIABLE: ${JSON.stringify(root)}})\n` +
          "open('/opt/ml/model/model.json', 'w')",
      );
      expect(status).toBe(1);
      expect(stderr).toContain(
        'PermissionError: /opt/ml/model/model.json: the local account cannot give this job its own /opt/ml',
      );
      expect(existsSync('/opt/ml/model')).toBe(false);
    });

    it('starts no other program', () => {
      const { status, stderr } = run(
        `sys.platform = 'darwin'\nsys.argv = ['x', ${JSON.stringify(root)}, 'sh', '-c', ${JSON.stringify(shell)}]\nimport container_root\ncontainer_root.main()`,
      );
      expect(status).toBe(1);
      expect(stderr).toContain('sh is not supported by the local account on this computer');
      expect(existsSync('/opt/ml/output.txt')).toBe(false);
    });
  });
});
