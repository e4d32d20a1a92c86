/** Runs the commands of README.md in their order, as a reader does: typed into a shell, next to a rehearsal that stays up. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRunning } from 'local-account/python/environment';
import { type Block, blocksOf, shell } from '../fixtures/readme';
import './readme-sandbox';

const root = resolve(__dirname, '..', '..');
const minute = 60_000;

const commands = (kind: Block['kind']): string[] =>
  blocksOf('README.md').flatMap((block) => (block.kind === kind ? block.commands : []));
const parent = join(root, '.rehearsal');

/** Folders of rehearsals that have ended. Others on this computer may come and go meanwhile, and have theirs. */
function abandoned(): string[] {
  if (!existsSync(parent)) return [];
  const ended = readdirSync(parent).filter((name) => {
    const owner = /^run-(\d+)-/.exec(name)?.[1];
    return owner !== undefined && !isRunning(Number(owner));
  });
  return ended.filter((name) => existsSync(join(parent, name)));
}

describe('a rehearsal that README.md starts and that stays up', () => {
  const start = commands('plain').find((command) => command.includes('--keep')) ?? '';
  let rehearsal: ChildProcess;
  let before: readonly string[];
  let printed = '';
  let exports = '';

  beforeAll(async () => {
    before = abandoned();
    // A process group of its own: Ctrl-C reaches all processes of a terminal's foreground group.
    rehearsal = spawn('bash', ['-c', start], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    await new Promise<void>((up, failed) => {
      const read = (part: string) => {
        printed += part;
        if (printed.includes('Ctrl-C ends it')) up();
      };
      rehearsal.stdout?.setEncoding('utf8').on('data', read);
      rehearsal.stderr?.setEncoding('utf8').on('data', read);
      rehearsal.once('close', (code) => failed(new Error(`${start} ended with exit code ${code}:\n${printed}`)));
    });
    exports = (printed.match(/^\s*(?:export|unset) .*$/gm) ?? []).join('\n');
  }, 10 * minute);

  afterAll(() => {
    // Still there only when a test before the last has failed to start or to end it.
    if (rehearsal.pid !== undefined && rehearsal.exitCode === null && rehearsal.signalCode === null)
      process.kill(-rehearsal.pid, 'SIGKILL');
  });

  test('prints the lines that the second terminal needs', () => {
    expect(start).not.toBe('');
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'MLA_BLUEPRINT_CLOCK'])
      expect(exports).toContain(`export ${name}=`);
  });

  test.each(commands('rehearsal'))(
    '%s',
    async (command) => {
      const { code, text } = await shell(`${exports}\n${command}`);
      expect({ code, text: code === 0 ? '' : text.slice(-3000) }).toEqual({ code: 0, text: '' });
    },
    5 * minute,
  );

  test.each(commands('aws').filter((command) => / synth | doctor$/.test(command)))(
    '%s also runs against the rehearsal',
    async (command) => {
      const { code, text } = await shell(`${exports}\n${command}`);
      expect({ code, text: code === 0 ? '' : text.slice(-3000) }).toEqual({ code: 0, text: '' });
    },
    3 * minute,
  );

  test(
    'ends with Ctrl-C and leaves no folder behind',
    async () => {
      const ended = new Promise<void>((done) => rehearsal.once('close', () => done()));
      process.kill(-(rehearsal.pid ?? 0), 'SIGINT');
      await ended;
      expect(abandoned().filter((folder) => !before.includes(folder))).toEqual([]);
      expect(printed).not.toMatch(/Traceback|\n\s+at .*\.ts:\d+/);
    },
    2 * minute,
  );
});

describe('the other commands of README.md', () => {
  // What changes an account, and what takes minutes and has its own tests, is only asked what it takes.
  test.each([...commands('plain'), ...commands('aws')])(
    '%s exists and has these options',
    async (command) => {
      const { code, text } = await shell(command.replace(/$/, `${asksForHelp(command)}`));
      expect({ code, text: code === 0 ? '' : text.slice(-3000) }).toEqual({ code: 0, text: '' });
      for (const option of command.match(/ --[a-z][a-z-]+/g) ?? []) expect(text).toContain(option.trim());
    },
    2 * minute,
  );

  const recorded = existsSync(join(parent, 'recording.json'));
  (recorded ? test : test.skip).each(commands('plain').filter((command) => command.includes('access -- --role')))(
    '%s finds something after a rehearsal',
    async (command) => {
      const { code, text } = await shell(command);
      expect({ code, found: /\d+ permissions/.test(text) }).toEqual({ code: 0, found: true });
    },
    2 * minute,
  );
});

/** npm hands on what follows `--`. */
function asksForHelp(command: string): string {
  return /^npm (run|test)\b/.test(command) && !command.includes(' -- ') ? ' -- --help' : ' --help';
}
