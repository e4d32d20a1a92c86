import type { Algorithm } from '../image';

// The metrics that SageMaker shows in its descriptions of this algorithm's tuning jobs, as people have published them
// (version 0.90-1). The container's source (constants/xgb_constants.py) has computed some more since; which of them
// SageMaker has registered is not published, and its API takes 40 at most.
const maximized = ['accuracy', 'auc', 'aucpr', 'f1', 'map', 'ndcg'];
const minimized = [
  'error',
  'gamma-deviance',
  'gamma-nloglik',
  'logloss',
  'mae',
  'merror',
  'mlogloss',
  'mse',
  'poisson-nloglik',
  'rmse',
  'tweedie-nloglik',
];

/** A line of XGBoost's own evaluation log, in which the tabs have become `#011` on their way to CloudWatch. */
const definition = (data: 'train' | 'validation', metric: string) => ({
  Name: `${data}:${metric}`,
  Regex: `.*\\[[0-9]+\\].*#011${data}-${metric}:([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*`,
});

/**
 * What SageMaker has registered about its XGBoost algorithm. The image runs scripts too, and is this algorithm to
 * SageMaker all the same.
 */
export const xgboostAlgorithm: Algorithm = {
  metricDefinitions: [...maximized, ...minimized].flatMap((metric) => [
    definition('train', metric),
    definition('validation', metric),
  ]),
  objectives: [
    ...maximized.map((metric) => ({ MetricName: `validation:${metric}`, Type: 'Maximize' as const })),
    ...minimized.map((metric) => ({ MetricName: `validation:${metric}`, Type: 'Minimize' as const })),
  ],
  // Developer guide, "Tune an XGBoost Model", tunable hyperparameters; the container's hyperparameter_validation.py
  // marks the same.
  tunable: [
    'alpha',
    'colsample_bylevel',
    'colsample_bynode',
    'colsample_bytree',
    'eta',
    'gamma',
    'lambda',
    'max_delta_step',
    'max_depth',
    'min_child_weight',
    'num_round',
    'subsample',
  ],
};
