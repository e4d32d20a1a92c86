import type { ImageStandIn } from 'local-account/images/image';
import { modelMonitorAnalyzer } from './model-monitor-analyzer/stand-in';
import { clarify, groundTruthMerger } from './outcomes/stand-ins';

/**
 * Stand-ins for AWS's monitoring images, whose code is not published: each runs the workflow's own step code.
 *
 * @param stepsFolder where that code is; called when a job starts, after synthesis
 */
export function closedImages(stepsFolder: () => string): readonly ImageStandIn[] {
  return [modelMonitorAnalyzer(stepsFolder), groundTruthMerger(stepsFolder), clarify(stepsFolder)];
}
