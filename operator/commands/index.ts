import { type AnyCommand, anyCommand } from '../command';
import { approveCommand } from './approve';
import { batchCommand } from './batch';
import { buildTrainingSetCommand } from './build-training-set';
import { cardCommand } from './card';
import { challengeCommand } from './challenge';
import { compareFeaturesCommand } from './compare-features';
import { compareRunsCommand } from './compare-runs';
import { compareShadowCommand } from './compare-shadow';
import { doctorCommand } from './doctor';
import { driftCommand } from './drift';
import { fitCurvesCommand } from './fit-curves';
import { ingestCommand } from './ingest';
import { invokeCommand } from './invoke';
import { lineageCommand } from './lineage';
import { qualityCommand } from './quality';
import { recreateEndpointCommand } from './recreate-endpoint';
import { reproduceCommand } from './reproduce';
import { retrainCommand } from './retrain';
import { rollbackCommand } from './rollback';
import { statusCommand } from './status';
import { streamDeparturesCommand } from './stream-departures';
import { trainCommand } from './train';
import { trialsCommand } from './trials';
import { verifyTeardownCommand } from './verify-teardown';

/** In the order in which a person needs them. */
export const commands: readonly AnyCommand[] = [
  anyCommand(doctorCommand),
  anyCommand(ingestCommand),
  anyCommand(streamDeparturesCommand),
  anyCommand(buildTrainingSetCommand),
  anyCommand(trainCommand),
  anyCommand(compareFeaturesCommand),
  anyCommand(statusCommand),
  anyCommand(approveCommand),
  anyCommand(invokeCommand),
  anyCommand(batchCommand),
  anyCommand(driftCommand),
  anyCommand(qualityCommand),
  anyCommand(retrainCommand),
  anyCommand(lineageCommand),
  anyCommand(cardCommand),
  anyCommand(reproduceCommand),
  anyCommand(trialsCommand),
  anyCommand(compareRunsCommand),
  anyCommand(fitCurvesCommand),
  anyCommand(rollbackCommand),
  anyCommand(recreateEndpointCommand),
  anyCommand(challengeCommand),
  anyCommand(compareShadowCommand),
  anyCommand(verifyTeardownCommand),
];
