/** `npm run mutations`: changes the code of lambda/ and of the release's states, and runs its tests on each change. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';

import { accepted } from './accepted';
import { compare } from './compare';
import { mutateSteps } from './python/command';
import { faultsOf, goal, row, type ScopeResult, summaryOf } from './report';
import { type Scope, scopes } from './scopes';
import { mutantsOf } from './stryker';

const root = resolve(__dirname, '../..');

interface Options {
  readonly guards: boolean;
  readonly concurrency: string;
}

async function main(argv: readonly string[]): Promise<number> {
  const all = scopes(root);
  const command = new Command('npm run mutations --')
    .description(
      'Changes the code in lambda/ and lib/release/state-machine one place at a time, and runs the tests of the folder on each change. ' +
        'A change that no test notices must be in test/mutations/accepted.ts, with a reason. ' +
        'One folder takes one to four minutes, all of them about half an hour.',
    )
    .argument('[folder...]', `which of ${all.map(({ name }) => name).join(', ')}`, [])
    .option('--guards', 'only the folders that guard an approval, a release, a digest, a refusal or a deletion', false)
    .option('--concurrency <number>', 'test processes at a time', '2')
    .addHelpText(
      'after',
      '\nThe step code: npm run mutations -- python --help\nReports: .build/mutations/<folder>/report.html. More: test/mutations/README.md',
    )
    .exitOverride();
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { guards, concurrency } = command.opts<Options>();
  const unknown = command.args.filter((name) => !all.some((scope) => scope.name === name));
  if (unknown.length > 0) {
    console.error(`no such folder: ${unknown.join(', ')}; choose from ${all.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const chosen = all.filter(
    ({ name, guard }) => (command.args.length === 0 || command.args.includes(name)) && (guard || !guards),
  );
  return report(await runAll(chosen, Number(concurrency)));
}

async function runAll(chosen: readonly Scope[], concurrency: number): Promise<ScopeResult[]> {
  const results: ScopeResult[] = [];
  for (const scope of chosen) {
    const start = Date.now();
    const mutants = await mutantsOf(scope, root, concurrency);
    const result = { scope, mutants, ...compare(mutants, accepted), seconds: (Date.now() - start) / 1000 };
    console.log([summaryOf(result), ...faultsOf(result).map((fault) => `  ${fault}`), ''].join('\n'));
    results.push(result);
  }
  return results;
}

function report(results: readonly ScopeResult[]): number {
  const mutants = results.flatMap((one) => one.mutants);
  const unlisted = results.flatMap((one) => one.unlisted);
  const unused = results.flatMap((one) => one.unused);
  const lines = [...results.map(summaryOf), row('all', mutants)];
  mkdirSync(join(root, '.build', 'mutations'), { recursive: true });
  writeFileSync(join(root, '.build', 'mutations', 'summary.txt'), `${lines.join('\n')}\n`);
  console.log(lines.join('\n'));
  const share = mutants.length === 0 ? 0 : mutants.filter(({ killed }) => killed).length / mutants.length;
  if (share < goal) console.log(`The goal is ${goal * 100} % killed.`);
  console.log(`${unlisted.length} survivors are not accepted, ${unused.length} acceptances are unused`);
  return share >= goal && unlisted.length === 0 && unused.length === 0 ? 0 : 1;
}

const argv = process.argv.slice(2);
(argv[0] === 'python' ? mutateSteps(argv.slice(1)) : main(argv)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
