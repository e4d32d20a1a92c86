import { duration } from '../../../operator/output';
import { minute } from '../numbers';
import type { ReportData } from '../report-data';
import { type ShownAlarms, shownAlarms } from './alarms';
import { type ShownChapter, shownChapters } from './chapters';
import { type ShownAnalysis, shownAnalyses } from './drift';
import { type ShownModel, shownModels } from './models';
import { type ShownQuality, shownQuality } from './quality';
import { type ShownRelease, shownReleases } from './releases';
import { type ShownTrainings, shownTrainings } from './trainings';

/** What the page of the story shows: texts and numbers, ready to be drawn. */
export interface StoryContent {
  readonly headline: string;
  readonly about: string;
  readonly failed?: { readonly id: string; readonly error: string };
  readonly chapters: readonly ShownChapter[];
  readonly trainings: ShownTrainings;
  readonly models: readonly ShownModel[];
  readonly quality?: ShownQuality;
  readonly analyses: readonly ShownAnalysis[];
  readonly releases: readonly ShownRelease[];
  readonly alarms: ShownAlarms;
  readonly denials: { readonly sentence: string; readonly calls: ReportData['denials'] };
}

export function storyContent(data: ReportData): StoryContent {
  const passed = data.checkpoints.filter((one) => one.status === 'passed').length;
  const failed = data.checkpoints.find((one) => one.status === 'failed');
  const denied = data.denials.reduce((sum, one) => sum + one.times, 0);
  return {
    headline: `Rehearsal: ${passed} of ${data.checkpoints.length} checkpoints passed`,
    about: `The whole workflow on one computer, ${minute(data.startedAt)} UTC, in ${duration(data.milliseconds)}. Region ${data.region}, with simulated AWS services: nothing ran in AWS.`,
    failed: failed && { id: failed.id, error: failed.error ?? '' },
    chapters: shownChapters(data),
    trainings: shownTrainings(data),
    models: shownModels(data),
    quality: shownQuality(data),
    analyses: shownAnalyses(data),
    releases: shownReleases(data),
    alarms: shownAlarms(data),
    denials: {
      sentence: `${data.decisions} authorization decisions, ${denied} ${denied === 1 ? 'denial' : 'denials'}.`,
      calls: data.denials,
    },
  };
}
