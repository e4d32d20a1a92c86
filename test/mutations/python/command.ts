/** `npm run mutations -- python`: changes the step code one place at a time, and runs its tests on each change. */
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ensurePython, mutationRequirements } from 'local-account/python/environment';
import { accepted } from './accepted';
import { modules, type StepModule } from './modules';
import { type Mutant, mutantsOf } from './mutmut';
import { compare, faultsOf, goal, shareOf, summaryOf } from './report';

const root = resolve(__dirname, '../../..');

export async function mutateSteps(argv: readonly string[]): Promise<number> {
  const command = new Command('npm run mutations -- python')
    .description(
      'Changes the modules of pipelines/steps/workflow one place at a time, and runs the tests of the module on each change. ' +
        'In a guard, a change that no test notices must be in test/mutations/python/accepted.ts, with its reason. ' +
        'One module takes half a minute to four minutes.',
    )
    .argument('[module...]', `which of ${modules.map(({ name }) => name).join(', ')}`, [])
    .option('--guards', 'only the modules that decide about an approval, a refusal, a digest or a violation', false)
    .addHelpText('after', '\nMore: test/mutations/python/README.md')
    .exitOverride();
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { guards } = command.opts<{ guards: boolean }>();
  const unknown = command.args.filter((name) => !modules.some((module) => module.name === name));
  if (unknown.length > 0) {
    console.error(`There is no module ${unknown.join(', ')} here. npm run mutations -- python --help lists them.`);
    return 2;
  }
  return runAll(
    modules.filter(
      ({ name, guard }) => (command.args.length === 0 || command.args.includes(name)) && (guard || !guards),
    ),
  );
}

async function runAll(chosen: readonly StepModule[]): Promise<number> {
  const python = await ensurePython({
    environments: resolve(root, '.rehearsal'),
    requirements: mutationRequirements,
    progress: console.log,
  });
  await import('../../../pipelines/write-problem-document');
  const all: Mutant[] = [];
  const rows: string[] = [];
  let failed = 0;
  for (const module of chosen) {
    const start = Date.now();
    const mutants = await mutantsOf(module, root, python);
    const comparison = compare(module, mutants, accepted);
    const faults = faultsOf(module, mutants, comparison);
    const summary = summaryOf(module, mutants, comparison);
    console.log(`${summary}; ${Math.round((Date.now() - start) / 1000)} s`);
    for (const fault of faults) console.log(`  ${fault}`);
    failed += faults.length;
    rows.push(summary);
    all.push(...mutants);
  }
  console.log(['', ...rows, `all: ${shareOf(all)}`].join('\n'));
  const killed = all.filter((one) => one.killed).length;
  const enough = killed >= goal * all.length;
  if (!enough) console.log(`The goal is ${goal * 100} % killed.`);
  return failed === 0 && enough ? 0 : 1;
}
