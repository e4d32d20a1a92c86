import { Command, CommanderError, Option } from 'commander';
import { namePrefix } from './arguments';
import { makeClients } from './clients';
import type { AnyCommand } from './command';
import { commands } from './commands';
import { defaultPrefix, makeContext, type OperatorContext } from './context';
import { explain } from './errors';
import { type Output, printable, table, terminalOutput } from './output';

export interface CliOptions {
  readonly makeContext?: (options: Readonly<Record<string, unknown>>) => OperatorContext & { destroy?(): void };
  readonly write?: (text: string) => void;
  readonly writeError?: (text: string) => void;
  readonly output?: (json: boolean) => Output;
}

/** Runs one command line and returns its exit code: 0 done, 1 failed, 2 called wrongly. */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<number> {
  const write = options.write ?? ((text: string) => void process.stdout.write(text));
  const writeError = options.writeError ?? ((text: string) => void process.stderr.write(printable(text)));
  let exitCode = 0;
  const program = new Command('mlops')
    .description(
      'Operate the workflow, in an AWS account or in the rehearsal (AWS_ENDPOINT_URL). Plain AWS SDK calls with your credentials.',
    )
    .usage('<command> [options]')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: writeError })
    .showHelpAfterError('(--help shows what it takes)');
  program.addHelpText('after', '\nStart every line with: npm run mlops --\n');
  for (const command of commands) {
    const sub = program.command(command.name).summary(command.summary).description(command.description);
    sub
      .exitOverride()
      .configureOutput({ writeOut: write, writeErr: writeError })
      .showHelpAfterError('(--help shows what it takes)');
    command.configure(sub);
    sub
      .option('--json', 'print the result as JSON on standard output')
      .addOption(
        new Option('--prefix <prefix>', 'first part of all names, as in lib/config.ts')
          .env('MLA_BLUEPRINT_PREFIX')
          .default(defaultPrefix),
      )
      .option(
        '--stacks <prefix>',
        "first part of the stacks' names, if they were given others than the prefix in Pascal case",
      )
      .addHelpText('after', examplesText(command));
    sub.action(async () => {
      exitCode = await execute(command, sub, options, write, writeError);
    });
  }
  try {
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

async function execute(
  command: AnyCommand,
  sub: Command,
  options: CliOptions,
  write: (text: string) => void,
  writeError: (text: string) => void,
): Promise<number> {
  const given = sub.opts();
  const json = given.json === true;
  let destroy: (() => void) | undefined;
  try {
    if (given.stacks !== undefined) namePrefix(given.stacks, '--stacks');
    namePrefix(given.prefix, '--prefix');
    command.check(sub.args, given);
    const context = (options.makeContext ?? contextFor)(given);
    destroy = context.destroy?.bind(context);
    const output = (options.output ?? terminalOutput)(json);
    const { result, ok } = await command.execute(context, sub.args, given, output);
    if (json) write(`${JSON.stringify(result, undefined, 2)}\n`);
    return ok ? 0 : 1;
  } catch (error) {
    const { message, remedy, exitCode } = explain(error);
    writeError(`${command.name}: ${message}\n${remedy === undefined ? '' : `-> ${remedy}\n`}`);
    return exitCode;
  } finally {
    destroy?.();
  }
}

function contextFor(options: Readonly<Record<string, unknown>>): OperatorContext & { destroy(): void } {
  const clients = makeClients({});
  const context = makeContext({
    clients,
    stackPrefix: options.stacks as string | undefined,
    prefix: String(options.prefix),
  });
  return { ...context, destroy: () => clients.destroy() };
}

function examplesText(command: AnyCommand): string {
  const lines = table(command.examples.map(([line, effect]) => [`npm run mlops -- ${line}`, effect]));
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n\nExit code: 0 done, 1 it failed, 2 called wrongly.\n`;
}
