import type { ServingPattern } from '../../../operator/serving';
import type { Checkpoint } from '../checkpoint';
import { alarmLimits } from './alarm-limits';
import { asynchronous } from './asynchronous';
import { batchNight, batchTwice, batchWaits } from './batch';
import { batchAlone } from './batch-alone';
import { catalog, ingestKennedy, laterData, quarantine } from './data';
import { deploy, destroy, examine, teardown } from './deployment';
import { separated } from './duties';
import { firstVersion } from './first-version';
import { aborted, buried, interrupted } from './interruption';
import { described, traced } from './lineage';
import { modelQuality, modelQualityDrift } from './model-quality';
import { coolDown, drifted, healthy, healthyAgain, retrained } from './monitoring';
import { noSkill } from './no-skill';
import { reconciled } from './reconciliation';
import { badCanary, canaryRelease, duplicateApproval, firstRelease, rollBack } from './release';
import { serverless } from './serverless';
import { badRequests, batchJuly, qualityAfter, qualityBefore } from './serving';
import { denied, evaluationHolds, firstTraining, logs, noBetter, tuning } from './training';

/** The whole workflow, in the order in which it happens. */
export const story: readonly Checkpoint[] = [
  deploy,
  examine,
  ingestKennedy,
  quarantine,
  buried,
  catalog,
  noSkill,
  firstTraining,
  tuning,
  evaluationHolds,
  logs,
  denied,
  interrupted,
  separated,
  firstRelease,
  duplicateApproval,
  noBetter,
  traced,
  described,
  badRequests,
  batchJuly,
  batchTwice,
  batchWaits,
  healthy,
  aborted,
  laterData,
  modelQuality,
  qualityBefore,
  drifted,
  modelQualityDrift,
  retrained,
  coolDown,
  batchNight,
  canaryRelease,
  qualityAfter,
  healthyAgain,
  alarmLimits,
  rollBack,
  badCanary,
  reconciled,
];

/** Left out with --keep. */
export const ending: readonly Checkpoint[] = [destroy, teardown];

const own: Readonly<Record<Exclude<ServingPattern, 'real-time'>, readonly Checkpoint[]>> = {
  serverless,
  asynchronous,
  batch: batchAlone,
};

/**
 * The story of a workflow: the whole one for a real-time endpoint; for other patterns the short way to a model, then
 * what the pattern does differently.
 */
export function storyOf(pattern: ServingPattern): readonly Checkpoint[] {
  return pattern === 'real-time' ? story : [deploy, examine, ingestKennedy, firstVersion, ...own[pattern]];
}
