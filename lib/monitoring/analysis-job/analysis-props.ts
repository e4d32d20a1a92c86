import type { MonitoredWorkflow } from '../monitored-workflow';
import type { AnalyzerRoleProps } from './analyzer-role';

/** What both monitors need: the workflow that they watch, and the image in which their jobs run. */
export interface AnalysisProps
  extends Pick<MonitoredWorkflow, 'context' | 'lake' | 'training' | 'serving' | 'deadLetters'> {
  readonly image: { readonly uri: string; readonly repositoryArn: string };
}

/** What the job's role reads and writes for both monitors. */
export function analyzerRoleProps({ context, lake, training, image }: AnalysisProps): AnalyzerRoleProps {
  return {
    context,
    lake,
    baselinePrefixes: training.baselinePrefixes,
    codeArn: training.stepCode.archive.arn,
    repositoryArns: [image.repositoryArn],
  };
}
