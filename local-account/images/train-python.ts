import { join } from 'node:path';
import type { Command } from '../sagemaker/container/process';
import type { TrainingRequest } from './image';

/**
 * A framework image's `train` command. It reads everything from the files below /opt/ml/input/config, as on AWS.
 *
 * @param module the image's training module: AWS's toolkit calls it, and it calls the toolkit's script mode
 * @param packages folders of the part of the image that is not on the package index
 */
export function trainingCommand(
  module: string,
  packages: string | ((python: string) => string),
): (request: TrainingRequest) => Command {
  return ({ root, environment, python, launcher, processors, checkpointFolder }) => {
    const installed = root.make('/usr/local/lib/user-module');
    return {
      command: python,
      args: [join(__dirname, 'training', 'train.py'), launcher, String(processors)],
      env: {
        ...environment,
        SAGEMAKER_BASE_DIR: root.path('/opt/ml'),
        SAGEMAKER_TRAINING_MODULE: module,
        // The images' Dockerfiles name these files.
        SM_INPUT_TRAINING_CONFIG_FILE: root.path('/opt/ml/input/config/hyperparameters.json'),
        SM_INPUT_DATA_CONFIG_FILE: root.path('/opt/ml/input/config/inputdataconfig.json'),
        SM_CHECKPOINT_CONFIG_FILE: root.path('/opt/ml/input/config/checkpointconfig.json'),
        // No container reaches a registry, and none may install into the interpreter that all of them share.
        PIP_NO_INDEX: '1',
        PIP_TARGET: installed,
        PYTHONPATH: [installed, typeof packages === 'string' ? packages : packages(python)].join(':'),
        // Scripts know this folder by its path in the container, which is another one here.
        ...(checkpointFolder === undefined ? {} : { SM_CHECKPOINT_DIR: checkpointFolder }),
      },
      cwd: root.make('/opt/ml/code'),
    };
  };
}
