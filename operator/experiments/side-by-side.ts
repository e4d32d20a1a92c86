import { duration } from '../output';
import { tuningJobOf } from './choose-runs';
import { type Fit, fitOf } from './curves';
import type { TrainingRun } from './training-run';

/** One fact of two runs. */
export interface Fact {
  readonly what: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** What went into two runs and what came out. Both are in SageMaker's own records. */
export function sideBySide(a: TrainingRun, b: TrainingRun): Fact[] {
  const [first, second] = [factsOf(a), factsOf(b)];
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  return names.map((what) => {
    const [one, other] = [first[what] ?? '-', second[what] ?? '-'];
    return { what, a: one, b: other, same: one === other };
  });
}

function factsOf(run: TrainingRun): Record<string, string> {
  const { job } = run;
  const compute = job.ResourceConfig;
  const began = job.TrainingStartTime?.getTime();
  const ended = job.TrainingEndTime?.getTime();
  const fit = fitOf(run.curves);
  return {
    status: run.status,
    'data version': run.data?.snapshot.slice(0, 12) ?? 'not by the pipeline',
    ...(run.data === undefined ? {} : { 'data of': `${run.data.airports} until ${run.data.until}` }),
    'code version': run.code.slice(0, 12),
    image: (job.AlgorithmSpecification?.TrainingImage ?? '').split('/').at(-1) ?? '',
    instances: `${compute?.InstanceCount ?? 1} ${compute?.InstanceType ?? ''}`,
    spot: job.EnableManagedSpotTraining === true ? 'yes' : 'no',
    'tuning job': tuningJobOf(run)?.slice(-24) ?? 'none',
    ...run.parameters,
    ...(began === undefined || ended === undefined ? {} : { took: duration(ended - began) }),
    ...(fit === undefined ? {} : fitFacts(fit)),
  };
}

function fitFacts(fit: Fit): Record<string, string> {
  return {
    rounds: String(fit.rounds),
    'best round': String(fit.bestRound),
    [`validation ${fit.metric}, best`]: fit.validationAtBest.toFixed(5),
    [`train ${fit.metric}, then`]: fit.trainAtBest.toFixed(5),
    'gap, then': (fit.trainAtBest - fit.validationAtBest).toFixed(5),
    [`validation ${fit.metric}, end`]: fit.validationAtEnd.toFixed(5),
    [`train ${fit.metric}, end`]: fit.trainAtEnd.toFixed(5),
  };
}

/** A metric at a few rounds of two runs, evenly spaced. */
export function byRound(a: TrainingRun, b: TrainingRun): string[][] {
  const names = [...new Set([...a.curves.keys(), ...b.curves.keys()])].sort();
  const rounds = [
    ...new Set([a, b].flatMap(({ curves }) => [...curves.values()].flatMap((curve) => [...curve.keys()]))),
  ];
  const last = rounds.reduce((x, y) => Math.max(x, y), 0);
  const shown = new Set([0, 1, 2, 3, 4, 5, 6].map((at) => Math.round((at * last) / 6)));
  const value = (run: TrainingRun, name: string, round: number) => run.curves.get(name)?.get(round)?.toFixed(4) ?? '-';
  return [
    ['round', ...names.flatMap((name) => [`a ${name}`, `b ${name}`])],
    ...[...shown].map((round) => [
      String(round),
      ...names.flatMap((name) => [value(a, name, round), value(b, name, round)]),
    ]),
  ];
}
