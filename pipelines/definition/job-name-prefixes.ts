/** The argument of a step that holds its job's name, and the maximum length of our part of the name. */
const names: Partial<Record<string, { readonly argument: string; readonly longest: number }>> = {
  Processing: { argument: 'ProcessingJobName', longest: 38 },
  Training: { argument: 'TrainingJobName', longest: 38 },
  Tuning: { argument: 'HyperParameterTuningJobName', longest: 6 },
};

/**
 * SageMaker Pipelines adds the execution, a token and the number of retries to a step's job name, and shortens nothing.
 * A name that becomes too long fails when the step runs, hours after the deployment.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html (prefix length restrictions)
 */
// AWS: sagemaker-pipelines/job-name-prefix
export function checkJobNamePrefix(step: {
  readonly name: string;
  readonly type: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}): void {
  const name = names[step.type];
  const given = name === undefined ? undefined : step.arguments[name.argument];
  if (name === undefined || typeof given !== 'string') return;
  if (given.length > name.longest) {
    throw new Error(
      `Step ${step.name}: ${name.argument} "${given}" has ${given.length} characters. SageMaker Pipelines leaves ${name.longest} to a ${step.type} step.`,
    );
  }
}
