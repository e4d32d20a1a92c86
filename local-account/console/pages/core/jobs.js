import { call, listAll } from './api.js';

/**
 * The kinds of jobs that a pipeline step may be, by the name in its metadata.
 * @type {Record<string, { operation: string, name: string, group?: string }>}
 */
const kinds = {
  ProcessingJob: {
    operation: 'DescribeProcessingJob',
    name: 'ProcessingJobName',
    group: '/aws/sagemaker/ProcessingJobs',
  },
  TrainingJob: { operation: 'DescribeTrainingJob', name: 'TrainingJobName', group: '/aws/sagemaker/TrainingJobs' },
  TransformJob: { operation: 'DescribeTransformJob', name: 'TransformJobName', group: '/aws/sagemaker/TransformJobs' },
  TuningJob: { operation: 'DescribeHyperParameterTuningJob', name: 'HyperParameterTuningJobName' },
  Model: { operation: 'DescribeModel', name: 'ModelName' },
  RegisterModel: { operation: 'DescribeModelPackage', name: 'ModelPackageName' },
};

/**
 * What a step made: its description, and the log where there is one.
 * @param {any} metadata of a pipeline step
 */
export async function jobOf(metadata = {}) {
  const [kind, made] = /** @type {[string, any]} */ (Object.entries(metadata)[0] ?? []);
  const known = kinds[kind ?? ''];
  if (known === undefined || made?.Arn === undefined) return undefined;
  const arn = made.Arn;
  const id = kind === 'RegisterModel' ? arn : arn.slice(arn.indexOf('/') + 1);
  const description = await call('sagemaker', known.operation, { [known.name]: id });
  // The log of a tuning job is that of its best training job.
  const best = description.BestTrainingJob?.TrainingJobName;
  const log =
    known.group !== undefined
      ? { group: known.group, job: id }
      : best && { group: kinds.TrainingJob?.group, job: best };
  return { kind, id, description, log };
}

/**
 * The last lines of a job's log.
 * @param {{ group: string, job: string }} log
 */
export async function logLines({ group, job }) {
  const events = await listAll(
    'logs',
    'FilterLogEvents',
    { logGroupName: group, logStreamNamePrefix: job },
    'events',
    2000,
  );
  return events
    .slice(-500)
    .map(({ timestamp, message }) => `${new Date(timestamp).toISOString().slice(11, 19)}  ${message}`);
}

/**
 * Where a job reads and writes.
 * @param {any} description
 * @returns {{ name: string, uri: string, direction: 'input' | 'output' }[]}
 */
export function artifactsOf(description) {
  const found = /** @type {any[]} */ ([]);
  const add = (/** @type {string} */ direction, /** @type {string} */ name, /** @type {string | undefined} */ uri) =>
    uri !== undefined && found.push({ direction, name, uri });
  for (const { InputName, S3Input } of description.ProcessingInputs ?? []) add('input', InputName, S3Input?.S3Uri);
  for (const { ChannelName, DataSource } of description.InputDataConfig ?? [])
    add('input', ChannelName, DataSource?.S3DataSource?.S3Uri);
  for (const { OutputName, S3Output } of description.ProcessingOutputConfig?.Outputs ?? [])
    add('output', OutputName, S3Output?.S3Uri);
  add('output', 'model', description.ModelArtifacts?.S3ModelArtifacts);
  add('output', 'transform', description.TransformOutput?.S3OutputPath);
  for (const { ModelDataUrl } of description.InferenceSpecification?.Containers ?? [])
    add('input', 'model', ModelDataUrl);
  return found;
}
