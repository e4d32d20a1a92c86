import type { WorkflowConfiguration } from '../config';
import { processesPerInstance } from './model-server';
import type { ServingPattern } from './serving-pattern';

/**
 * Allowed values of MemorySizeInMB and MaxConcurrency.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html
 */
const memorySizes: readonly number[] = [1024, 2048, 3072, 4096, 5120, 6144];
/**
 * GUnicorn needs 250 MB, and each of its processes with the model loaded up to 330 MB: measured with the image's own
 * libraries.
 */
const smallestMemory = 2048;
const highestConcurrency = 200;
/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AsyncInferenceClientConfig.html */
const highestConcurrentInvocations = 1_000;

/**
 * Checks at synthesis that the other settings fit the serving pattern. Otherwise the first release would fail.
 *
 * @throws Error with the setting, the cause and the remedy.
 */
export function checkPatternConfiguration(pattern: ServingPattern, configuration: WorkflowConfiguration): void {
  const { serving, variants, monitoring, idleEndpoint } = configuration;
  const refuse = (applies: boolean, setting: string, cause: string, remedy: string) => {
    if (applies)
      throw new Error(
        `lib/config.ts: ${setting} is not compatible with the serving pattern "${pattern}": ${cause}. Remedy: ${remedy}.`,
      );
  };
  if (pattern !== 'real-time') {
    // Model Monitor reads captured data. SageMaker captures that of real-time endpoints and of transform jobs, and this
    // project monitors only the former.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html
    refuse(
      monitoring.modelMonitor,
      'monitoring.modelMonitor',
      'without a real-time endpoint no requests are captured',
      'leave it false',
    );
    refuse(
      variants.challenger !== undefined,
      'variants.challenger',
      'only a real-time endpoint serves two versions at once',
      'omit it, and compare two batch runs',
    );
    refuse(
      idleEndpoint.removeAfterHours !== undefined,
      'idleEndpoint.removeAfterHours',
      'without requests this pattern runs no instance anyway',
      'omit it',
    );
  }
  // https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html (Feature exclusions)
  refuse(
    pattern === 'serverless' && variants.inferencePipeline,
    'variants.inferencePipeline',
    'serverless inference does not support inference pipelines',
    'do both steps in one container',
  );
  const { serverless, asynchronous } = serving;
  if (!memorySizes.includes(serverless.memorySizeInMb)) {
    throw new Error(
      `lib/config.ts: serving.serverless.memorySizeInMb is ${serverless.memorySizeInMb}; SageMaker accepts ${memorySizes.join(', ')}.`,
    );
  }
  // AWS: sagemaker-containers/memory-of-the-model-server
  refuse(
    pattern === 'serverless' && serverless.memorySizeInMb < smallestMemory,
    'serving.serverless.memorySizeInMb',
    `the model server of AWS's image needs about 600 MB before the first request, and each request needs more`,
    `set ${smallestMemory} or more`,
  );
  within('serving.serverless.maxConcurrency', serverless.maxConcurrency, highestConcurrency);
  within(
    'serving.asynchronous.maxConcurrentInvocationsPerInstance',
    asynchronous.maxConcurrentInvocationsPerInstance,
    highestConcurrentInvocations,
  );
  // SageMaker counts a request as being processed while it waits inside the instance: its time limit passes, and scaling
  // does not see it in the backlog.
  const { instanceType } = configuration.instances.endpoint;
  const processes = processesPerInstance(instanceType) ?? highestConcurrentInvocations;
  refuse(
    pattern === 'asynchronous' && asynchronous.maxConcurrentInvocationsPerInstance > processes,
    'serving.asynchronous.maxConcurrentInvocationsPerInstance',
    `the model server serves ${processes} requests at once on ${instanceType}, and further ones wait for them against their time limit`,
    `set ${processes} or less, or a larger instances.endpoint.instanceType`,
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
