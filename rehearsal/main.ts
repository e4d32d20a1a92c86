import { relative, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { startControl } from 'local-account/control';
import { onInterruption, writeOnToAClosedTerminal } from 'local-account/interruption';
import type { LocalAccount } from 'local-account/local-account';
import colors from 'picocolors';
import { exitWith, say } from './command-line';
import { consoleOf } from './console';
import { nothingRecorded, reportContext, writeReport } from './report/write';
import { type Run, run } from './run';
import { closing, Progress } from './story/progress';
import { qualityTable } from './story/quality-table';
import { chapters, type Selection, select } from './story/selection';
import { stories, storyNamed } from './story/stories';

const root = resolve(__dirname, '..');
const servingPatterns = ['real-time', 'serverless', 'asynchronous', 'batch'] as const;

async function main(argv: readonly string[]): Promise<number> {
  const options = parse(argv);
  if (typeof options === 'number') return options;
  // Otherwise the SDK prints its warning about Node versions in each process.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

  await checkSelection(options);

  const interrupted = new AbortController();
  let stop: () => Promise<void> = () => Promise.resolve();
  let running: Promise<Run> | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (interrupted.signal.aborted) return;
    say(`\n${signal}: stopping everything`);
    interrupted.abort(new Error('Interrupted; nothing is left running.'));
    // Before the account has started, the Python environment and the synthesis clean up after themselves.
    const ended = stop === nothing ? Promise.allSettled([running]) : stop();
    void Promise.race([ended, patience()])
      .then(() => say('Stopped. If anything is left, the next rehearsal removes it.'))
      .finally(() => process.exit(130));
  };
  const nothing = stop;
  onInterruption(onSignal);
  writeOnToAClosedTerminal();

  const progress = new Progress({ write: say, columns: process.stdout.columns });
  const endBeats = progress.beating();
  const quiet = () => undefined;
  const verbose = options.verbose ? (line: string) => progress.say(colors.dim(`      ${line.trim()}`)) : quiet;
  running = run({
    root,
    keep: options.keep,
    recordPages: true,
    preferredPort: options.port,
    signal: interrupted.signal,
    progress: (line) => {
      progress.begin('Preparing');
      progress.say(line);
    },
    selection: options.selection,
    story: options.story,
    opened: (stopOnce) => {
      stop = once(stopOnce);
    },
    output: { line: (text = '') => (text === '' ? undefined : verbose(text)), progress: verbose },
    started: (...checkpoint) => progress.started(...checkpoint),
    ended: (result) => progress.ended(result),
  });
  // After an interruption the signal handler ends the process and prints the message; later failures follow from it.
  const never = new Promise<never>(() => undefined);
  const current = await running.catch((error: unknown) => {
    if (interrupted.signal.aborted) return never;
    throw error;
  });
  if (interrupted.signal.aborted) return never;
  const { data } = current;
  progress.begin('Writing the report');
  const pages = current.pages ?? nothingRecorded(data);
  const report = await writeReport(root, { data, pages }, await reportContext(current.recording, say));
  endBeats();
  const quality = qualityTable(data.story.quality);
  if (quality.length > 0) say(`\nQuality on the outcomes of the flights:\n\n  ${quality.join('\n  ')}`);
  say('');
  for (const line of closing(data.checkpoints, data.milliseconds, relative(process.cwd(), report))) say(line);
  if (options.keep) await stayUp(current.rehearsal, interrupted.signal);
  await stop();
  return data.passed ? 0 : 1;
}

interface Options {
  readonly keep: boolean;
  readonly verbose: boolean;
  readonly port?: number;
  readonly story?: string;
  readonly selection: Selection;
}

