import { createHash } from 'node:crypto';

/** What SageMaker Pipelines leaves of a tuning job's name: see pipelines/definition/job-name-prefixes.ts. */
const longest = 6;

/**
 * Begins the names of the workflow's tuning jobs, and so of the training jobs that these start. It is the workflow's
 * own prefix where that is short enough. Otherwise three of its characters and three of its digest: two workflows whose
 * prefixes begin alike must not get each other's permissions.
 */
export function tuningJobPrefix(prefix: string): string {
  if (prefix.length <= longest) return prefix;
  const digest = createHash('sha256').update(prefix).digest('hex');
  return `${prefix.replace(/[^A-Za-z0-9]/g, '').slice(0, 3)}${digest.slice(0, 3)}`;
}
