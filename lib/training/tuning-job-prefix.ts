import { createHash } from 'node:crypto';

/**
 * Characters that SageMaker Pipelines leaves for our part of a tuning job's name
 * (pipelines/definition/job-name-prefixes.ts).
 */
const longest = 6;

/**
 * Prefix of the workflow's tuning jobs, and so of the training jobs that they start. It is the workflow's own prefix if
 * that is short enough. Otherwise it has three characters of the prefix and three of its digest, so that two workflows
 * with similar prefixes do not get permissions on each other's jobs.
 */
export function tuningJobPrefix(prefix: string): string {
  if (prefix.length <= longest) return prefix;
  const digest = createHash('sha256').update(prefix).digest('hex');
  return `${prefix.replace(/[^A-Za-z0-9]/g, '').slice(0, 3)}${digest.slice(0, 3)}`;
}
