import type { WorkflowConfiguration } from '../config';
import type { ServingPattern } from './serving-pattern';

/** ServerlessConfig (API reference): MemorySizeInMB and MaxConcurrency. */
const memorySizes: readonly number[] = [1024, 2048, 3072, 4096, 5120, 6144];
/**
 * GUnicorn has 250 MB and each of its processes, with the model loaded, up to 330: measured with the image's own
 * libraries.
 */
const smallestMemory = 2048;
const highestConcurrency = 200;
/** AsyncInferenceClientConfig (API reference). */
const highestConcurrentInvocations = 1_000;

/**
 * What the deployer chose beside the pattern must fit it: at synthesis, not when the first model is released.
 *
 * @throws Error that names the setting, what is in its way, and the remedy.
 */
export function checkPatternConfiguration(pattern: ServingPattern, configuration: WorkflowConfiguration): void {
  const { serving, variants, monitoring, idleEndpoint } = configuration;
  const refuse = (applies: boolean, setting: string, cause: string, remedy: string) => {
    if (applies)
      throw new Error(
        `lib/config.ts: ${setting} does not go with the serving pattern "${pattern}": ${cause}. Remedy: ${remedy}.`,
      );
  };
  if (pattern !== 'real-time') {
    // Model Monitor reads captures; "Data capture" (developer guide) knows real-time endpoints and transform jobs.
    refuse(
      monitoring.modelMonitor,
      'monitoring.modelMonitor',
      'its endpoint captures no requests, or there is none',
      'leave it false',
    );
    refuse(
      variants.challenger !== undefined,
      'variants.challenger',
      'versions answer side by side at a real-time endpoint only',
      'leave it out, and compare two runs of the batch',
    );
    refuse(
      idleEndpoint.takeDownAfterHours !== undefined,
      'idleEndpoint.takeDownAfterHours',
      'without requests it has no instance that could be taken down',
      'leave it out',
    );
  }
  // "Deploy models with Amazon SageMaker Serverless Inference", feature exclusions.
  refuse(
    pattern === 'serverless' && variants.inferencePipeline,
    'variants.inferencePipeline',
    'it runs no inference pipeline',
    'let one container do both',
  );
  const { serverless, asynchronous } = serving;
  if (!memorySizes.includes(serverless.memorySizeInMb)) {
    throw new Error(
      `lib/config.ts: serving.serverless.memorySizeInMb is ${serverless.memorySizeInMb}; SageMaker takes ${memorySizes.join(', ')}.`,
    );
  }
  // AWS: sagemaker-containers/memory-of-the-model-server
  refuse(
    pattern === 'serverless' && serverless.memorySizeInMb < smallestMemory,
    'serving.serverless.memorySizeInMb',
    `the model server of AWS's image needs about 600 MB before the first request, and the requests' own memory comes on top of it`,
    `${smallestMemory} or more`,
  );
  within('serving.serverless.maxConcurrency', serverless.maxConcurrency, highestConcurrency);
  within(
    'serving.asynchronous.maxConcurrentInvocationsPerInstance',
    asynchronous.maxConcurrentInvocationsPerInstance,
    highestConcurrentInvocations,
  );
  within('serving.asynchronous.backlogPerInstance', asynchronous.backlogPerInstance, Number.MAX_SAFE_INTEGER);
  within('serving.asynchronous.maximumInstances', asynchronous.maximumInstances, Number.MAX_SAFE_INTEGER);
}

function within(name: string, value: number, highest: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= highest) return;
  throw new Error(
    `lib/config.ts: ${name} is ${value}; it must be a whole number from 1${highest === Number.MAX_SAFE_INTEGER ? '' : ` to ${highest}`}.`,
  );
}
