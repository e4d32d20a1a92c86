import { readFileSync } from 'node:fs';
import { readAssembly } from 'local-account/assembly/cloud-assembly';
import type { ServingPattern } from '../operator/serving';

/** The serving pattern of an assembly's workflow, from the Serving stack's output; without one it is real-time. */
export function servingPatternOf(assembly: string): ServingPattern {
  const outputs = readAssembly(assembly).stacks.flatMap(({ templateFile }) => {
    const { Outputs } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
      Outputs?: { ServingPattern?: { Value: ServingPattern } };
    };
    return Outputs?.ServingPattern?.Value ?? [];
  });
  return outputs[0] ?? 'real-time';
}
