import type { ProblemSpec } from '../../problem/problem-spec';

/** Features whose distance from the baseline counts. The others change with the calendar. */
export function watchedFeatures({ features, monitoring }: ProblemSpec): string[] {
  return features.map(({ name }) => name).filter((name) => !(name in monitoring.seasonal));
}