function parse(argv: readonly string[]): Options | number {
  const program = new Command('rehearse')
    .description(
      'Runs the whole workflow on this computer: synthesizes the stacks, deploys them to a local account, and checks each result. No AWS account, no Docker.',
    )
    .usage('[options]')
    .option('--keep', 'keep the local account running afterwards, also after a failure, and print how to use it')
    .option('--verbose', 'show what every command prints')
    .option(
      '--from <checkpoint>',
      'show the story from this checkpoint on; the checkpoints before it run first, without being shown',
    )
    .option('--only <chapter>', `end after this chapter: ${Object.keys(chapters).join(', ')}`)
    .option(
      '--story <name>',
      'run another story than that of the whole workflow; it ends before the stacks are deleted',
    )
    .option('--port <number>', 'port of the gateway; if it is not free, another is used')
    .addHelpText(
      'after',
      `
Examples:
  npm run rehearse
  npm run rehearse -- --keep          then use aws, boto3 and npm run mlops against it
  npm run rehearse -- --only training  ends after the checkpoints of the training
  npm run rehearse -- --from canary    shows the checkpoints from \`canary\` on
  npm run rehearse -- --verbose
  npm run rehearse -- --story transformation

Stories of their own:
${Object.entries(stories)
  .map(([name, { about }]) => `  ${name.padEnd(16)}${about}`)
  .join('\n')}

Exit code: 0 every checkpoint passed, 1 one failed, 2 called wrongly. Report: .rehearsal/report.html
`,
    )
    .exitOverride();
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const {
    keep = false,
    verbose = false,
    port,
    from,
    only,
    story,
  } = program.opts<{
    keep?: boolean;
    verbose?: boolean;
    port?: string;
    from?: string;
    only?: string;
    story?: string;
  }>();
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && !(Number.isInteger(number) && number > 0 && number < 65_536)) {
    process.stderr.write(`--port takes a port number, not "${port ?? ''}".\n`);
    return 2;
  }
  if (from !== undefined && only !== undefined) {
    process.stderr.write('--from and --only do not go together.\n');
    return 2;
  }
  if (story !== undefined && only !== undefined) {
    process.stderr.write('--story and --only do not go together: chapters are of the whole workflow.\n');
    return 2;
  }
  const selection = { ...(from === undefined ? {} : { from }), ...(only === undefined ? {} : { only }) };
  return { keep, verbose, story, selection, ...(number === undefined ? {} : { port: number }) };
}

/** Refuses an unknown story, checkpoint or chapter before anything starts. */
async function checkSelection({ story, selection }: Options): Promise<void> {
  if (story !== undefined) {
    select(await storyNamed(story), selection);
    return;
  }
  if (selection.from === undefined && selection.only === undefined) return;
  const { ending, storyOf } = await import('./story/checkpoints');
  const stories = servingPatterns.map((pattern) => [...storyOf(pattern), ...ending]);
  const errors = stories.map((story) => {
    try {
      select(story, selection);
      return undefined;
    } catch (error) {
      return error;
    }
  });
  if (!errors.includes(undefined)) throw errors[0];
}

async function stayUp(rehearsal: LocalAccount, signal: AbortSignal): Promise<void> {
  const { platform } = rehearsal;
  const control = await startControl(rehearsal.clock);
  const { startConsole } = await import('local-account/console/console');
  const console = await startConsole(rehearsal, { project: consoleOf(root, rehearsal) });
  say(`
The rehearsal stays up. Its console in the browser: ${console.url}

In another terminal:

  export AWS_ENDPOINT_URL=${platform.endpoint}
  export AWS_REGION=${platform.region} AWS_DEFAULT_REGION=${platform.region}
  export AWS_ACCESS_KEY_ID=${platform.administrator.accessKeyId}
  export AWS_SECRET_ACCESS_KEY=${platform.administrator.secretAccessKey}
  export AWS_EC2_METADATA_DISABLED=true AWS_DISABLE_HOST_PREFIX_INJECTION=true
  export MLA_BLUEPRINT_CLOCK=${control.url}/clock
  unset AWS_SESSION_TOKEN AWS_PROFILE

  npm run mlops -- status                         # or any other command
  npm run mlops -- card live                      # after the whole story \`latest\` is the version that was broken on purpose
  aws sagemaker list-model-package-groups         # the AWS CLI, boto3 and the SDKs need nothing else
  python -c "import boto3; print(boto3.client('sagemaker').list_endpoints())"

AWS CLI version 1 sends its sqs commands to AWS whatever AWS_ENDPOINT_URL says
(aws/aws-cli issue 8737). Use version 2, or name the endpoint each time:

  aws --endpoint-url "$AWS_ENDPOINT_URL" sqs list-queues

The SageMaker Python SDK calls AWS itself in two cases: telemetry (TelemetryOptOut: true in its configuration ends it),
and STS for its default bucket and role (pass both). \`npm run account -- from rehearsal\` makes that configuration.

Schedules and alarms follow a virtual clock. It flows with real time, so monitors run and releases start while nobody
looks. Move it, stop it, let it run:

  curl -X POST "$MLA_BLUEPRINT_CLOCK?advance=PT1H"
  curl -X POST "$MLA_BLUEPRINT_CLOCK?pause"
  curl -X POST "$MLA_BLUEPRINT_CLOCK?run"

Ctrl-C ends it and removes everything.`);
  await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  await console.close();
  await control.close();
}

/** The end of the run and Ctrl-C may both call it. */
function once(task: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= task());
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20_000).unref());
}

exitWith(main(process.argv.slice(2)));
