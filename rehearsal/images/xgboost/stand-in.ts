import { ImageStandIn } from '../image';
import { processingCommand } from '../run-python';
import { servingCommand } from '../serve-python';
import { xgboostAlgorithm } from './algorithm';
import { trainingCommand } from './training';

/** AWS's XGBoost framework image in script mode: processing, training and serving. Its built-in algorithm mode is not stood in for. */
export const xgboost: ImageStandIn = {
  repository: 'sagemaker-xgboost',
  algorithm: xgboostAlgorithm,
  processing: processingCommand,
  training: trainingCommand,
  serving: servingCommand,
};
