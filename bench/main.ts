/**
 * `npm run bench`: what the project costs in time, as ratios within one run, so that they mean the same on any computer.
 * Nothing here is a test: numbers are printed, not checked.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DescribeTrainingJobCommand, ListTrainingJobsCommand } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { Argument, Command } from 'commander';
import type { LocalAccount } from 'local-account/local-account';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { context } from '../cdk.json';
import { packageLineage } from '../operator/lineage/package-lineage';
import { packageOf } from '../operator/registry';
import { run } from '../rehearsal/run';
import { type Checkpoint, expectSome } from '../rehearsal/story/checkpoint';
import { ending, story } from '../rehearsal/story/checkpoints';
import { duringOtherWork } from './busy';
import { measureIam } from './iam';
import { compareWithSimulator } from './iam-simulate';
import { measureBatch, measureInvocations, startEndpoint, withModel } from './serving';

const root = resolve(__dirname, '..');
const REQUESTS = 300;
const WARM = 20;
const request = 'B6,MCO,2013-07-05,1530,1829,944,84,70,62,200,9,,0,1012,10,2005,200,AIRBUS';

function seconds(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  input?: string,
): { seconds: number; output: string } {
  const started = performance.now();
  const done = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed:\n${(done.stderr || done.stdout).slice(-2000)}`);
  return { seconds: (performance.now() - started) / 1000, output: done.stdout };
}

/** The fastest of three: the others were disturbed. */
function fastest(measure: () => number): number {
  return Math.min(measure(), measure(), measure());
}

function synth(app: string): number {
  const output = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  // What the CDK command would hand over; its own start is left out of both.
  const environment = { CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(context) };
  try {
    return fastest(
      () => seconds(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), app], environment).seconds,
    );
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** Folder of an unpacked model below a folder. */
function modelFolder(folder: string): string | undefined {
  if (existsSync(join(folder, 'features.json')) && existsSync(join(folder, 'code', 'inference.py'))) return folder;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const found = entry.isDirectory() ? modelFolder(join(folder, entry.name)) : undefined;
    if (found) return found;
  }
  return undefined;
}

let invocation: { endpoint: number; bare: number } | undefined;

/** A step of the bench between those of the story; its time is not the story's. */
function own(id: `bench-${string}`, run: Checkpoint['run']): Checkpoint {
  return { id, sentence: '', topics: [], run };
}

/** Measured within the story, right after the first release. */
function invocations(): Checkpoint {
  return own('bench-invocations', async ({ rehearsal, note }) => {
    invocation = {
      endpoint: await timeEndpoint(rehearsal),
      bare: timeBare(rehearsal, rehearsal.platform.containerPython),
    };
    note('milliseconds', invocation.endpoint.toFixed(2));
  });
}

async function timeEndpoint({ platform }: LocalAccount): Promise<number> {
  const client = new SageMakerRuntimeClient({
    endpoint: platform.endpoint,
    region: platform.region,
    credentials: platform.administrator,
  });
  const ask = () =>
    client.send(
      new InvokeEndpointCommand({
        EndpointName: 'mla-blueprint-flight-disruption',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: Buffer.from(request),
        // One flight over and over is no traffic: the drift analysis leaves it out, as it does with smoke tests.
        InferenceId: 'smoke-test-bench',
      }),
    );
  for (let warm = 0; warm < WARM; warm += 1) await ask();
  const started = performance.now();
  for (let asked = 0; asked < REQUESTS; asked += 1) await ask();
  client.destroy();
  return (performance.now() - started) / REQUESTS;
}

function timeBare({ folder }: LocalAccount, python: string): number {
  const model = modelFolder(folder);
  if (!model) throw new Error(`no unpacked model below ${folder}`);
  return Number(seconds(python, ['bench/bare_predict.py', model, String(REQUESTS)], {}, request).output);
}

const line = (what: string, value: string, of = ''): void =>
  console.log(`${what.padEnd(44)} ${value.padStart(10)}  ${of}`);

function measureSynth(): void {
  const [ours, empty] = [synth('bin/mla-blueprint.ts'), synth('bench/empty-app.ts')];
  line('synth / synth of an empty app', (ours / empty).toFixed(2), `${ours.toFixed(2)} s / ${empty.toFixed(2)} s`);
}

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

/** What the story's jobs and its endpoint had to do, so that the bare work is the same. */
interface Asked {
  requests: number;
  trials: Record<string, number>[];
  /** Data of the first training and of the retraining. */
  windows: { readonly airports: string; readonly from: string; readonly until: string }[];
  /** Rows of each month that they read, by airport and month such as JFK/2013-01. */
  curated: Record<string, number>;
}

/** First of all: counts responses from then on. */
function counting(asked: Asked): Checkpoint {
  return own('bench-counting', async ({ rehearsal }) => {
    rehearsal.host.onAnswered(({ operation, error }) => {
      if (operation === 'InvokeEndpoint' && error === undefined) asked.requests += 1;
    });
  });
}

/**
 * Last before the end: the trials that the tuning jobs drew. Each tuning job draws the same, since its seed is the
 * same.
 */
