import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { Hyperband, MedianRule, type StopRule } from 'local-account/sagemaker/jobs/early-stopping';
import { SearchSpace } from 'local-account/sagemaker/jobs/search-space';
import { createStrategy, type Trial } from 'local-account/sagemaker/jobs/tuning-strategy';
import { flightDisruption } from '../lib/problem/flight-disruption';
import { line } from './print-line';

const root = resolve(__dirname, '..');
const TRIALS = 12;
const ROUNDS = 200;

const searches: readonly (readonly [name: string, strategy: string, rule: () => StopRule | undefined])[] = [
  ['Random', 'Random', () => undefined],
  ['Random, early stopping', 'Random', () => new MedianRule()],
  ['Bayesian', 'Bayesian', () => undefined],
  // Two lines more than rounds: a full training is not stopped in its last line.
  ['Hyperband', 'Random', () => new Hyperband({ MinResource: 5, MaxResource: ROUNDS + 2 })],
];

/** The local account's search strategies on the same months with the same number of trials (TUNE-04, BALANCE-02). */
export async function measureSearch(): Promise<void> {
  const python = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: containerRequirements,
    progress: (text) => console.log(text),
  });
  const folder = mkdtempSync(join(tmpdir(), 'bench-search-'));
  try {
    const run = (...args: string[]): string =>
      execFileSync(python, [join(root, 'bench/search.py'), ...args]).toString();
    run('data', join(folder, 'data'));
    for (const [name, strategy, rule] of searches) {
      const found = await search(python, folder, strategy, rule());
      const test = JSON.parse(run('test', join(folder, 'data'), found.model)) as {
        readonly pr_auc: number;
        readonly expected_cost_per_1000: number;
      };
      line(
        `search ${name}: best validation PR-AUC`,
        found.best.toFixed(4),
        `June: PR-AUC ${test.pr_auc.toFixed(4)}, ${test.expected_cost_per_1000.toFixed(0)} USD per 1000; ` +
          `${TRIALS} trials, ${found.stopped} stopped, ${found.rounds} rounds, ${found.seconds.toFixed(0)} s`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Found {
  readonly best: number;
  readonly model: string;
  readonly stopped: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** One trial after the other, so that seconds compare. */
async function search(python: string, folder: string, strategy: string, rule: StopRule | undefined): Promise<Found> {
  const { ranges, fixed } = flightDisruption.algorithm;
  const of = (type: string) =>
    ranges
      .filter((range) => range.type === type)
      .map(({ name, minimum, maximum, scaling }) => ({
        Name: name,
        MinValue: String(minimum),
        MaxValue: String(maximum),
        ScalingType: scaling,
      }));
  const space = new SearchSpace({
    IntegerParameterRanges: of('integer'),
    ContinuousParameterRanges: of('continuous'),
  });
  const points = createStrategy(strategy, space, Number(fixed.seed));
  const finished: Trial[] = [];
  let [best, model, stopped, rounds] = [0, '', 0, 0];
  const begin = Date.now();
  for (let number = 0; number < TRIALS; number += 1) {
    const point = points.next(finished, []);
    const target = join(folder, `${strategy}-${number}-${Date.now()}`);
    const trial = await train(python, folder, target, { ...fixed, ...space.values(point) }, (value) =>
      rule?.stops(String(number), value),
    );
    rounds += trial.rounds;
    finished.push({ point, score: trial.last });
    if (trial.stopped) stopped += 1;
    else {
      rule?.completed(String(number));
      if (trial.last > best) [best, model] = [trial.last, target];
    }
  }
  return { best, model, stopped, rounds, seconds: (Date.now() - begin) / 1000 };
}

/** The pipeline's own training script. */
function train(
  python: string,
  folder: string,
  target: string,
  hyperparameters: Readonly<Record<string, string>>,
  stops: (value: number) => boolean | undefined,
): Promise<{ readonly last: number; readonly rounds: number; readonly stopped: boolean }> {
  mkdirSync(target);
  const options = Object.entries({ ...hyperparameters, num_round: String(ROUNDS) });
  const child = spawn(
    python,
    [join(root, 'pipelines/steps/train.py'), ...options.flatMap(([name, value]) => [`--${name}`, value])],
    {
      env: {
        ...process.env,
        SM_CHANNEL_TRAIN: join(folder, 'data/train'),
        SM_CHANNEL_VALIDATION: join(folder, 'data/validation'),
        SM_MODEL_DIR: target,
        SM_CHECKPOINT_DIR: join(target, 'none'),
        SM_NUM_CPUS: '1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let [last, rounds, stopped] = [0, 0, false];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const value = Number(/validation-aucpr:([\d.]+)/.exec(text)?.[1] ?? Number.NaN);
    if (stopped || Number.isNaN(value)) return;
    last = value;
    if (text.includes('train-')) rounds += 1;
    if (stops(value)) {
      stopped = true;
      child.kill('SIGKILL');
    }
  });
  return new Promise((ended, failed) => {
    child.once('error', failed);
    child.once('close', (code) =>
      code === 0 || stopped
        ? ended({ last, rounds, stopped })
        : failed(new Error(`a training ended with code ${code}`)),
    );
  });
}
