/**
 * `npm run gates`: the static checks of the synthesized templates, in every configuration, and the list of insecure
 * changes that they have to catch. Needs no account and no network (the first run makes a Python environment). Exit
 * code 0 only if every check passed and caught its insecure changes.
 */
import { rmSync, writeFileSync } from 'node:fs';

import { Command } from 'commander';
import { insecureChanges } from './insecure-changes';
import { pythonChecks } from './python-checks';
import { type CheckResult, runCheck, withoutCheck } from './run-checks';
import type { SecurityCheck } from './security-check';
import { securityChecks } from './security-checks';
import { type ConfigurationName, configurations, type Synthesis, synthesize } from './synthesis';

const command = new Command('gates')
  .description('Static checks of the synthesized templates, and the insecure changes that they have to catch.')
  .option('--check <name...>', 'only these checks, with their insecure changes')
  .option('--output <file>', 'write {"passed", "failed"} to a file')
  .addHelpText(
    'after',
    `\nChecks:\n${securityChecks.map(({ name, about }) => `  ${name.padEnd(45)}${about}`).join('\n')}\n\nExit code 0: everything passed. 1: something failed. 2: wrong use.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

async function main(): Promise<void> {
  const { check: wanted, output } = command.parse().opts<{ check?: string[]; output?: string }>();
  const unknown = (wanted ?? []).filter((name) => !securityChecks.some((one) => one.name === name));
  if (unknown.length > 0) {
    console.error(`There is no check ${unknown.join(', ')}. npm run gates -- --help lists them.`);
    process.exitCode = 2;
    return;
  }
  const chosen = securityChecks.filter(({ name }) => wanted === undefined || wanted.includes(name));
  console.log('Synthesizing the configurations');
  const syntheses = Object.fromEntries(configurations.map((name) => [name, synthesize(name)])) as Record<
    ConfigurationName,
    Synthesis
  >;
  try {
    const all: CheckResult[] = wanted === undefined ? withoutCheck(insecureChanges, securityChecks) : [];
    all.forEach(show);
    // The Python tools first, and two at a time: this process waits for them, then has the others to itself.
    const inPython = (one: SecurityCheck) => pythonChecks.includes(one);
    const waiting = [...chosen.filter(inPython), ...chosen.filter((one) => !inPython(one))];
    const lane = async () => {
      for (let check = waiting.shift(); check; check = waiting.shift()) {
        const started = Date.now();
        const results = await runCheck(check, syntheses, insecureChanges);
        all.push(...results);
        const failed = results.filter(({ passed }) => !passed);
        const seconds = ((Date.now() - started) / 1000).toFixed(1);
        console.log(
          `${failed.length === 0 ? 'ok    ' : 'FAILED'}  ${check.name}: ${count(results.length - 1, 'insecure change')}, ${seconds} s`,
        );
        failed.forEach(show);
      }
    };
    await Promise.all([lane(), lane()]);
    const passed = all.filter((one) => one.passed).length;
    const changes = all.filter((one) => one.insecureChange !== undefined);
    console.log(
      `\n${count(chosen.length, 'check')}; ${changes.filter((one) => one.passed).length} of ${count(changes.length, 'insecure change')} caught`,
    );
    const failures = all.length - passed;
    // Whoever asks for the file counts it in a line of its own.
    if (output === undefined) console.log(`${passed} passed, ${failures} failed`);
    else writeFileSync(output, JSON.stringify({ passed, failed: failures }));
    process.exitCode = passed === all.length ? 0 : 1;
  } finally {
    for (const { folder } of Object.values(syntheses)) rmSync(folder, { recursive: true, force: true });
  }
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function show({ insecureChange, check, explanation, findings }: CheckResult): void {
  console.log(
    insecureChange === undefined
      ? `  ${check}: ${explanation}`
      : `  insecure change "${insecureChange}": ${explanation}`,
  );
  for (const { place, problem } of findings) console.log(`    ${place}\n      ${problem}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
