import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Scope } from './scopes';

/** A change that Stryker made to the code, and whether a test noticed it. */
export interface Mutant {
  readonly file: string;
  /** Number of the line where the change begins, and its text without indentation. */
  readonly at: number;
  readonly line: string;
  /** What was changed, and into what; white space as one blank. */
  readonly code: string;
  readonly mutated: string;
  readonly kind: string;
  /** A test that fails, and a test that never ends, has noticed the change. */
  readonly killed: boolean;
}

/** https://github.com/stryker-mutator/mutation-testing-elements/blob/master/packages/report-schema */
interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly mutatorName: string;
          readonly replacement: string;
          readonly status: string;
          readonly location: { readonly start: Position; readonly end: Position };
        }[];
      }
    >
  >;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Runs Stryker over one scope, in a copy of the project below .build. */
export async function mutantsOf(scope: Scope, root: string, concurrency: number): Promise<Mutant[]> {
  const folder = join(root, '.build', 'mutations', scope.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const report = join(folder, 'report.json');
  const settings = {
    mutate: scope.mutate,
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    jest: { configFile: 'test/mutations/jest.config.js', enableFindRelatedTests: false },
    coverageAnalysis: 'perTest',
    concurrency,
    // A mutant is killed as timed out after 1.5 times its tests' time and these milliseconds.
    timeoutMS: 10_000,
    reporters: ['json', 'html', 'clear-text'],
    jsonReporter: { fileName: report },
    htmlReporter: { fileName: join(folder, 'report.html') },
    tempDirName: join('.build', 'stryker', scope.name),
    ignorePatterns: ['.rehearsal', '.build', 'cdk.out', 'conformance', 'bench'],
    allowConsoleColors: false,
  };
  const config = join(folder, 'stryker.json');
  writeFileSync(config, JSON.stringify(settings, null, 1));
  const { code, output } = await run(config, root, { MUTATIONS_TESTS: scope.tests.join(',') });
  writeFileSync(join(folder, 'output.txt'), output);
  if (code !== 0) throw new Error(`Stryker failed for ${scope.name}:\n${output.slice(-3_000)}`);
  return read(JSON.parse(readFileSync(report, 'utf8')) as Report);
}

function run(
  config: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((done, reject) => {
    const child = spawn('npx', ['--no-install', 'stryker', 'run', config], {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => done({ code, output: Buffer.concat(chunks).toString() }));
  });
}

/**
 * `RuntimeError` is Stryker's word for a test file that could not even be loaded, because the changed code throws when it
 * is imported: noticed, too. A change that no test reaches is not.
 */
const noticed: ReadonlySet<string> = new Set(['Killed', 'Timeout', 'RuntimeError']);

export function read({ files }: Report): Mutant[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ mutatorName, replacement, status, location: { start, end } }) => ({
      file,
      at: start.line,
      line: (source.split('\n')[start.line - 1] ?? '').trim(),
      code: oneLine(between(source, start, end)),
      mutated: oneLine(replacement),
      kind: mutatorName,
      killed: noticed.has(status),
    })),
  );
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function between(source: string, start: Position, end: Position): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined))
    .join('\n');
}
