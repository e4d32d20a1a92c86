/**
 * `npm run gates`: the static checks of the synthesized templates, in every configuration, and the list of insecure
 * changes that they have to catch. Needs no account and no network (the first run makes a Python environment). Exit
 * code 0 only if every gate and every mutant passed.
 */
import { rmSync, writeFileSync } from 'node:fs';

import { Command } from 'commander';

import { gates } from './gates';
import { mutants } from './mutants';
import { type GateResult, homeless, runGate } from './run-gates';
import { type ConfigurationName, configurations, type Synthesis, synthesize } from './synthesis';

const command = new Command('gates')
  .description('Static checks of the synthesized templates, and the insecure changes that they have to catch.')
  .option('--gate <name...>', 'only these gates, with their mutants')
  .option('--output <file>', 'write {"passed", "failed"} to a file')
  .addHelpText(
    'after',
    `\nGates:\n${gates.map(({ name, about }) => `  ${name.padEnd(38)}${about}`).join('\n')}\n\nExit code 0: everything passed. 1: something failed. 2: wrong use.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

async function main(): Promise<void> {
  const { gate: wanted, output } = command.parse().opts<{ gate?: string[]; output?: string }>();
  const unknown = (wanted ?? []).filter((name) => !gates.some((one) => one.name === name));
  if (unknown.length > 0) {
    console.error(`There is no gate ${unknown.join(', ')}. npm run gates -- --help lists them.`);
    process.exitCode = 2;
    return;
  }
  const chosen = gates.filter(({ name }) => wanted === undefined || wanted.includes(name));
  console.log('Synthesizing the configurations');
  const syntheses = Object.fromEntries(configurations.map((name) => [name, synthesize(name)])) as Record<
    ConfigurationName,
    Synthesis
  >;
  try {
    const gateResults: GateResult[] = wanted === undefined ? homeless(mutants, gates) : [];
    gateResults.forEach(show);
    for (const gate of chosen) {
      const started = Date.now();
      const results = await runGate(gate, syntheses, mutants);
      gateResults.push(...results);
      const failed = results.filter(({ passed }) => !passed);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(
        `${failed.length === 0 ? 'ok    ' : 'FAILED'}  ${gate.name}: ${count(results.length - 1, 'mutant')}, ${seconds} s`,
      );
      failed.forEach(show);
    }
    const passed = gateResults.filter((one) => one.passed).length;
    const killed = gateResults.filter((one) => one.mutant !== undefined);
    console.log(
      `\n${count(chosen.length, 'gate')}; ${killed.filter((one) => one.passed).length} of ${count(killed.length, 'insecure change')} caught`,
    );
    const failures = gateResults.length - passed;
    // Whoever asks for the file counts it in a line of its own.
    if (output === undefined) console.log(`${passed} passed, ${failures} failed`);
    else writeFileSync(output, JSON.stringify({ passed, failed: failures }));
    process.exitCode = passed === gateResults.length ? 0 : 1;
  } finally {
    for (const { folder } of Object.values(syntheses)) rmSync(folder, { recursive: true, force: true });
  }
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function show({ mutant, gate, explanation, findings }: GateResult): void {
  console.log(mutant === undefined ? `  ${gate}: ${explanation}` : `  mutant "${mutant}": ${explanation}`);
  for (const { place, problem } of findings) console.log(`    ${place}\n      ${problem}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
