import type { ImageStandIn } from 'local-account/images/image';
import { outcomeMonitor } from '../outcomes/stand-ins';

/**
 * Runs the workflow's own analyzer in place of AWS's Model Monitor analyzer, whose code is closed. AWS publishes the
 * image's environment variables and file formats, and the workflow's analyzer uses the same ones. The image has its own
 * entrypoint.
 */
export function modelMonitorAnalyzer(stepsFolder: () => string): ImageStandIn {
  return {
    repository: 'sagemaker-model-monitor-analyzer',
    processing: (request) => {
      const { root, environment, python } = request;
      if (environment.analysis_type === 'MODEL_QUALITY') return outcomeMonitor(stepsFolder, 'model-quality', request);
      return {
        command: python,
        args: [stepsFolder(), 'analyze'],
        env: { ...environment, WORKFLOW_PROCESSING_ROOT: root.path('/opt/ml/processing') },
        cwd: root.make('/opt/ml/processing'),
      };
    },
  };
}
