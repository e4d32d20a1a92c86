/** `npm run blueprint`: each row of the exam blueprint, what answers it, and which rows are still open. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { synthesize } from '../rehearsal/synth';
import { type AnsweredRow, answerRows, constructRows, isAnswered, ranCheckpoints, readRows } from './evidence';

interface Options {
  readonly open?: boolean;
  readonly answers?: boolean;
  readonly json?: boolean;
  readonly section?: string;
}

async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('blueprint')
    .description(
      'Lists each row of the exam blueprint with what answers it: constructs that the last rehearsal deployed, checkpoints that passed in it.',
    )
    .usage('[options]')
    .option('--open', 'only rows that nothing answers yet')
    .option('--answers', 'with question and answer')
    .option('--section <text>', 'only sections whose name contains this')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  npm run blueprint -- --open\n  npm run blueprint -- --answers --section security\n',
    )
    .exitOverride();
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const options = program.opts<Options>();
  const root = resolve(__dirname, '..');
  const checkpoints = ranCheckpoints(join(root, '.rehearsal', 'report.json'));
  const scratch = mkdtempSync(join(tmpdir(), 'mla-blueprint-'));
  let all: AnsweredRow[];
  try {
    await synthesize({ root, output: scratch });
    all = answerRows(readRows(), constructRows(scratch), checkpoints);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const wanted = (options.section ?? '').toLowerCase();
  const rows = all.filter((row) => row.section.toLowerCase().includes(wanted) && !(options.open && isAnswered(row)));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    return 0;
  }
  let section = '';
  for (const row of rows) {
    if (row.section !== section) say(`\n${(section = row.section)}`);
    say(`  ${row.id.padEnd(14)} ${row.label}`);
    if (options.answers) say(`      ${row.question}\n      ${row.answer}`);
    if (row.constructs.length > 0) say(`      constructs: ${row.constructs.join(', ')}`);
    if (row.checkpoints.length > 0) say(`      checkpoints: ${row.checkpoints.join(', ')}`);
    if (!isAnswered(row)) say('      open');
  }
  const open = all.filter((row) => !isAnswered(row));
  say(
    `\n${all.length - open.length} of ${all.length} rows are answered by something that exists and ran; ${open.length} are open.`,
  );
  if (checkpoints.length === 0) say('No rehearsal has run here yet, so nothing counts: npm run rehearse');
  else if (!checkpoints.every((one) => one.status === 'passed'))
    say('The last rehearsal did not pass as a whole; only what passed counts.');
  return 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
