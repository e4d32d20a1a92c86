import { join } from 'node:path';
import type { ImageStandIn, ProcessingRequest } from 'local-account/images/image';
import type { Command } from 'local-account/sagemaker/container/process';

type What = 'merge' | 'model-quality' | 'model-bias';

/** Runs one program of monitors.py, which imports the workflow's own steps. */
export function outcomeMonitor(
  stepsFolder: () => string,
  what: What,
  { root, environment, python }: ProcessingRequest,
): Command {
  return {
    command: python,
    args: [join(__dirname, 'monitors.py'), stepsFolder(), what],
    env: { ...environment, WORKFLOW_PROCESSING_ROOT: root.path('/opt/ml/processing') },
    cwd: root.make('/opt/ml/processing'),
  };
}

/** Merges captures with ground truth by inference id, or by event id where the caller gave none. */
export function groundTruthMerger(stepsFolder: () => string): ImageStandIn {
  return {
    repository: 'sagemaker-model-monitor-groundtruth-merger',
    processing: (request) => outcomeMonitor(stepsFolder, 'merge', request),
  };
}

/** SageMaker Clarify's image, as far as a bias monitor uses it. */
export function clarify(stepsFolder: () => string): ImageStandIn {
  return {
    repository: 'sagemaker-clarify-processing',
    processing: (request) => outcomeMonitor(stepsFolder, 'model-bias', request),
  };
}
