import type {
  AlgorithmSpecification,
  HyperParameterAlgorithmSpecification,
  HyperParameterTuningJobObjective,
  MetricDefinition,
} from '@aws-sdk/client-sagemaker';
import type { Algorithm } from '../../images/image';
import { validation } from '../errors';

/** The catalog of images, as far as these rules ask it. */
export interface Algorithms {
  algorithm(imageUri: string): Algorithm | undefined;
}

/** The name under which SageMaker shows the objective of any tuning job. */
export const OBJECTIVE = 'ObjectiveMetric';

type Specification = AlgorithmSpecification | HyperParameterAlgorithmSpecification | undefined;

/**
 * The metrics of a training job: those that SageMaker has registered for its own algorithms, otherwise those of the
 * request.
 */
export function metricDefinitions(images: Algorithms, specification: Specification): readonly MetricDefinition[] {
  const algorithm = images.algorithm(specification?.TrainingImage ?? '');
  const requested = specification?.MetricDefinitions ?? [];
  if (algorithm === undefined) return requested;
  // AWS: sagemaker-jobs/algorithms-define-their-metrics
  if (requested.length > 0) {
    throw validation(
      "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry the request without specifying metric definitions.",
    );
  }
  return algorithm.metricDefinitions;
}

/** Refuses an objective that the algorithm does not have, and ranges of hyperparameters that it does not tune. */
export function checkTuning(
  images: Algorithms,
  specification: Specification,
  objective: HyperParameterTuningJobObjective | undefined,
  tuned: readonly string[],
): void {
  const image = specification?.TrainingImage ?? '';
  const algorithm = images.algorithm(image);
  if (algorithm === undefined) {
    if (!specification?.MetricDefinitions?.some(({ Name }) => Name === objective?.MetricName)) {
      // AWS: sagemaker-jobs/objectives-of-other-images
      throw validation(
        'A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric definitions.',
      );
    }
    return;
  }
  const known = algorithm.objectives.find(({ MetricName }) => MetricName === objective?.MetricName);
  if (known === undefined) {
    const names = algorithm.objectives.map(({ MetricName }) => MetricName).join(', ');
    // AWS: sagemaker-jobs/algorithms-define-their-metrics
    throw validation(
      `The objective metric [${objective?.MetricName}] isn't valid for the [${image}] algorithm. Choose a valid objective metric: [${names}].`,
    );
  }
  if (known.Type !== objective?.Type) {
    // AWS: sagemaker-jobs/algorithms-define-their-metrics
    throw validation(
      `The objective metric type, [${objective?.Type}], that you specified for objective metric, [${known.MetricName}], isn't valid for the [${image}] algorithm. ` +
        'Choose a valid objective metric type.',
    );
  }
  const untunable = tuned.filter((name) => !algorithm.tunable.includes(name));
  if (untunable.length > 0) {
    // AWS: sagemaker-jobs/algorithms-tune-their-own-hyperparameters
    throw validation(
      `The hyperparameter tuning job that you requested has the following untunable hyperparameters: [${untunable.join(', ')}]. ` +
        `For the algorithm, ${image}, you can tune only [${algorithm.tunable.join(', ')}]. Delete untunable hyperparameters.`,
    );
  }
}

/** How a tuning job reads the objective of each trial: SageMaker shows it as a separate metric. */
export function objectiveMetric(
  definitions: readonly MetricDefinition[],
  objective: HyperParameterTuningJobObjective | undefined,
): MetricDefinition[] {
  return definitions
    .filter(({ Name }) => Name === objective?.MetricName)
    .map(({ Regex }) => ({ Name: OBJECTIVE, Regex }));
}
