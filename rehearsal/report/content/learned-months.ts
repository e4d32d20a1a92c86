import type { MonthQuality } from '../../story/quality';
import type { ReportData } from '../report-data';

/** First test month of a version: the months before it are those of training and validation. */
export function firstTestMonth({ story }: ReportData, version: number): string | undefined {
  const training = story.trainings.find(({ result }) => result.version === version);
  return [...(training?.result.evaluation?.window?.months ?? [])].sort()[0];
}

/**
 * Whether the version was trained or tuned on the month. Months of an airport that it was not trained on count as
 * unseen.
 */
export function hasLearned(data: ReportData, { modelVersion, airport, month }: MonthQuality): boolean {
  const training = data.story.trainings.find(({ result }) => result.version === modelVersion);
  const airports = training?.result.evaluation?.window?.airports ?? [];
  const tested = firstTestMonth(data, modelVersion);
  return tested !== undefined && airports.includes(airport) && month < tested;
}
