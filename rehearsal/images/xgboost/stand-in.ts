import { join } from 'node:path';
import { ImageStandIn } from '../image';
import { processingCommand } from '../run-python';
import { trainingCommand } from './training';

/** AWS's XGBoost framework image in script mode: processing, training and serving. Its built-in algorithm mode is not stood in for. */
export const xgboost: ImageStandIn = {
  repository: 'sagemaker-xgboost',
  processing: processingCommand,
  training: trainingCommand,
  serving: ({ root, environment, python, modelFolder }) => ({
    command: python,
    args: [join(__dirname, 'server.py')],
    env: {
      ...environment,
      SAGEMAKER_PROGRAM: environment.SAGEMAKER_PROGRAM ?? 'inference.py',
      SAGEMAKER_SUBMIT_DIRECTORY: environment.SAGEMAKER_SUBMIT_DIRECTORY ?? join(modelFolder, 'code'),
      SM_MODEL_DIR: modelFolder,
    },
    cwd: root.make('/home/model-server'),
  }),
};
