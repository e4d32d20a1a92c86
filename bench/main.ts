/**
 * `npm run bench`: what the project costs in time and memory. Mostly ratios within one run, which mean the same on any
 * computer; of the local account, also what its user waits for. Nothing here is a test: numbers are printed, not checked.
 */
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { Argument, Command } from 'commander';
import { ensurePython } from 'local-account/python/environment';
import { run } from '../rehearsal/run';
import { ending, story } from '../rehearsal/story/checkpoints';
import { measureAccount } from './account';
import { measureAccountMemory } from './account-memory';
import { duringOtherWork } from './busy';
import { measureConsole } from './console';
import { measureDeployment } from './deployment';
import { measureFormats } from './formats';
import { measureHosts } from './hosts';
import { measureIam } from './iam';
import { compareWithSimulator } from './iam-simulate';
import { measureLookup } from './lookup';
import { measureMemory } from './memory';
import { line } from './print-line';
import { seconds } from './process-seconds';
import { measureRehearsal } from './rehearsal';
import { measureRequests } from './requests';
import { measureSearch } from './search';
import { measureBatch, measureInvocations, startEndpoint, withModel } from './serving';
import { measureSpark } from './spark';
import { measureStream } from './stream';
import { measureStreamStores } from './stream-stores';
import { measureSynth } from './synth';

const root = resolve(__dirname, '..');

async function measureEvaluations(): Promise<void> {
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  line('IAM evaluations a second', whole(measureIam(2).evaluationsPerSecond));
  const { ours, theirs } = await compareWithSimulator();
  line(
    'IAM evaluations / those of iam-simulate',
    (ours / theirs).toFixed(1),
    `${whole(ours)} / ${whole(theirs)} a second, generated requests`,
  );
}

/** Does a busy computer spoil the story? Each run has to pass while other processes keep all processors busy. */
async function measureBusy(): Promise<void> {
  const python = await ensurePython({ environments: join(root, '.rehearsal'), progress: (line) => console.log(line) });
  const times = 10;
  let passed = 0;
  for (let at = 1; at <= times; at += 1) {
    const { data, stop } = await duringOtherWork(() =>
      run({
        root,
        python,
        checkpoints: [...story, ...ending],
        progress: () => undefined,
        output: { line: () => undefined, progress: () => undefined },
      }),
    );
    await stop();
    const failed = data.checkpoints.filter(({ status }) => status !== 'passed');
    if (failed.length === 0) passed += 1;
    line(
      `  run ${at} on a busy computer`,
      failed.length === 0 ? 'passed' : 'FAILED',
      `${(data.milliseconds / 1000).toFixed(0)} s  ${failed.map(({ id, error }) => `${id}: ${error ?? 'not reached'}`).join('; ')}`,
    );
  }
  line('stories that passed on a busy computer', `${passed} of ${times}`);
  if (passed < times) throw new Error('a busy computer spoils the story');
}

async function measureEndpoint(): Promise<void> {
  await withModel(async (serving) => {
    await startEndpoint(serving);
    console.log('endpoint / its model server alone, both in one process:');
    for (const clients of [1, 8, 32]) {
      const { endpoint, bare } = await measureInvocations(serving, clients, 600);
      const of = (name: 'p50' | 'p95') => `${endpoint[name].toFixed(1)} ms / ${bare[name].toFixed(1)} ms`;
      const label = `  ${clients} ${clients === 1 ? 'client' : 'clients'}`;
      line(
        `${label}: requests a second`,
        (endpoint.throughput / bare.throughput).toFixed(2),
        `${endpoint.throughput.toFixed(0)} / ${bare.throughput.toFixed(0)}`,
      );
      line(`${label}: median`, (endpoint.p50 / bare.p50).toFixed(2), of('p50'));
      line(`${label}: 95th percentile`, (endpoint.p95 / bare.p95).toFixed(2), of('p95'));
    }
  });
}

async function measureTransform(): Promise<void> {
  const { job, bare } = await withModel((serving) => measureBatch(serving, 50_000));
  line(
    'batch rows a second / serving code alone',
    (job / bare).toFixed(2),
    `${job.toFixed(0)} / ${bare.toFixed(0)}, 50 thousand rows, the job's start included`,
  );
}

const MEASURES: Readonly<Record<string, () => void | Promise<void>>> = {
  synth: measureSynth,
  iam: measureEvaluations,
  invoke: measureEndpoint,
  batch: measureTransform,
  formats: measureFormats,
  hosts: measureHosts,
  memory: measureMemory,
  stream: measureStream,
  'stream-stores': measureStreamStores,
  lookup: measureLookup,
  rehearsal: measureRehearsal,
  busy: measureBusy,
  account: measureAccount,
  deployment: measureDeployment,
  'account-memory': measureAccountMemory,
  requests: measureRequests,
  console: measureConsole,
  spark: measureSpark,
  search: measureSearch,
};

async function main(): Promise<void> {
  const command = new Command('npm run bench --')
    .description(
      'What the project costs in time and memory. Formats, hosts, spark, stream, stream-stores, memory, account-memory, the rehearsal and busy (ten rehearsals during other work) take many minutes, those that need the deployed account a few more if `npm run account -- from rehearsal` was not built, the others a minute or less.',
    )
    .addArgument(new Argument('[measure]', 'only this one (default: all)').choices(Object.keys(MEASURES)))
    .parse();
  seconds(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), 'pipelines/write-problem-document.ts']);
  const [only] = command.args;
  line('load average before', loadavg()[0]?.toFixed(2) ?? '', `${availableParallelism()} processors`);
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (only === undefined || only === name) await measure();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
