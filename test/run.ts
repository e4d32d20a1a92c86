/**
 * `npm test`: every check of the project, in the order in which a mistake is cheapest to see. Prints one closing line,
 * `N passed, N failed`, that counts every test and every check; exit code 0 only if none failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { containerRequirements, developmentRequirements, ensurePython } from 'local-account/python/environment';

const root = resolve(__dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'mla-blueprint-test-'));

interface Tally {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function gate(name: string, command: string, args: readonly string[]): Tally {
  console.log(`\n== ${name}`);
  const ok = run(command, args);
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

function jest(name: string, args: readonly string[]): Tally {
  console.log(`\n== ${name}`);
  const report = join(scratch, `${name.replace(/\W+/g, '-')}.json`);
  const ok = run('npx', ['--no-install', 'jest', '--json', `--outputFile=${report}`, ...args]);
  try {
    const result = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numRuntimeErrorTestSuites: number;
    };
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return { name, passed: result.numPassedTests, failed: ok ? failed : Math.max(failed, 1) };
  } catch {
    return { name, passed: 0, failed: 1 };
  }
}

function pytest(python: string): Tally {
  console.log('\n== step tests (pytest)');
  const report = join(scratch, 'pytest.xml');
  const ok = run(python, ['-m', 'pytest', '-q', 'test/steps', `--junitxml=${report}`]);
  try {
    const [, tests, failures, errors, skipped] = [
      ...['tests', 'failures', 'errors', 'skipped'].map((attribute) =>
        Number(
          new RegExp(`<testsuite [^>]*\\b${attribute}="(\\d+)"`).exec(readFileSync(report, 'utf8'))?.[1] ?? Number.NaN,
        ),
      ),
    ].reduce<number[]>((all, value) => [...all, value], [0]);
    const failed = failures + errors;
    return { name: 'pytest', passed: tests - failed - skipped, failed: ok ? failed : Math.max(failed, 1) };
  } catch {
    return { name: 'pytest', passed: 0, failed: 1 };
  }
}

function securityGates(): Tally {
  console.log('\n== security gates');
  const report = join(scratch, 'gates.json');
  const ok = run('npx', ['--no-install', 'tsx', 'test/gates/main.ts', '--output', report]);
  try {
    const { passed, failed } = JSON.parse(readFileSync(report, 'utf8')) as { passed: number; failed: number };
    return { name: 'security gates', passed, failed: ok ? failed : Math.max(failed, 1) };
  } catch {
    return { name: 'security gates', passed: 0, failed: 1 };
  }
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
  // The store's and the containers': made here, not within the first test that needs them.
  for (const requirements of [undefined, containerRequirements])
    await ensurePython({ environments: join(root, '.rehearsal'), requirements, progress });
  run('npx', ['--no-install', 'tsx', 'pipelines/write-problem-document.ts']);
  const steps = 'pipelines/steps';
  const snapshots = options.updateSnapshots ? ['-u'] : ['--ci'];
  const ruff = ['-m', 'ruff', 'check', '--config', `${steps}/pyproject.toml`, steps, 'data', 'bench', 'test/steps'];
  const mypy = ['-m', 'mypy', '--config-file', `${steps}/pyproject.toml`, `${steps}/workflow`];
  const tallies = [
    gate('types (tsc)', 'npx', ['--no-install', 'tsc', '--noEmit']),
    gate('format and lint (biome)', 'npx', ['--no-install', 'biome', 'check', '--diagnostic-level=error']),
    gate('import arrows (dependency-cruiser)', 'npm', ['run', '--silent', 'arrows']),
    gate('step style (ruff)', python, ruff),
    gate('step types (mypy)', python, mypy),
    pytest(python),
    ...(options.quick
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
          securityGates(),
          jest('unit tests (jest)', [...snapshots, '--testPathIgnorePatterns', '<rootDir>/test/story']),
          jest('the story, end to end (jest)', ['--runInBand', 'test/story/']),
        ]),
  ];
  rmSync(scratch, { recursive: true, force: true });
  console.log('');
  for (const { name, passed, failed } of tallies)
    console.log(`${failed ? 'FAILED' : 'ok    '}  ${name}: ${passed} passed, ${failed} failed`);
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
