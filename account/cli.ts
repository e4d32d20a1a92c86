import { relative, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { writeOnToAClosedTerminal } from 'local-account/interruption';
import { WrongUsage } from '../operator/errors';
import { table } from '../operator/output';
import { say } from '../rehearsal/command-line';
import { consoleOf } from '../rehearsal/console';
import { askClock, describeClock, durationOf } from './clock';
import { clientFiles, profile, shell } from './environment';
import { accountFolder, accountNames, defaultName } from './folder';
import { fromRehearsal } from './from-rehearsal';
import { branchAccount, deleteAccount, keptState } from './kept';
import { ownerOf } from './lock';
import { openEmpty, openKept, openSaved } from './open';
import { findRunning, type RunningAccount, requireRunning } from './running';
import { deleteSnapshot, requireSnapshot, rowOf, saveAccount, snapshotRows } from './snapshots';
import { interruptSpot } from './spot';
import { keepAccountUp, type StartOptions } from './start';
import { stopAccount } from './stop';

const root = resolve(__dirname, '..');

interface StartFlags {
  readonly name: string;
  readonly port?: number;
  /** @default that of a saved account */
  readonly region?: string;
}

interface SpotFlags {
  readonly name: string;
  readonly afterCheckpoint?: boolean;
  readonly away?: string;
}

/** Runs one command. @returns the exit code */
export async function runCli(argv: readonly string[]): Promise<number> {
  // Otherwise the SDK prints its warning about Node versions in each process.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  try {
    await program().parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function program(): Command {
  const named = (command: Command): Command => command.option('--name <name>', 'name of the account', defaultName);
  const starting = (command: Command): Command =>
    named(command)
      .option('--port <number>', 'port of the account; without it, the system chooses one', portOf)
      .option(
        '--region <region>',
        'region that the account plays; without it, that which it has, or eu-central-1',
        regionOf,
      );
  const all = new Command('account')
    .description(
      'An AWS account on this computer: aws, cdk, boto3 and the SDKs use it as they are. No AWS account, no Docker.',
    )
    .usage('[command] [options]')
    .exitOverride()
    .addHelpText('after', examples);
  starting(all.command('start', { isDefault: true }))
    .description('start an account as it was when it ended, at first empty, and keep it up until Ctrl-C (default)')
    .option('--empty', 'start an empty account, whatever was in the one of this name')
    .action((flags: StartFlags & { readonly empty?: boolean }) =>
      start({ ...flags, open: flags.empty ? openEmpty : openKept, up: () => Promise.resolve() }),
    );
  starting(all.command('from').argument('<start>', 'rehearsal'))
    .description('start an account in which this project is deployed and a first model is live')
    .action((from: string, flags: StartFlags) => {
      if (from !== 'rehearsal') throw new WrongUsage(`An account can start from "rehearsal", not from "${from}".`);
      return start({ ...flags, ...fromRehearsal(root, flags.region ?? 'eu-central-1') });
    });
  named(all.command('env'))
    .description('print the environment for a shell, with which every AWS client uses the account')
    .option('--profile', 'print it as a file for AWS_CONFIG_FILE instead')
    .action(({ name, profile: asProfile }: { name: string; profile?: boolean }) => {
      const account = requireRunning(root, name);
      process.stdout.write(asProfile ? profile(account) : shell(account));
    });
  named(all.command('console'))
    .description("print the address of the account's console in the browser")
    .action(({ name }: { name: string }) => say(requireRunning(root, name).console));
  named(all.command('clock').argument('[command]', 'show, advance, stop or run', 'show'))
    .argument('[duration]', 'for advance: such as 30m, 1h, 2d, or PT1H30M')
    .description("show or move the account's time")
    .action(async (command: string, duration: string | undefined, { name }: { name: string }) => {
      const query = clockQuery(command, duration);
      for (const line of describeClock(await askClock(requireRunning(root, name), query))) say(line);
    });
  named(all.command('spot').argument('<job>', 'name of a managed spot training job'))
    .description('take the spot instances of a training job away')
    .option('--after-checkpoint', 'not now, but when its next checkpoint is in S3')
    .option('--away <duration>', "how long there is no other capacity, in the account's time: such as 10m")
    .action(async (job: string, { name, ...flags }: SpotFlags) => {
      const away = flags.away === undefined ? undefined : durationOf(flags.away);
      await interruptSpot(requireRunning(root, name), job, { ...flags, away });
      say(
        flags.afterCheckpoint ? `${job} loses its instances after its next checkpoint.` : `${job} lost its instances.`,
      );
    });
  named(all.command('stop'))
    .description('end an account, as Ctrl-C does')
    .action(({ name }: { name: string }) => stopAccount(root, name));
  named(all.command('save').argument('<snapshot>', 'a name for it'))
    .description('save a running account as it is now')
    .action(async (snapshot: string, { name }: { name: string }) => {
      await saveAccount(requireRunning(root, name), root, snapshot);
      say(`Saved the account "${name}" as "${snapshot}".`);
    });
  named(all.command('restore').argument('<snapshot>', 'name of a saved account'))
    .option('--port <number>', 'port of the account; without it, the system chooses one', portOf)
    .description('start an account as it was saved')
    .action((snapshot: string, flags: StartFlags) =>
      start({ ...flags, open: openSaved(requireSnapshot(root, snapshot)), up: () => Promise.resolve() }),
    );
  all
    .command('branch')
    .argument('<from>', 'name of an account, or of a saved one')
    .argument('<to>', 'name of the new account')
    .description('make an account that begins as another one is now, or was saved')
    .action(async (from: string, to: string) => {
      await branchAccount(root, from, to);
      say(`Made the account "${to}" from "${from}". Start it: npm run account -- --name ${to}`);
    });
  all
    .command('delete')
    .argument('<snapshot>', 'name of a saved account')
    .option('--account', 'delete an account that does not run, not a saved one')
    .description('delete a saved account')
    .action((name: string, { account }: { account?: boolean }) => {
      if (account) deleteAccount(root, name);
      else deleteSnapshot(root, name);
      say(`Deleted the ${account ? '' : 'saved '}account "${name}".`);
    });
  all
    .command('list')
    .description('show the accounts that run or have ended, and those that are saved')
    .action(() => list());
  return all;
}

const examples = `
Examples:
  npm run account                               then, in another terminal:
  eval "$(npm run --silent account -- env)"     aws, cdk, boto3 and npm run mlops now use the account
  npm run account -- from rehearsal             everything deployed, a first model live
  npm run account -- clock advance 1h           what is due within an hour happens now
  npm run account -- spot JOB --away 10m        spot capacity is gone; the training job goes on from its checkpoint
  npm run account -- save before                then, after an experiment: npm run account -- restore before
  npm run account -- start --name second        another account at the same time
`;

async function start(options: StartFlags & Pick<StartOptions, 'open' | 'up'>): Promise<void> {
  writeOnToAClosedTerminal();
  const began = Date.now();
  say(`Starting the account "${options.name}"`);
  await keepAccountUp({
    ...options,
    root,
    progress: say,
    project: (account) => consoleOf(root, account),
    up: async (account, running, signal) => {
      await options.up(account, running, signal);
      // What it says it has is there after a kill, too.
      if (!signal.aborted) await account.keepState();
      if (!signal.aborted) for (const line of instructions(running, Date.now() - began)) say(line);
    },
  });
  say(`The account has ended. Start it again as it was: npm run account${suffixOf(options.name)}`);
}

function instructions(account: RunningAccount, milliseconds: number): string[] {
  const { name, endpoint, region, folder } = account;
  const file = relative(process.cwd(), clientFiles(folder).shell);
  const suffix = name === defaultName ? '' : ` --name ${name}`;
  return [
    `Up after ${(milliseconds / 1000).toFixed(1)} s: ${endpoint}, ${region}, account 123456789012`,
    `Console in the browser: ${account.console}`,
    '',
    'In another terminal:',
    '',
    `  . ${/^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`}`,
    '',
    'From then on aws, cdk, boto3, the SDKs and npm run mlops use this account, and none of your own keys or profiles.',
    'Schedules, alarms and canaries follow the time of the account:',
    '',
    `  npm run account -- clock${suffix}                show it; also: advance 1h, stop, run`,
    '',
    'Ctrl-C ends the account; the next start goes on from there.',
  ];
}

function suffixOf(name: string): string {
  return name === defaultName ? '' : ` -- --name ${name}`;
}

function clockQuery(command: string, duration: string | undefined): string | undefined {
  if (command === 'advance') {
    if (duration === undefined) throw new WrongUsage('clock advance needs a duration, such as 1h.');
    return `advance=${encodeURIComponent(durationOf(duration))}`;
  }
  const query = { show: '', stop: 'pause', run: 'run' }[command];
  if (query === undefined) throw new WrongUsage(`clock takes show, advance, stop or run, not "${command}".`);
  if (duration !== undefined) throw new WrongUsage(`clock ${command} takes no duration.`);
  return query || undefined;
}

function list(): void {
  const rows = accountNames(root).flatMap((name) => {
    const folder = accountFolder(root, name);
    const running = findRunning(folder);
    if (running !== undefined) return [[name, 'running', running.endpoint, running.region]];
    if (ownerOf(folder) !== undefined) return [[name, 'starting']];
    const state = keptState(root, name);
    return state === undefined ? [] : [rowOf(name, 'ended', state)];
  });
  if (!rows.some(([, status]) => status === 'running')) say('No account is running. Start one: npm run account');
  for (const line of table([...rows, ...snapshotRows(root)])) say(line);
}

function portOf(text: string): number {
  const port = Number(text);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) throw new InvalidArgumentError('A port is 1 to 65535.');
  return port;
}

/** A region's name has this form; which services it has is no matter here. */
function regionOf(text: string): string {
  if (!/^[a-z]{2}(-[a-z]+){1,2}-\d$/.test(text))
    throw new InvalidArgumentError('A region is written like eu-central-1.');
  return text;
}
