import type { Command } from '../sagemaker/container/process';
import type { ProcessingRequest } from './image';

/** Names of the interpreter inside the images. */
const PYTHON = /^(?:\/(?:usr\/bin|usr\/local\/bin|miniconda3\/bin)\/)?python3?(?:\.\d+)?$/;

/** A processing container: entrypoint and arguments as they are, with Python being the locked environment's. */
export function processingCommand(request: ProcessingRequest): Command {
  const [program, ...args] = [...request.entrypoint, ...request.arguments].map((text) => request.root.reroot(text));
  if (program === undefined) {
    throw new Error('ClientError: this image has no entrypoint of its own: give AppSpecification.ContainerEntrypoint');
  }
  return {
    command: PYTHON.test(program) ? request.python : program,
    args,
    env: { ...request.environment, WORKFLOW_PROCESSING_ROOT: request.root.path('/opt/ml/processing') },
    cwd: request.root.make('/opt/ml/processing'),
  };
}
