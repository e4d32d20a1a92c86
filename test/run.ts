/**
 * `npm test`: every check of the project, the short ones first and two at a time. Prints one closing line,
 * `N passed, N failed`, that counts every test and every check; exit code 0 only if none failed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import {
  containerRequirements,
  developmentRequirements,
  ensurePython,
  mlflowRequirements,
  sparkRequirements,
} from 'local-account/python/environment';

const root = resolve(__dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'mla-blueprint-test-'));

interface Tally {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Tests that this machine cannot run; each says why. */
  readonly skipped?: number;
}

/** One check: its output, whole, when it ends; and what it counted. */
interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Reads what the check wrote about itself. @default it counts as one */
  readonly count?: () => Omit<Tally, 'name'>;
}

function run({ command, args }: Pick<Check, 'command' | 'args'>): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function tally({ name, count }: Check, ok: boolean): Tally {
  if (!count) return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  try {
    const { passed, failed, skipped } = count();
    return { name, passed, failed: ok ? failed : Math.max(failed, 1), skipped };
  } catch {
    return { name, passed: 0, failed: 1 };
  }
}

/** Uses both processors itself, and shows its progress. */
function alone(check: Check): Tally {
  console.log(`\n== ${check.name}`);
  return tally(check, run(check));
}

/** Checks that use one processor each, two at a time: each one's output appears when it ends. */
async function sideBySide(checks: readonly Check[]): Promise<Tally[]> {
  const tallies: Tally[] = [];
  const waiting = [...checks];
  const lane = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      console.log(`   ${check.name} ...`);
      const { ok, output } = await runQuietly(check);
      console.log(`\n== ${check.name}\n${output.trimEnd()}`);
      tallies.push(tally(check, ok));
    }
  };
  await Promise.all([lane(), lane()]);
  return checks.map(({ name }) => tallies.find((each) => each.name === name) as Tally);
}

