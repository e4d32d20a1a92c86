import { join } from 'node:path';
import type { Command } from '../../sagemaker/container/process';
import type { ImageStandIn, ProcessingRequest } from '../image';
import { processingCommand } from '../run-python';
import { scriptedModels, servingCommand } from '../serve-python';
import { trainingCommand } from '../train-python';
import { xgboostAlgorithm } from './algorithm';

/** Folder of the part of the image that is not on the package index. */
const packages = join(__dirname, 'python');

/** What runs in the image may import it, as the evaluation does to ask the model's code. */
function withPackages(request: ProcessingRequest): Command {
  const command = processingCommand(request);
  return { ...command, env: { ...command.env, PYTHONPATH: [packages, scriptedModels].join(':') } };
}

/** AWS's XGBoost image: processing, training and serving, with a script or with its built-in algorithm. */
export const xgboost: ImageStandIn = {
  repository: 'sagemaker-xgboost',
  algorithm: xgboostAlgorithm,
  processing: withPackages,
  training: trainingCommand('sagemaker_xgboost_container.training:main', packages),
  serving: servingCommand({
    application: 'sagemaker_xgboost_container.serving:main',
    packages,
    // The image's serve command: one thread for a prediction.
    defaults: { OMP_NUM_THREADS: '1' },
  }),
};
