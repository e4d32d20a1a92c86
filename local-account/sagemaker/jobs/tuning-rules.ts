import type {
  CreateHyperParameterTuningJobCommandInput,
  HyperbandStrategyConfig,
  HyperParameterTrainingJobDefinition,
  HyperParameterTuningJobConfig,
} from '@aws-sdk/client-sagemaker';
import { validation } from '../errors';
import { Hyperband, MedianRule, type StopRule } from './early-stopping';

/** Refuses what a tuning job here would accept and not do. @returns the parts that every tuning job has */
export function checkRequest(request: CreateHyperParameterTuningJobCommandInput): {
  readonly config: HyperParameterTuningJobConfig;
  readonly definition: HyperParameterTrainingJobDefinition;
} {
  const { HyperParameterTuningJobConfig: config, TrainingJobDefinition: definition } = request;
  if (!definition || request.TrainingJobDefinitions) {
    throw validation('The local account tunes one training job definition: give TrainingJobDefinition');
  }
  if (config?.Strategy !== 'Random' && config?.Strategy !== 'Bayesian' && config?.Strategy !== 'Hyperband') {
    throw validation(
      `The local account tunes with the strategies Random, Bayesian and Hyperband, not ${config?.Strategy}`,
    );
  }
  if (request.WarmStartConfig) {
    throw validation('The local account has no warm start of tuning jobs');
  }
  for (const [name, value] of [
    ['Autotune', request.Autotune],
    ['TuningJobCompletionCriteria', config.TuningJobCompletionCriteria],
    ['ResourceLimits.MaxRuntimeInSeconds', config.ResourceLimits?.MaxRuntimeInSeconds],
    ['HyperParameterTuningResourceConfig', definition.HyperParameterTuningResourceConfig],
    ['RetryStrategy', definition.RetryStrategy],
  ] as const) {
    if (value !== undefined) throw validation(`${name} of a tuning job is not supported by the local account`);
  }
  return { config, definition };
}

/** How trials end before their time, if at all. */
export function stopRule(
  { Strategy, StrategyConfig, TrainingJobEarlyStoppingType: early = 'Off' }: HyperParameterTuningJobConfig,
  statics: HyperParameterTrainingJobDefinition['StaticHyperParameters'],
): StopRule | undefined {
  const hyperband = StrategyConfig?.HyperbandStrategyConfig;
  if (Strategy !== 'Hyperband') {
    // AWS: sagemaker-jobs/hyperband-stops-its-trials
    if (hyperband !== undefined)
      throw validation(`HyperbandStrategyConfig is for the strategy Hyperband, not for ${Strategy}.`);
    return early === 'Auto' ? new MedianRule() : undefined;
  }
  // AWS: sagemaker-jobs/hyperband-stops-its-trials
  if (early !== 'Off') throw validation('TrainingJobEarlyStoppingType must be Off to use the strategy Hyperband.');
  return new Hyperband(resources(hyperband, statics));
}

const EPOCHS = ['epochs', 'numepochs', 'n-epochs', 'n_epochs', 'num_epochs'];

function resources(
  { MinResource = 1, MaxResource }: HyperbandStrategyConfig = {},
  statics: HyperParameterTrainingJobDefinition['StaticHyperParameters'] = {},
): HyperbandStrategyConfig {
  const known = EPOCHS.find((name) => statics[name] !== undefined);
  const maximum = MaxResource ?? (known === undefined ? undefined : Number(statics[known]));
  // AWS: sagemaker-jobs/hyperband-stops-its-trials
  if (maximum === undefined || !Number.isInteger(maximum))
    throw validation(
      `Hyperband needs MaxResource in its HyperbandStrategyConfig, or one of ${EPOCHS.join(', ')} in StaticHyperParameters.`,
    );
  // AWS: sagemaker-jobs/hyperband-stops-its-trials
  if (maximum < MinResource || maximum > 20_000)
    throw validation(`MaxResource ${maximum} must be from MinResource ${MinResource} to 20000.`);
  return { MinResource, MaxResource: maximum };
}
