import type { ServingPattern } from './serving-pattern';

/**
 * Settings of the model server in AWS's framework images: by default it ends a request after 60 seconds and runs a
 * process for each vCPU.
 * https://github.com/aws/sagemaker-containers (release 2.8.6.post2, `_env.py`: ServingEnv)
 */
export type ModelServerSettings = Readonly<
  Partial<Record<'SAGEMAKER_MODEL_SERVER_TIMEOUT' | 'SAGEMAKER_MODEL_SERVER_WORKERS', string>>
>;

/**
 * The longest that asynchronous inference and transform jobs let a request take (InvokeEndpointAsync,
 * ModelClientConfig).
 */
export const longestRequestSeconds = 3_600;

export function modelServerSettings(pattern: ServingPattern): ModelServerSettings {
  switch (pattern) {
    case 'asynchronous':
    case 'batch':
      // AWS: sagemaker-containers/model-server-timeout
      return { SAGEMAKER_MODEL_SERVER_TIMEOUT: String(longestRequestSeconds) };
    case 'serverless':
      // Each process holds the libraries and the model, some 300 MB, and a small container has no second vCPU for it.
      return { SAGEMAKER_MODEL_SERVER_WORKERS: '1' };
    case 'real-time':
      // SageMaker itself ends a request after 60 seconds, so a worker that is busy for longer is ended and replaced.
      return {};
  }
}
