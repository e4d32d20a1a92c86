import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { wildcard } from 'local-account/iam/wildcard';
import { exitWith, say } from '../command-line';
import { matrixOf } from '../proof/matrix/matrix';
import { type MatrixRow, rowsOf } from '../proof/matrix/rows';
import { StableNames } from '../proof/names';
import { type Recording, readLastRun, readRecording } from '../proof/recording';
import { Explainer } from './explain';
import { runName } from './run-name';
import { filesOf } from './source';

const root = resolve(__dirname, '..', '..');

interface Filters {
  readonly role?: string;
  readonly action?: string;
  readonly resource?: string;
}

async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command('access')
    .description(
      'Lists who may call which action on which resource, and the statement that allows it, from the policies of the last complete rehearsal.',
    )
    .option('--role <text>', 'only these roles, services or others, such as PipelineRole or lambda')
    .option('--action <text>', 'only these actions, such as s3:PutObject or "kms:*"')
    .option('--resource <text>', 'only these resources, such as RawBucket or "*models/*"')
    .addHelpText(
      'after',
      `
A filter matches any part of a name and ignores case. With *, it must match the whole name.

Examples:
  npm run access -- --action s3:PutObject --resource models/
  npm run access -- --role JobRolesTraining
  npm run access -- denied                    why calls of the newest rehearsal were denied

Exit code: 0 found something, 1 found nothing or no rehearsal has run, 2 wrong arguments.
`,
    )
    .allowExcessArguments(false)
    .exitOverride()
    .action(async (filters: Filters) => {
      code = await allowed(filters);
    });
  program
    .command('denied')
    .description(
      'explains each denied call of the newest rehearsal, whether it passed or failed, and names the statement to check',
    )
    .exitOverride()
    .action(() => {
      code = denied();
    });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return code;
}

async function allowed(filters: Filters): Promise<number> {
  const recording = lastRecording();
  const rows = rowsOf((await matrixOf(recording)).decisions, new StableNames(recording)).filter(
    (row) =>
      fits(row.subject, filters.role) && fits(row.action, filters.action) && fits(row.resource, filters.resource),
  );
  let subject = '';
  for (const row of rows) {
    if (row.subject !== subject) say(`${subject === '' ? '' : '\n'}${row.subject}`);
    subject = row.subject;
    say(`  ${row.action}`);
    say(`    on   ${row.resource}`);
    if (row.when !== '') say(`    ${row.when}`);
    say(`    by   ${by(row)}`);
  }
  say(
    rows.length === 0
      ? 'No permission found. Check the name: npm run access lists everything.'
      : `\n${rows.length} permissions`,
  );
  return rows.length === 0 ? 1 : 0;
}

function by({ statement, policy, subject }: MatrixRow): string {
  const files = filesOf(root, statement, subject);
  return `statement ${statement} of ${policy}${files.length === 0 ? '' : `, ${files.join(', ')}`}`;
}

function denied(): number {
  const recording = readLastRun(join(root, '.rehearsal')) ?? lastRecording();
  say(`${runName(recording)}\n`);
  const names = new StableNames(recording);
  const calls = recording.calls.filter((call) => !call.allowed);
  const explainer = new Explainer(recording, root);
  for (const [at, call] of calls.entries()) {
    const { principal, action, resource, count } = call;
    const { layer, lines } = explainer.explain(call);
    say(`${at === 0 ? '' : '\n'}${action}, denied by the ${layer}${count > 1 ? `, ${count} times` : ''}`);
    say(`  who  ${names.of(principal.kind === 'service' ? principal.service : principal.arn)}`);
    say(`  what ${names.of(resource)}`);
    for (const line of lines) say(`  ${line}`);
  }
  say(calls.length === 0 ? 'Nothing was denied.' : `\n${calls.length} different calls were denied.`);
  return calls.length === 0 ? 1 : 0;
}

/** Throws if no complete rehearsal has passed yet. */
function lastRecording(): Recording {
  const recording = readRecording(join(root, '.rehearsal'));
  if (!recording)
    throw new Error(
      'No rehearsal has passed here: .rehearsal/recording.json is missing. Run npm run rehearse first; it takes about five minutes.',
    );
  return recording;
}

function fits(name: string, filter: string | undefined): boolean {
  if (filter === undefined) return true;
  return filter.includes('*')
    ? wildcard(filter, { ignoreCase: true })(name)
    : name.toLowerCase().includes(filter.toLowerCase());
}

exitWith(main(process.argv.slice(2)));
