/** A scored flight with its outcome. */
export interface Scored {
  readonly id: string;
  readonly month: string;
  readonly probability: number;
  readonly decision: string;
  readonly disrupted: boolean;
}

export interface Costs {
  readonly missed: number;
  readonly falseAlarm: number;
}

export interface MonthQuality {
  readonly airport: string;
  readonly month: string;
  readonly modelVersion: number;
  readonly flights: number;
  readonly disruptedShare: number;
  readonly auc: number;
  readonly averagePrecision: number;
  /** Cost of the decisions in USD for 1000 flights. */
  readonly costPer1000: number;
  /**
   * Cost of the two policies without a model. A model that costs more than the better of them is worth nothing in that
   * month.
   */
  readonly neverFlaggingPer1000: number;
  readonly alwaysFlaggingPer1000: number;
}

/**
 * Months that neither model learned from: the retraining trains until September and chooses its threshold on October.
 */
export const unseenMonths: readonly string[] = ['2013-11', '2013-12'];

/** What the retraining changed in one month, in ranking and in cost, which may disagree. */
export function change(before: MonthQuality, after: MonthQuality): string {
  const signed = (value: number, digits: number) => `${value >= 0 ? '+' : ''}${value.toFixed(digits)}`;
  const cost = after.costPer1000 - before.costPer1000;
  const without = Math.min(after.neverFlaggingPer1000, after.alwaysFlaggingPer1000);
  const worth = after.costPer1000 < without ? '' : `; without any model ${without.toFixed(0)} would do`;
  return `AUC ${signed(after.auc - before.auc, 3)}, average precision ${signed(after.averagePrecision - before.averagePrecision, 3)}, ${signed(cost, 0)} USD per 1000: ${cost < 0 ? 'helps' : 'does not help'}${worth}`;
}

export function qualityByMonth(
  airport: string,
  modelVersion: number,
  scored: readonly Scored[],
  costs: Costs,
): MonthQuality[] {
  const months = new Map<string, Scored[]>();
  for (const one of scored) {
    const list = months.get(one.month) ?? [];
    list.push(one);
    months.set(one.month, list);
  }
  return [...months]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, flights]) => ({
      airport,
      month,
      modelVersion,
      flights: flights.length,
      disruptedShare: flights.filter((one) => one.disrupted).length / flights.length,
      auc: rocAuc(flights),
      averagePrecision: averagePrecision(flights),
      costPer1000: (1000 * totalCost(flights, costs)) / flights.length,
      neverFlaggingPer1000:
        (1000 *
          totalCost(
            flights.map((one) => ({ ...one, decision: 'on_time' })),
            costs,
          )) /
        flights.length,
      alwaysFlaggingPer1000:
        (1000 *
          totalCost(
            flights.map((one) => ({ ...one, decision: 'disrupted' })),
            costs,
          )) /
        flights.length,
    }));
}

function totalCost(flights: readonly Scored[], costs: Costs): number {
  let sum = 0;
  for (const { decision, disrupted } of flights) {
    if (disrupted && decision === 'on_time') sum += costs.missed;
    if (!disrupted && decision === 'disrupted') sum += costs.falseAlarm;
  }
  return sum;
}

/**
 * Area under the ROC curve: the share of (disrupted, on time) pairs in the right order; ties count half. Computed from
 * ranks.
 */
export function rocAuc(flights: readonly Pick<Scored, 'probability' | 'disrupted'>[]): number {
  const sorted = [...flights].sort((a, b) => a.probability - b.probability);
  let rankSum = 0;
  let positives = 0;
  for (let from = 0; from < sorted.length; ) {
    let until = from;
    while (until < sorted.length && sorted[until]?.probability === sorted[from]?.probability) until += 1;
    const rank = (from + 1 + until) / 2;
    for (let at = from; at < until; at += 1) {
      if (sorted[at]?.disrupted) {
        rankSum += rank;
        positives += 1;
      }
    }
    from = until;
  }
  const negatives = sorted.length - positives;
  return positives === 0 || negatives === 0
    ? Number.NaN
    : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Average precision, in steps without interpolation, as scikit-learn's average_precision_score. */
export function averagePrecision(flights: readonly Pick<Scored, 'probability' | 'disrupted'>[]): number {
  const sorted = [...flights].sort((a, b) => b.probability - a.probability);
  const positives = sorted.filter((one) => one.disrupted).length;
  let hits = 0;
  let sum = 0;
  for (let from = 0; from < sorted.length; ) {
    let until = from;
    let found = 0;
    while (until < sorted.length && sorted[until]?.probability === sorted[from]?.probability) {
      if (sorted[until]?.disrupted) found += 1;
      until += 1;
    }
    hits += found;
    sum += (found / positives) * (hits / until);
    from = until;
  }
  return sum;
}
