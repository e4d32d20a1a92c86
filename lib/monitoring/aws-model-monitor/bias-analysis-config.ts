import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ProblemSpec } from '../../problem/problem-spec';

/**
 * Clarify's analysis configuration for the bias monitor, derived from the problem. It compares the same facet as our own
 * model quality monitor.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-analysis.html
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

/** Writes the configuration as a file asset. The folder is named by a hash of the content, so parallel syntheses agree. */
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