function trials(asked: Asked): Checkpoint {
  return own('bench-trials', async ({ operator }) => {
    const { sagemaker } = operator.clients;
    const { TrainingJobSummaries = [] } = await sagemaker.send(
      new ListTrainingJobsCommand({ StatusEquals: 'Completed', MaxResults: 100 }),
    );
    const drawn = new Map<string, Record<string, number>>();
    for (const { TrainingJobName } of TrainingJobSummaries) {
      const { HyperParameters = {} } = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
      const numbers = Object.entries(HyperParameters).filter(([, value]) => Number.isFinite(Number(value)));
      drawn.set(
        JSON.stringify(numbers.sort()),
        Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)])),
      );
    }
    asked.trials = [...drawn.values()];
  });
}

/** The data behind the two versions that the pipeline registered. */
function dataRead(asked: Asked): Checkpoint {
  return own('bench-data', async ({ operator }) => {
    for (const { arn } of [await packageOf(operator, 1), await packageOf(operator, 2)]) {
      const { execution, data } = await packageLineage(operator, arn);
      const { Airports = '', From = '', Until = '' } = execution.parameters;
      asked.windows.push({ airports: Airports, from: From, until: Until });
      for (const { key, rows } of data.objects) {
        const [, airport, month] = /airport=(\w+)\/month=([\d-]+)\//.exec(key) ?? [];
        asked.curated[`${airport}/${month}`] = expectSome(rows, `the number of rows of ${key}`);
      }
    }
  });
}

async function measureRehearsal(): Promise<void> {
  const python = await ensurePython({ environments: join(root, '.rehearsal'), progress: (line) => console.log(line) });
  const containerPython = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: containerRequirements,
    progress: (line) => console.log(line),
  });
  const asked: Asked = { requests: 0, trials: [], windows: [], curated: {} };
  const release = story.findIndex(({ id }) => id === 'release') + 1;
  const checkpoints = [
    counting(asked),
    ...story.slice(0, release),
    invocations(),
    ...story.slice(release),
    trials(asked),
    dataRead(asked),
    ...ending,
  ];
  const { data, stop } = await run({
    root,
    python,
    checkpoints,
    progress: () => undefined,
    output: { line: () => undefined, progress: () => undefined },
  });
  await stop();
  const failed = data.checkpoints.filter(({ status }) => status !== 'passed');
  if (failed.length > 0)
    throw new Error(
      `the story did not pass: ${failed.map(({ id, error }) => `${id}: ${error ?? 'not reached'}`).join('; ')}`,
    );
  const measuring = data.checkpoints
    .filter(({ id }) => id.startsWith('bench-'))
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rehearsed = (data.milliseconds - measuring) / 1000;
  // What was timed here is no part of the story.
  const requests = asked.requests - (invocation === undefined ? 0 : REQUESTS + WARM);
  const work = { trials: asked.trials, requests, windows: asked.windows, curated: asked.curated };
  const options = Object.entries(work).flatMap(([name, value]) => [`--${name}`, JSON.stringify(value)]);
  const bare = seconds(containerPython, ['bench/bare_workflow.py', ...options]).seconds;
  line(
    'rehearsal / its ML work as bare Python',
    (rehearsed / bare).toFixed(2),
    `${rehearsed.toFixed(0)} s / ${bare.toFixed(0)} s, ${asked.trials.length} trials, ${requests} requests`,
  );
  if (invocation) {
    line(
      'one invocation / bare parse and predict',
      (invocation.endpoint / invocation.bare).toFixed(2),
      `${invocation.endpoint.toFixed(2)} ms / ${invocation.bare.toFixed(2)} ms`,
    );
  }
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

async function measureMemory(): Promise<void> {
  const python = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: containerRequirements,
    progress: (line) => console.log(line),
  });
  const sizes = ['10000', '100000', '1000000', '5000000'];
  console.log('(memory of 5 million rows takes half an hour)');
  const { output } = seconds(python, ['bench/memory.py', process.execPath, 'tsx', ...sizes]);
  const runs = output
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, number | [number, number]>);
  console.log(
    `peak memory in MB as rows grow${' '.repeat(14)} ${runs.map(({ rows }) => Number(rows).toLocaleString('en').padStart(10)).join('')}      last / first`,
  );
  const bounds = {
    prepare: 'bounded by 10,000 rows',
    monitor: 'bounded by one capture',
    completeness: 'bounded by the ids of one file (100 MB), 32 to 64 bytes each',
    container: 'bounded by one payload (6 MB)',
  };
  for (const [name, bound] of Object.entries(bounds)) {
    const peaks = runs.flatMap((run) => (Array.isArray(run[name]) ? [run[name][0]] : []));
    const growth = ((peaks.at(-1) ?? NaN) / (peaks[0] ?? NaN)).toFixed(2);
    console.log(
      `  ${name.padEnd(42)} ${runs.map((_, at) => (peaks[at]?.toFixed(0) ?? '').padStart(10)).join('')} ${growth.padStart(10)}  ${bound}`,
    );
  }
}

const MEASURES: Readonly<Record<string, () => void | Promise<void>>> = {
  synth: measureSynth,
  iam: measureEvaluations,
  invoke: measureEndpoint,
  batch: measureTransform,
  memory: measureMemory,
  rehearsal: measureRehearsal,
  busy: measureBusy,
};

async function main(): Promise<void> {
  const command = new Command('npm run bench --')
    .description(
      'What the project costs in time and memory, as ratios within one run. Memory, the rehearsal and busy (ten rehearsals during other work) take many minutes, the others a minute or less.',
    )
    .addArgument(new Argument('[measure]', 'only this one (default: all)').choices(Object.keys(MEASURES)))
    .parse();
  seconds(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), 'pipelines/write-problem-document.ts']);
  const [only] = command.args;
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (only === undefined || only === name) await measure();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