function runQuietly({ command, args }: Check): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => chunks.push(Buffer.from(error.message)));
    child.on('close', (code) => done({ ok: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}

function tool(name: string, ...args: readonly string[]): Check {
  return { name, command: 'npx', args: ['--no-install', ...args] };
}

function jest(name: string, args: readonly string[]): Check {
  const report = join(scratch, `${name.replace(/\W+/g, '-')}.json`);
  return {
    // Jest leaves one processor free, which on two means one test file at a time; tests wait much for other processes.
    ...tool(name, 'jest', '--json', `--outputFile=${report}`, '--maxWorkers=100%', ...args),
    count: () => {
      const result = JSON.parse(readFileSync(report, 'utf8')) as {
        numPassedTests: number;
        numFailedTests: number;
        numPendingTests: number;
        numRuntimeErrorTestSuites: number;
      };
      return {
        passed: result.numPassedTests,
        failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
        skipped: result.numPendingTests,
      };
    },
  };
}

function pytest(python: string): Check {
  const report = join(scratch, 'pytest.xml');
  return {
    name: 'step tests (pytest)',
    command: python,
    args: ['-m', 'pytest', '-q', 'test/steps', `--junitxml=${report}`],
    count: () => {
      const suite = readFileSync(report, 'utf8');
      const [tests, failures, errors, skipped] = ['tests', 'failures', 'errors', 'skipped'].map((attribute) =>
        Number(new RegExp(`<testsuite [^>]*\\b${attribute}="(\\d+)"`).exec(suite)?.[1] ?? Number.NaN),
      );
      const failed = failures + errors;
      return { passed: tests - failed - skipped, failed };
    },
  };
}

function securityChecks(): Check {
  const report = join(scratch, 'gates.json');
  return {
    ...tool('security checks', 'tsx', 'test/gates/main.ts', '--output', report),
    count: () => JSON.parse(readFileSync(report, 'utf8')) as { passed: number; failed: number },
  };
}

/** Test files that need no deployed stacks and take a few seconds each. */
const quickTests = ['test/lib/', 'test/lambda/', 'test/pipelines/', 'test/diagrams/', 'test/snapshots/'];

/** Of those, what synthesizes many configurations or plays at random for long: `npm test` runs them. */
const slowTests = [
  'test/lib/shared/alarms/alarm-catalog',
  'test/lib/shared/stack/name-length',
  'test/lib/reconfiguration',
  'test/lambda/readers-alike',
  'test/lambda/functions-as-their-roles',
  'test/lambda/track-experiment',
];

interface Options {
  readonly quick: boolean;
  readonly long: boolean;
  readonly updateSnapshots: boolean;
}

/** The options, or the exit code where there is nothing to run. */
function parse(argv: readonly string[]): Options | number {
  const command = new Command('npm test --')
    .description('Runs every check of the project: types, lint, imports, Python, security checks, tests and stories.')
    .option('-u, --update-snapshots', 'write the snapshots in test/snapshots anew instead of comparing them', false)
    .option('--quick', 'the inner loop only: no security checks, no stories, no slow tests (npm run test:quick)', false)
    .option('--long', 'longer random play, with a new seed each time (also: MLA_LONG_PLAY=true)', false)
    .addHelpText('after', '\nOne test file: npx jest test/lib/serving\nMore: CONTRIBUTING.md')
    .exitOverride();
  try {
    return command.parse(argv, { from: 'user' }).opts<Options>();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

async function main(): Promise<void> {
  const options = parse(process.argv.slice(2));
  if (typeof options === 'number') {
    rmSync(scratch, { recursive: true, force: true });
    process.exitCode = options;
    return;
  }
  if (options.long) process.env.MLA_LONG_PLAY = 'true';
  const progress = (line: string) => console.log(line);
  const python = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: developmentRequirements,
    progress,
  });
  // The store's, the containers', Spark's and MLflow's: made here, not within the first test that needs them.
  const later = options.quick ? [] : [sparkRequirements, mlflowRequirements];
  for (const requirements of [undefined, containerRequirements, ...later])
    await ensurePython({ environments: join(root, '.rehearsal'), requirements, progress });
  run(tool('', 'tsx', 'pipelines/write-problem-document.ts'));
  const steps = 'pipelines/steps';
  const consolePages = 'local-account/console/pages';
  const snapshots = options.updateSnapshots ? ['-u'] : ['--ci'];
  const ours = [
    steps,
    'pipelines/glue',
    'data',
    'bench',
    'test/steps',
    'local-account',
    'conformance',
    'test/mutations',
  ];
  const ruff = ['-m', 'ruff', 'check', '--config', `${steps}/pyproject.toml`, ...ours];
  const typed = [`${steps}/workflow`, 'pipelines/glue'];
  const mypy = ['-m', 'mypy', '--config-file', `${steps}/pyproject.toml`, ...typed];
  const tallies = await sideBySide([
    // The longest first, so that both processors are busy to the end.
    pytest(python),
    ...(options.quick ? [] : [securityChecks()]),
    tool('types (tsc)', 'tsc', '--noEmit'),
    tool('types of the console in the browser (tsc)', 'tsc', '-p', consolePages),
    tool('types of the report in the browser (tsc)', 'tsc', '-p', 'rehearsal/report/pages'),
    tool('format and lint (biome)', 'biome', 'check', '--diagnostic-level=error'),
    { name: 'import rules (dependency-cruiser)', command: 'npm', args: ['run', '--silent', 'arrows'] },
    { name: 'Python style (ruff)', command: python, args: ruff },
    { name: 'step types (mypy)', command: python, args: mypy },
  ]);
  const suites = options.quick
    ? [
        jest('quick tests (jest)', [
          ...snapshots,
          '--testPathIgnorePatterns',
          ...slowTests,
          '--testPathPatterns',
          ...quickTests,
        ]),
      ]
    : [
        jest('unit tests (jest)', [...snapshots, '--testPathIgnorePatterns', '<rootDir>/test/story']),
        jest('the story, end to end (jest)', ['test/story/']),
      ];
  for (const suite of suites) tallies.push(alone(suite));
  rmSync(scratch, { recursive: true, force: true });
  console.log('');
  for (const { name, passed, failed, skipped } of tallies)
    console.log(
      `${failed ? 'FAILED' : 'ok    '}  ${name}: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} not run` : ''}`,
    );
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
