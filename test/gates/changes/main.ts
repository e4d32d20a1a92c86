/**
 * `npm run changes`: makes changes of the synthesized templates that nobody thought of before, and reports which layer
 * of checks notices each. Needs no account and no network. Exit code 0 only if the goal is reached and every survivor
 * is explained by a rule.
 */
import { rmSync, writeFileSync } from 'node:fs';

import { Command, InvalidArgumentError, Option } from 'commander';
import { projectFiles } from '../../supply-chain/project-files';
import { type ConfigurationName, configurations, type Synthesis, synthesize } from '../synthesis';
import { Judge, type Judgement } from './judge';
import { layersOf } from './layers';
import { placesOf } from './places';
import { failed, goal, report, survivors } from './report';
import { allOf, choicesOf, draw } from './sample';
import { fileReport, judgeFiles } from './supply-chain/judge';

interface Options {
  readonly seed: number;
  readonly count: number;
  readonly kind: 'templates' | 'supply-chain';
  readonly all?: boolean;
  readonly configuration?: ConfigurationName[];
  readonly operator?: string[];
  readonly layer?: string[];
  readonly output?: string;
}

const command = new Command('changes')
  .description('Draws changes of the synthesized templates and reports which layer of checks notices each.')
  .option('--seed <number>', 'draws the same changes again', whole, Math.floor(Math.random() * 2 ** 31))
  .option('--count <number>', 'changes to draw', whole, 1000)
  .addOption(new Option('--kind <name>', 'what is changed').choices(['templates', 'supply-chain']).default('templates'))
  .option('--all', 'every change instead of a sample (hours)')
  .addOption(new Option('--configuration <name...>', 'only changes of these').choices(configurations))
  .option('--operator <name...>', 'only these operators, such as drop')
  .option(
    '--layer <name...>',
    `only these layers: ${layersOf()
      .map(({ name }) => `"${name}"`)
      .join(', ')}`,
  )
  .option('--output <file>', 'write every judged change to a file, as JSON')
  .addHelpText(
    'after',
    `\nLayers, in order:\n${layersOf()
      .map(({ name, about }) => `  ${name.padEnd(16)}${about}`)
      .join('\n')}

Each draw chooses an operator, then a resource type, then a resource, then a change, each with equal chances.
Exit code 0: ${goal} % were caught and survivors are explained. 1: they were not. 2: wrong use.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

async function main(): Promise<void> {
  const {
    seed,
    count,
    kind,
    all,
    configuration = [...configurations],
    operator,
    layer,
    output,
  } = command.parse().opts<Options>();
  if (kind === 'supply-chain') {
    const judgements = judgeFiles(projectFiles(), seed, all ? Number.POSITIVE_INFINITY : count);
    console.log(`Seed ${seed}, ${judgements.length} changes\n${fileReport(judgements)}`);
    process.exitCode = judgements.every(({ by }) => by !== undefined) ? 0 : 1;
    return;
  }
  console.log('Synthesizing the configurations');
  const list = configurations.filter((name) => configuration.includes(name)).map((name) => synthesize(name));
  try {
    const syntheses = Object.fromEntries(list.map((one) => [one.configuration, one])) as Record<string, Synthesis>;
    const everything = choicesOf(placesOf(list));
    const choices = new Map([...everything].filter(([name]) => operator === undefined || operator.includes(name)));
    const total = allOf(choices).length;
    console.log(
      `${total} changes are possible. ${all ? 'All of them' : `Seed ${seed}, ${Math.min(count, total)} of them`}`,
    );
    const judge = new Judge(syntheses, layersOf(layer));
    const judgements: Judgement[] = [];
    let counted = 0;
    const started = Date.now();
    for (const change of all ? allOf(choices) : draw(choices, seed)) {
      if (!all && counted >= count) break;
      const judgement = await judge.judge(change);
      judgements.push(judgement);
      if (judgement.outcome !== 'equivalent') counted += 1;
      if (process.stderr.isTTY && judgements.length % 20 === 0) process.stderr.write(`\r${counted} `);
    }
    console.log(survivors(judgements, syntheses));
    console.log(report(judgements));
    console.log(
      `${((Date.now() - started) / 1000).toFixed(1)} s. Again: npm run changes -- --seed ${seed} --count ${count}`,
    );
    if (output !== undefined) writeFileSync(output, JSON.stringify(judgements, undefined, 1));
    process.exitCode = failed(judgements) ? 1 : 0;
  } finally {
    for (const { folder } of list) rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
