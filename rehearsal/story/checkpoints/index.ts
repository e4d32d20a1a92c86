import type { Checkpoint } from '../checkpoint';
import { batchNight, batchTwice, batchWaits } from './batch';
import { catalog, ingestKennedy, laterData, quarantine } from './data';
import { deploy, destroy, examine, teardown } from './deployment';
import { separated } from './duties';
import { aborted, buried, interrupted } from './interruption';
import { judged, judgedDrift } from './judgement';
import { described, traced } from './lineage';
import { coolDown, drifted, healthy, healthyAgain, retrained } from './monitoring';
import { reconciled } from './reconciliation';
import { badCanary, canaryRelease, duplicateApproval, firstRelease, rollBack } from './release';
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
  judged,
  qualityBefore,
  drifted,
  judgedDrift,
  retrained,
  coolDown,
  batchNight,
  canaryRelease,
  qualityAfter,
  healthyAgain,
  rollBack,
  badCanary,
  reconciled,
];

/** Left out with --keep. */
export const ending: readonly Checkpoint[] = [destroy, teardown];
