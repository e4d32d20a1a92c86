import type { WorkflowConfiguration } from '../../config';

export interface BatchScoringDefinitionProps {
  readonly endpointName: string;
  /** Stack output with the live model's name. @default the endpoint's configuration names it */
  readonly modelFrom?: { readonly stackName: string; readonly outputKey: string };
  readonly artifactsBucketName: string;
  readonly dataKeyArn: string;
  readonly topicArn: string;
  readonly stageFunctionArn: string;
  readonly completenessFunctionArn: string;
  readonly jobNamePrefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  /** Prefix of the daily folders, scored by schedule. */
  readonly scheduledPrefix: string;
  readonly strategy: 'MultiRecord' | 'SingleRecord';
  readonly maxPayloadInMb: number;
  readonly maxConcurrentTransforms: number;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly maxRuntimeSeconds: number;
}
