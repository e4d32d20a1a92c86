import type { WorkflowConfiguration } from '../../config';

/**
 * The configuration's tags as an API takes them: what a job is created with, no stack tags. Creating with tags needs
 * `sagemaker:AddTags`.
 */
export function tagList(tags: WorkflowConfiguration['tags']): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
