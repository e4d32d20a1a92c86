import type { RetrainingRules } from './decision';

const names: readonly (keyof RetrainingRules)[] = [
  'cooldownHours',
  'maximumPerWeek',
  'maximumModelAgeDays',
  'recentMonths',
  'longestMonths',
  'heldBackMonths',
  'completeShare',
];

/**
 * The rules in a text of JSON. Each must be a number: a comparison with one that is missing is false, so the cool-down
 * or the weekly cap would never hold.
 */
export function rulesIn(text: string): RetrainingRules {
  const given = JSON.parse(text) as Partial<Record<string, unknown>> | null;
  const wrong = names.filter((name) => !Number.isFinite(given?.[name]) || Number(given?.[name]) < 0);
  if (wrong.length > 0) throw new Error(`RULES lacks numbers for ${wrong.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, given?.[name]])) as unknown as RetrainingRules;
}
