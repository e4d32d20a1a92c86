import { join } from 'node:path';
import type { Command } from '../sagemaker/container/process';
import type { ServingRequest } from './image';

/**
 * Gunicorn's processes where the model's environment says nothing: one a vCPU, and this workflow's smallest instances
 * have two.
 */
const WORKERS = '2';

export interface ServingImage {
  /** Gunicorn's name of the image's application. */
  readonly application: string;
  /** Folder of the part of the image that is not on the package index. */
  readonly packages: string;
  /** What precedes the interpreter's own libraries on the module path. */
  readonly libraries?: (python: string) => string;
  /** What the image sets where the model's environment does not. */
  readonly defaults?: Readonly<Record<string, string>>;
}

/** Folder of what both images do with a script. */
export const scriptedModels = join(__dirname, 'serving', 'python');

/** The model server of AWS's framework images in script mode: AWS's toolkit under Gunicorn. */
export function servingCommand({
  application,
  packages,
  libraries,
  defaults,
}: ServingImage): (request: ServingRequest) => Command {
  return ({ root, environment, python }) => {
    const installed = root.make('/usr/local/lib/user-module');
    return {
      command: python,
      args: [join(__dirname, 'serving', 'model_server.py'), application],
      env: {
        SAGEMAKER_MODEL_SERVER_WORKERS: WORKERS,
        ...defaults,
        ...environment,
        SAGEMAKER_BASE_DIR: root.path('/opt/ml'),
        SM_MODEL_DIR: root.path('/opt/ml/model'),
        // No container reaches a registry, and none may install into the interpreter that all of them share.
        PIP_NO_INDEX: '1',
        PIP_TARGET: installed,
        PYTHONPATH: [installed, packages, scriptedModels, ...(libraries ? [libraries(python)] : [])].join(':'),
      },
      cwd: root.make('/home/model-server'),
    };
  };
}
