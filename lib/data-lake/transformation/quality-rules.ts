import { type FeatureSpec, type ProblemSpec, stateFeatures } from '../../problem/problem-spec';

/**
 * What a training set must be before anything trains on it, as rules of Glue Data Quality (DATA-06: checks before
 * training). Curation checks each row by itself; these rules see what no
 * single row shows: a feed that stopped, the same flights under two airports, a month whose outcomes are all alike.
 *
 * `between` leaves its bounds out, and a missing value fails a rule on values: ranges are given for columns only that
 * are never empty.
 * https://docs.aws.amazon.com/glue/latest/dg/dqdl.html
 */
export function qualityRules(problem: ProblemSpec): string {
  const { recordId, source, target, state, features } = problem;
  const complete = features.filter(({ missing }) => missing === 'reject');
  const rules = [
    'RowCount > 0',
    `IsPrimaryKey "${recordId}"`,
    `ColumnValues "${source.column}" in [${source.values.map((value) => `"${value}"`).join(', ')}]`,
    ...complete.map(({ name }) => `IsComplete "${name}"`),
    ...complete.flatMap(rangeRules),
    ...features.flatMap(({ name, usuallyPresent }) =>
      usuallyPresent === undefined ? [] : [`Completeness "${name}" >= ${usuallyPresent}`],
    ),
    // A night without flights has no state. A set without any was joined with nothing.
    ...stateFeatures(state)
      .filter((name) => name.startsWith('mean_delay'))
      .map((name) => `Completeness "${name}" > 0.5`),
    `ColumnValues "${target.name}" in [0, 1]`,
    // All of one class: the outcomes were not delivered, or not understood.
    `Mean "${target.name}" between 0.01 and 0.99`,
    // The job checks each row; the rule checks the job (FEAT-05: where leaks hide).
    `ColumnValues "known_before" >= ${state.lead}`,
  ];
  return `Rules = [\n${rules.map((rule) => `  ${rule}`).join(',\n')}\n]`;
}

function rangeRules(feature: FeatureSpec): string[] {
  if (feature.type === 'clock')
    return [`ColumnValues "${feature.name}" >= 0`, `ColumnValues "${feature.name}" <= 2400`];
  if (feature.type !== 'number') return [];
  return [
    `ColumnValues "${feature.name}" >= ${feature.minimum}`,
    `ColumnValues "${feature.name}" <= ${feature.maximum}`,
  ];
}
