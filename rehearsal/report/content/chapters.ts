import { duration } from '../../../operator/output';
import type { CheckpointResult } from '../../story/checkpoint';
import { costWithoutModel, currencyOf, type Training, whole } from '../numbers';
import type { ReportData } from '../report-data';
import { type Chapter, chaptersOf } from '../story-chapters';

/** A chapter as the page shows it: one line, and its checkpoints below. */
export interface ShownChapter {
  readonly name: string;
  readonly status: CheckpointResult['status'];
  readonly line: string;
  readonly took: string;
  readonly checkpoints: readonly ShownCheckpoint[];
}

export interface ShownCheckpoint
  extends Pick<CheckpointResult, 'id' | 'status' | 'sentence' | 'evidence' | 'topics' | 'error'> {
  readonly milliseconds: number;
  readonly took: string;
  /** On the virtual clock. */
  readonly from?: string;
  readonly until?: string;
}

/** The run in about ten lines, one for each chapter. */
export function shownChapters(data: ReportData): ShownChapter[] {
  return chaptersOf(data.checkpoints).map((chapter) => ({
    name: chapter.name,
    status: chapter.status,
    line: lineOf(chapter, data),
    took: chapter.status === 'not reached' ? '' : duration(chapter.milliseconds),
    checkpoints: chapter.checkpoints.map((one) => ({
      id: one.id,
      status: one.status,
      sentence: one.sentence,
      evidence: one.evidence,
      topics: one.topics,
      error: one.error,
      milliseconds: one.milliseconds,
      took: one.status === 'not reached' ? '' : duration(one.milliseconds),
      from: one.startedAt,
      until: one.endedAt,
    })),
  }));
}

function lineOf(chapter: Chapter, data: ReportData): string {
  const failed = chapter.checkpoints.find(({ status }) => status === 'failed');
  if (failed !== undefined) return `Failed at ${failed.id}: ${failed.error?.split('\n')[0] ?? ''}`;
  return (chapter.status === 'passed' ? sentences[chapter.name]?.(data) : undefined) ?? sentencesOf(chapter);
}

function sentencesOf({ checkpoints }: Chapter): string {
  const [first, ...others] = checkpoints;
  return `${first?.sentence ?? ''}${others.length === 0 ? '' : ` And ${others.length} more.`}`;
}

/** What the numbers of a chapter say; where there are none, its first checkpoint speaks for it. */
const sentences: Readonly<Record<string, (data: ReportData) => string | undefined>> = {
  deployment: (data) => facts(data, 'deploy'),
  data: (data) => facts(data, 'ingest'),
  training: (data) => {
    const first = succeeded(data)[0];
    return first && trained(first, data);
  },
  release: ({ story: { releases } }) => {
    const first = releases[0];
    return first && `Version ${first.version} was approved. ${first.outcome.result}: ${first.outcome.detail}.`;
  },
  monitoring: ({ story: { analyses } }) => {
    const calm = analyses.find(({ result }) => result.violations.length === 0);
    return calm && `${calm.what}: no constraint violated, alarm ${calm.result.alarm.state}.`;
  },
  drift: ({ story: { analyses } }) => {
    const drifted = analyses.find(({ result }) => result.violations.length > 0);
    if (drifted === undefined) return undefined;
    const features = new Set(drifted.result.violations.map((one) => one.feature_name));
    return `${drifted.what}: ${drifted.result.violations.length} constraints violated (${[...features].join(', ')}). The alarm started a retraining.`;
  },
  retraining: (data) => {
    const all = succeeded(data);
    const last = all.length > 1 ? all.at(-1) : undefined;
    return last && trained(last, data);
  },
  rollback: ({ story: { releases } }) => {
    const refused = releases.find(({ outcome }) => outcome.result !== 'Released');
    return (
      refused &&
      `Version ${refused.version} (${refused.what}): ${refused.outcome.result}. ${firstSentence(refused.outcome.detail)}`
    );
  },
};

function trained({ what, result: { version, evaluation } }: Training, data: ReportData): string | undefined {
  if (evaluation === undefined) return undefined;
  const { binary_classification_metrics: metrics, business, gate } = evaluation;
  const trials = data.story.tunings?.find((one) => one.version === version)?.trials.length;
  return (
    `Version ${version ?? ''} (${what}): PR-AUC ${metrics.pr_auc.value.toFixed(3)}, ${gate.lift.toFixed(2)} times chance; ` +
    `${whole(business.expected_cost_per_1000)} ${currencyOf(data)} per 1000, without a model ${whole(costWithoutModel(evaluation))}` +
    `${trials === undefined ? '' : `; ${trials} tuning trials`}.`
  );
}

function succeeded({ story }: ReportData): Training[] {
  return story.trainings.filter(({ result }) => result.evaluation !== undefined);
}

function facts({ checkpoints }: ReportData, id: string): string | undefined {
  const found = checkpoints.find((one) => one.id === id)?.evidence.slice(0, 3) ?? [];
  return found.length === 0 ? undefined : `${found.map(({ label, value }) => `${label}: ${value}`).join(', ')}.`;
}

function firstSentence(text: string): string {
  return `${text.split('. ')[0] ?? ''}.`;
}
