import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { writeOnToAClosedTerminal } from 'local-account/interruption';
import { ensurePython } from 'local-account/python/environment';
import { CommandFailed, WrongUsage } from '../operator/errors';
import { say } from '../rehearsal/command-line';
import { cliCases, makeCli } from './aws-cli';
import { type Case, type Client, clients, messageOf, type Outcome, outcomeOf } from './case';
import { cases } from './cases';
import { hosting } from './javascript/hosting';
import { orchestration } from './javascript/orchestration';
import { permissions } from './javascript/permissions';
import { programs, pythonFolder, runPython } from './python';
import { page, row, rows, summary } from './report';
import { environmentOf, openTarget } from './target';
import { prepare, type World } from './world';

const root = resolve(__dirname, '..');
const environments = join(root, '.rehearsal');
export const pageFile = join(root, 'docs/reference/generated/conformance.md');

/** The code of each case in this language. */
export const javascript = { ...permissions, ...hosting, ...orchestration };

interface Flags {
  readonly client?: readonly string[];
  readonly case?: readonly string[];
  readonly aws?: string;
  readonly write?: boolean;
}

/** Runs the command. @returns the exit code: 1 where a case differs from AWS */
export async function runCli(argv: readonly string[]): Promise<number> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const command = program();
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  writeOnToAClosedTerminal();
  return run(command.opts<Flags>());
}

function program(): Command {
  return new Command('conformance')
    .description('Drives real AWS clients against an endpoint and tells what works there as on AWS.')
    .option('--client <name...>', `only these clients: ${Object.keys(clients).join(', ')}`)
    .option('--case <id...>', 'only these cases')
    .option('--aws <path>', 'program of the AWS CLI (default: version 1 at a locked version)')
    .option('--write', 'renew docs/reference/generated/conformance.md; needs all clients')
    .exitOverride()
    .addHelpText(
      'after',
      `
The clients run against a local account that is started for them. With AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and AWS_REGION they run against that endpoint instead, where they make buckets, roles, jobs, an
endpoint and stacks, and leave some behind. At AWS itself this costs money.

The clients in Python are installed from locked versions into .rehearsal, once: 0.5 GB for the AWS CLI, boto3 and
version 2 of the SageMaker SDK, 1 GB for its version 3. All cases take about five minutes.

The exit code is 1 when a case differs from AWS, and 0 when each works or is refused by its name.
`,
    );
}

async function run(flags: Flags): Promise<number> {
  const chosen = chosenCases(flags);
  const pythons = new Map<string, string>();
  for (const client of new Set(chosen.map((one) => one.client))) {
    const requirements = programs[client]?.requirements;
    if (requirements === undefined || pythons.has(requirements) || (client === 'cli' && flags.aws)) continue;
    pythons.set(requirements, await ensurePython({ environments, requirements, folder: pythonFolder, progress: say }));
  }
  const target = await openTarget(environments, say);
  const folder = mkdtempSync(join(tmpdir(), 'conformance-home-'));
  try {
    say(`Against ${target.name}, ${target.client.region}`);
    say('');
    say(row('client', 'what', 'result'));
    const world = await prepare(target.client).catch((error: unknown) => {
      throw new CommandFailed(`The bucket and roles of the cases cannot be made: ${messageOf(error)}`);
    });
    const outcomes: Outcome[] = [];
    const ended = (one: Case, error: string | undefined): void => {
      const outcome = outcomeOf(one, error);
      outcomes.push(outcome);
      rows(outcome).forEach((line) => say(line));
    };
    for (const client of Object.keys(clients) as Client[]) {
      const own = chosen.filter((one) => one.client === client);
      const requirements = programs[client]?.requirements ?? '';
      await runClient(client, own, { world, folder, python: pythons.get(requirements) ?? '', aws: flags.aws }, ended);
    }
    say('');
    say(summary(outcomes));
    if (flags.write) writeFileSync(pageFile, page(outcomes, versions()));
    return outcomes.some(({ result }) => result === 'differs') ? 1 : 0;
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function chosenCases(flags: Flags): readonly Case[] {
  const unknown = [
    ...(flags.client ?? []).filter((name) => !(name in clients)),
    ...(flags.case ?? []).filter((id) => !cases.some((one) => one.id === id)),
  ];
  if (unknown.length > 0) throw new WrongUsage(`There is no ${unknown.join(', ')}.`, 'npm run conformance -- --help');
  if (flags.write && (flags.client || flags.case)) throw new WrongUsage('--write needs every client and case.');
  return cases.filter(
    ({ id, client }) => (flags.client?.includes(client) ?? true) && (flags.case?.includes(id) ?? true),
  );
}

interface Place {
  readonly world: World;
  readonly folder: string;
  readonly python: string;
  readonly aws?: string;
}

async function runClient(
  client: Client,
  own: readonly Case[],
  { world, folder, python, aws }: Place,
  ended: (one: Case, error: string | undefined) => void,
): Promise<void> {
  if (own.length === 0) return;
  const env = environmentOf(world, folder);
  const program = programs[client]?.program;
  if (program) return runPython(python, program, own, env, ended);
  const cli = client === 'cli' ? makeCli(world, aws ?? join(dirname(python), 'aws'), env) : undefined;
  try {
    for (const one of own) {
      const work = cli ? cliCases[one.id](cli) : javascript[one.id](world);
      ended(
        one,
        await work.then(
          () => undefined,
          (error: unknown) => messageOf(error),
        ),
      );
    }
  } finally {
    cli?.remove();
  }
}

/** Of the clients, as their locks name them. */
function versions(): Record<string, string> {
  const locked = (file: string, name: string): string =>
    new RegExp(`^${name}==(\\S+)`, 'm').exec(readFileSync(join(pythonFolder, file), 'utf8'))?.[1] ?? 'unknown';
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return {
    [clients.javascript]: `(client-sagemaker) ${devDependencies['@aws-sdk/client-sagemaker']}`,
    [clients.cli]: locked('requirements-sagemaker-2.txt', 'awscli'),
    [clients.boto3]: locked('requirements-sagemaker-2.txt', 'boto3'),
    'SageMaker SDK': `${locked('requirements-sagemaker-2.txt', 'sagemaker')} and ${locked('requirements-sagemaker-3.txt', 'sagemaker')}`,
  };
}
