import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ProblemSpec } from '../../problem/problem-spec';

/**
 * Clarify's analysis configuration of the bias monitor ("Analysis Configuration Files"), from the problem: the same
 * facet as in our own model quality run.
 */
export function biasAnalysisConfig(problem: ProblemSpec): object {
  const { facet } = problem.monitoring;
  return {
    headers: [...problem.features.map(({ name }) => name), problem.target.name],
    label: problem.target.name,
    label_values_or_threshold: [1],
    facet: [{ name_or_index: facet.column, value_or_threshold: [...facet.values] }],
    group_variable: facet.group,
  };
}

/** As a file to deploy, in a folder named by its content: two syntheses at once write the same. */
export function writeBiasAnalysisConfig(problem: ProblemSpec): string {
  const text = JSON.stringify(biasAnalysisConfig(problem), null, 1);
  const folder = join(
    __dirname,
    '../../../.build/monitoring',
    createHash('sha256').update(text).digest('hex').slice(0, 16),
  );
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'analysis_config.json');
  writeFileSync(file, text);
  return file;
}
