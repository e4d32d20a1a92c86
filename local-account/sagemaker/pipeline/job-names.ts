import { randomName } from '../names';
import type { StepDefinition } from './definition';

type NamedType = 'Processing' | 'Training' | 'Transform' | 'Model' | 'Tuning';

/**
 * The token makes a documented prefix, of 6 characters for a tuning job and of 38 for others, as long as the API
 * allows: 32 and 63.
 */
const TOKEN_LENGTH: Readonly<Record<NamedType, number>> = {
  Processing: 9,
  Training: 9,
  Transform: 9,
  Model: 9,
  Tuning: 10,
};
const STEP_NAME_LENGTH: Readonly<Record<NamedType, number>> = {
  Processing: 20,
  Training: 20,
  Transform: 20,
  Model: 20,
  Tuning: 6,
};

export function entityToken(type: NamedType): string {
  return randomName(TOKEN_LENGTH[type]);
}

/**
 * The name of what a step creates: `<prefix>-<execution>-<token>-<retries>`, where the step's arguments give a prefix;
 * else `pipelines-<execution>-<step>-<token>-<retries>`, and for tuning jobs, which have less room, without
 * `pipelines-`. A prefix is never shortened: what is too long, the API refuses.
 */
// AWS: sagemaker-pipelines/job-name-prefix
export function jobName(
  step: Pick<StepDefinition, 'Name'> & { readonly Type: NamedType },
  given: string | undefined,
  call: { readonly executionId: string; readonly token: string; readonly retries: number },
): string {
  const end = `${call.token}-${call.retries}`;
  if (given !== undefined) return `${given}-${call.executionId}-${end}`;
  const name = step.Name.slice(0, STEP_NAME_LENGTH[step.Type]).replace(/[-_]+$/, '');
  return `${step.Type === 'Tuning' ? '' : 'pipelines-'}${call.executionId}-${name}-${end}`;
}
