import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder whose code is mutated, and the test files that must notice it. */
export interface Scope {
  readonly name: string;
  /** Patterns of the files to mutate, relative to the project. */
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
  /** Guards decide about an approval, a release, a digest, a refusal or a deletion: every mutant must be noticed. */
  readonly guard: boolean;
}

const guards: ReadonlySet<string> = new Set([
  'check-completeness',
  'cloudformation',
  'curate-object',
  'environment',
  'keep-baseline',
  'keep-parameter',
  'reconcile-release',
  'release-states',
  'remove-job-logs',
  'remove-job-records',
  'remove-model-packages',
  'select-captures',
  'smoke-test',
  'start-retraining',
  'stop-pipeline-executions',
  'verify-package',
  'watch-idle-endpoint',
  'write-ground-truth',
]);

/**
 * Every folder of lambda/, with the test files in test/lambda that import from it. The tests that deploy stacks would
 * notice more, but take a minute for each mutant.
 */
export function scopes(root: string): Scope[] {
  const folders = readdirSync(join(root, 'lambda'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? entry.name : [],
  );
  const text = (file: string) => readFileSync(join(root, file), 'utf8');
  const importers = (folder: string) =>
    folders.filter((other) =>
      readdirSync(join(root, 'lambda', other)).some(
        (file) => file.endsWith('.ts') && text(`lambda/${other}/${file}`).includes(`'../${folder}/`),
      ),
    );
  const tests = testsIn('test/lambda', root).filter((file) => !slow.has(file));
  const testsOf = (...reached: string[]) =>
    tests.filter((file) => reached.some((folder) => text(file).includes(`/lambda/${folder}/`)));
  const lambdas = folders.map((name) => {
    const own = testsOf(name);
    // What several functions share may be tested through them alone.
    return { name, mutate: [`lambda/${name}/*.ts`], tests: own.length > 0 ? own : testsOf(...importers(name)) };
  });
  const release = {
    // The definition of the release's state machine; these tests run it.
    name: 'release-states',
    mutate: ['lib/release/state-machine/*.ts'],
    // release-stack.test.ts reads the template: it would notice a change without knowing what it breaks.
    tests: testsIn('test/lib/release', root).filter((file) => !file.endsWith('/release-stack.test.ts')),
  };
  return [...lambdas, release].map((scope) => ({ ...scope, guard: guards.has(scope.name) }));
}

/** They start a local account, or a Python process for each case. */
const slow: ReadonlySet<string> = new Set([
  'test/lambda/airport-state-alike.test.ts',
  'test/lambda/functions-as-their-roles.test.ts',
  'test/lambda/readers-alike.test.ts',
]);

function testsIn(folder: string, root: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`)
    .sort();
}
