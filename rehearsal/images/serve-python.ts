import { join } from 'node:path';
import { Command } from '../sagemaker/container/process';
import { ServingRequest } from './image';

/** The model server of AWS's framework images in script mode. */
export function servingCommand({ root, environment, python, modelFolder }: ServingRequest): Command {
  return {
    command: python,
    args: [join(__dirname, 'serving', 'server.py')],
    env: {
      ...environment,
      SAGEMAKER_PROGRAM: environment.SAGEMAKER_PROGRAM ?? 'inference.py',
      SAGEMAKER_SUBMIT_DIRECTORY: environment.SAGEMAKER_SUBMIT_DIRECTORY ?? join(modelFolder, 'code'),
      SM_MODEL_DIR: modelFolder,
    },
    cwd: root.make('/home/model-server'),
  };
}
