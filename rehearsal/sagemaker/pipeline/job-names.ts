import { randomName } from '../names';
import { StepDefinition } from './definition';

const MAXIMUM = { Processing: 63, Training: 63, Transform: 63, Model: 63, Tuning: 32 } as const;
type NamedType = keyof typeof MAXIMUM;

/**
 * The name of what a step creates. A name in the step's arguments is a prefix, which SageMaker completes; without one the name is
 * pipelines-<execution>-<step>-<random>, and for the shorter tuning jobs <execution>-<step>-<random>.
 */
export function jobName(step: StepDefinition & { readonly Type: NamedType }, given: string | undefined, executionId: string): string {
  const maximum = MAXIMUM[step.Type];
  if (given !== undefined) {
    const suffix = `-${executionId}-${randomName(step.Type === 'Tuning' ? 4 : 10)}`;
    return `${given.slice(0, maximum - suffix.length).replace(/-+$/, '')}${suffix}`;
  }
  const start = step.Type === 'Tuning' ? `${executionId}-` : `pipelines-${executionId}-`;
  const suffix = `-${randomName(10)}`;
  return `${start}${step.Name.slice(0, maximum - start.length - suffix.length).replace(/-+$/, '')}${suffix}`;
}
