import type { WorkflowConfiguration } from '../../config';

/**
 * The configuration's tags in the form of an API request. A job does not inherit the tags of its stack, so the request
 * that creates it must name them. That needs `sagemaker:AddTags`.
 */
export function tagList(tags: WorkflowConfiguration['tags']): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
