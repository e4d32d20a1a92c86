import { table } from '../../operator/output';
import { type MonthQuality, unseenMonths } from './quality';

const header = [
  'airport',
  'month',
  '',
  'frozen: AUC, AP, USD per 1000',
  'retrained: AUC, AP, USD per 1000',
  'USD without a model',
];

/**
 * Quality on real outcomes, month by month, of version 1 and version 2: before the new airport, during its drift, and
 * after the retraining.
 */
export function qualityTable(quality: readonly MonthQuality[]): string[] {
  const frozen = quality.filter(
    ({ modelVersion }) => modelVersion === Math.min(...quality.map((one) => one.modelVersion)),
  );
  const rows = frozen.map((before) => {
    const after = quality.find(
      (one) => one.airport === before.airport && one.month === before.month && one.modelVersion > before.modelVersion,
    );
    const without = Math.min(before.neverFlaggingPer1000, before.alwaysFlaggingPer1000).toFixed(0);
    return [before.airport, before.month, phaseOf(before), numbers(before), retrained(after), without];
  });
  return rows.length === 0 ? [] : table([header, ...rows]);
}

function phaseOf({ airport, month }: MonthQuality): string {
  if (unseenMonths.includes(month)) return 'after';
  return airport === 'LGA' ? 'during' : 'before';
}

/** The numbers of a month that a model learned from mean nothing. */
function retrained(after: MonthQuality | undefined): string {
  if (after === undefined) return 'not measured';
  return unseenMonths.includes(after.month) ? numbers(after) : 'has learned it';
}

function numbers({ auc, averagePrecision, costPer1000 }: MonthQuality): string {
  return `${auc.toFixed(3)}  ${averagePrecision.toFixed(3)}  ${costPer1000.toFixed(0)}`;
}
