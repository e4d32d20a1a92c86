import type { ServingPattern } from './serving-pattern';

/**
 * Settings of the model server in AWS's framework images. By default it ends a request after 60 seconds and runs one
 * process per vCPU.
 * https://github.com/aws/sagemaker-containers (release 2.8.6.post2, `_env.py`: ServingEnv)
 */
export type ModelServerSettings = Readonly<
  Partial<Record<'SAGEMAKER_MODEL_SERVER_TIMEOUT' | 'SAGEMAKER_MODEL_SERVER_WORKERS', string>>
>;

/**
 * Maximum time for one request in asynchronous inference and in transform jobs.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelClientConfig.html
 */
export const longestRequestSeconds = 3_600;

export function modelServerSettings(pattern: ServingPattern): ModelServerSettings {
  switch (pattern) {
    case 'asynchronous':
    case 'batch':
      // AWS: sagemaker-containers/model-server-timeout
      return { SAGEMAKER_MODEL_SERVER_TIMEOUT: String(longestRequestSeconds) };
    case 'serverless':
      // Each process holds the libraries and the model, about 300 MB, and a small container has no second vCPU.
      return { SAGEMAKER_MODEL_SERVER_WORKERS: '1' };
    case 'real-time':
      // SageMaker ends a real-time request after 60 seconds; the server's default then ends and replaces a busy worker.
      return {};
  }
}

/**
 * How many requests an instance serves at once: the model server runs one process per vCPU, and each serves one
 * request at a time. `undefined` where the type's name does not tell its vCPUs, such as those with accelerators.
 */
// AWS: sagemaker-containers/a-process-serves-one-request
export function processesPerInstance(instanceType: string): number | undefined {
  const [, size = ''] = /^ml\.[cmrt]\d[a-z]*\.([a-z0-9]+)$/.exec(instanceType) ?? [];
  const several = /^(\d+)xlarge$/.exec(size);
  if (several) return Number(several[1]) * 4;
  return { medium: 2, large: 2, xlarge: 4 }[size];
}
