import { join } from 'node:path';
import type { Command } from '../../sagemaker/container/process';
import type { TrainingRequest } from '../image';

/** The image's training module: AWS's toolkit calls it, and it calls the toolkit's script mode. */
const MODULE = 'sagemaker_xgboost_container.training:main';

/** The image's `train` command. It reads everything from the files below /opt/ml/input/config, as on AWS. */
export function trainingCommand(packages: string): (request: TrainingRequest) => Command {
  return ({ root, environment, python, launcher, processors, checkpointFolder }) => {
    const installed = root.make('/usr/local/lib/user-module');
    return {
      command: python,
      args: [join(__dirname, '..', 'training', 'train.py'), launcher, String(processors)],
      env: {
        ...environment,
        SAGEMAKER_BASE_DIR: root.path('/opt/ml'),
        SAGEMAKER_TRAINING_MODULE: MODULE,
        // No container reaches a registry, and none may install into the interpreter that all of them share.
        PIP_NO_INDEX: '1',
        PIP_TARGET: installed,
        PYTHONPATH: [installed, packages].join(':'),
        // Scripts know this folder by its path in the container, which is another one here.
        ...(checkpointFolder === undefined ? {} : { SM_CHECKPOINT_DIR: checkpointFolder }),
      },
      cwd: root.make('/opt/ml/code'),
    };
  };
}
