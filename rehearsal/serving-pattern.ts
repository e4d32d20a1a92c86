import { readFileSync } from 'node:fs';
import { readAssembly } from 'local-account/assembly/cloud-assembly';
import type { ServingPattern } from '../operator/serving';

/** How the workflow of an assembly serves: what a pattern other than real-time says of itself in an output. */
export function servingPatternOf(assembly: string): ServingPattern {
  const outputs = readAssembly(assembly).stacks.flatMap(({ templateFile }) => {
    const { Outputs } = JSON.parse(readFileSync(templateFile, 'utf8')) as {
      Outputs?: { ServingPattern?: { Value: ServingPattern } };
    };
    return Outputs?.ServingPattern?.Value ?? [];
  });
  return outputs[0] ?? 'real-time';
}
