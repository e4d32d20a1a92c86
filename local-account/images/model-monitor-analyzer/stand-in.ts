import type { ImageStandIn } from '../image';
import { outcomeMonitor } from '../outcomes/stand-ins';

/**
 * AWS's Model Monitor analyzer, whose code is closed. Its environment variables and file formats are published, and the
 * workflow's own analyzer honors them; so that stands in. The image needs no entrypoint from the request, and takes
 * none.
 */
export function modelMonitorAnalyzer(stepsFolder: string): ImageStandIn {
  return {
    repository: 'sagemaker-model-monitor-analyzer',
    processing: (request) => {
      const { root, environment, python } = request;
      if (environment.analysis_type === 'MODEL_QUALITY') return outcomeMonitor(stepsFolder, 'model-quality', request);
      return {
        command: python,
        args: [stepsFolder, 'analyze'],
        env: { ...environment, WORKFLOW_PROCESSING_ROOT: root.path('/opt/ml/processing') },
        cwd: root.make('/opt/ml/processing'),
      };
    },
  };
}
