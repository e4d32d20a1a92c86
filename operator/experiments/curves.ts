/** One metric of a training job, by round. */
export type Curve = ReadonlyMap<number, number>;

/** Curves by SageMaker's name of the metric, such as `validation:aucpr`. */
export type Curves = ReadonlyMap<string, Curve>;

/**
 * XGBoost's line of a round: `[12]<tab>train-aucpr:0.51234<tab>validation-aucpr:0.41270`. SageMaker's log has `#011` for a
 * tab.
 */
// AWS: sagemaker-jobs/log-lines-escape-control-characters
const round = /^\[(\d+)\]((?:(?:\t|#011)[\w-]+:[-+.\deE]+)+)\s*$/;

/**
 * Metrics by round from the lines of a training job. A job that resumed after an interruption repeats rounds, and the
 * later line counts.
 */
export function curvesOf(lines: Iterable<string>): Curves {
  const curves = new Map<string, Map<number, number>>();
  for (const line of lines) {
    const [, number, values] = round.exec(line) ?? [];
    if (number === undefined || values === undefined) continue;
    for (const [, data, metric, value] of values.matchAll(/(?:\t|#011)([\w-]+)-(\w+):([-+.\deE]+)/g)) {
      const name = `${data}:${metric}`;
      const curve = curves.get(name) ?? new Map<number, number>();
      curves.set(name, curve.set(Number(number), Number(value)));
    }
  }
  return curves;
}

/** What the curves of one run say about its model. */
export interface Fit {
  /** Name of the metric without its data, such as `aucpr`. */
  readonly metric: string;
  readonly rounds: number;
  /** Round with the best value on the validation rows, counted from 0 as the log does. */
  readonly bestRound: number;
  readonly trainAtBest: number;
  readonly validationAtBest: number;
  readonly trainAtEnd: number;
  readonly validationAtEnd: number;
}

/**
 * The numbers by which over- and underfitting show (TRAINCHK-05: over- and underfitting in the metrics). Undefined
 * without both curves.
 */
export function fitOf(curves: Curves): Fit | undefined {
  const name = [...curves.keys()].find((one) => one.startsWith('validation:'));
  const metric = name?.slice('validation:'.length) ?? '';
  const train = curves.get(`train:${metric}`);
  const validation = curves.get(`validation:${metric}`);
  if (train === undefined || validation === undefined) return undefined;
  const rounds = [...validation.keys()].filter((one) => train.has(one)).sort((a, b) => a - b);
  const last = rounds.at(-1);
  if (last === undefined) return undefined;
  const value = (curve: Curve, at: number) => curve.get(at) ?? Number.NaN;
  const best = rounds.reduce((a, b) => (value(validation, b) > value(validation, a) ? b : a));
  return {
    metric,
    rounds: last + 1,
    bestRound: best,
    trainAtBest: value(train, best),
    validationAtBest: value(validation, best),
    trainAtEnd: value(train, last),
    validationAtEnd: value(validation, last),
  };
}
