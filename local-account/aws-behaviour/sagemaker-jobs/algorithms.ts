import type { Behaviour } from '../behaviour';

/** Algorithm images, their metrics, and tuning. */
export const algorithms: readonly Behaviour[] = [
  {
    id: 'sagemaker-jobs/algorithms-define-their-metrics',
    subjects: ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:CreateTrainingJob'],
    does:
      'For its own algorithms SageMaker has registered metric definitions, and refuses a request that brings others. Its XGBoost image is such an algorithm ' +
      'also when it runs a script. A tuning job optimizes one of the registered metrics; the descriptions of jobs show them, and the objective once more as ' +
      'ObjectiveMetric.',
    sources: [
      { repository: 'aws/sagemaker-xgboost-container', at: 'issue 121 (script mode with the XGBoost image, open)' },
      {
        repository: 'awslabs/mlspace',
        at: 'the handler that creates training jobs and its test, which quote the refusal',
      },
      {
        repository: 'aws/sagemaker-xgboost-container',
        at: 'src/sagemaker_xgboost_container/algorithm_mode/metrics.py and constants/xgb_constants.py',
      },
      { page: 'Tune an XGBoost Model', url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html' },
      {
        page: 'Define metrics and environment variables',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-metrics-variables.html',
      },
    ],
    // Certain for training jobs; of tuning jobs there are reports both ways, and a request without definitions is
    // right under either.
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/jobs/algorithm-rules.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: "refuses metric definitions of our own for an algorithm of AWS's, in a tuning job and in a training job",
      },
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: 'refuses an objective that the algorithm does not have, or has the other way round',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/algorithms-tune-their-own-hyperparameters',
    subjects: ['sagemaker:CreateHyperParameterTuningJob'],
    does:
      'A tuning job on an image that is an algorithm of AWS searches only the hyperparameters that the algorithm declares as tunable, also when the image runs a script ' +
      'with hyperparameters of its own. Static hyperparameters are not checked.',
    sources: [
      { repository: 'aws/sagemaker-python-sdk', at: 'issue 2226 (script mode with the XGBoost image, open)' },
      {
        repository: 'aws/sagemaker-xgboost-container',
        at: 'issue 113, and src/sagemaker_xgboost_container/algorithm_mode/hyperparameter_validation.py',
      },
      {
        page: 'Tune an XGBoost Model, tunable hyperparameters',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/algorithm-rules.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: "refuses to tune a hyperparameter that is the script's and not the algorithm's",
      },
    ],
  },
  {
    id: 'sagemaker-jobs/scaling-fits-the-range',
    subjects: ['sagemaker:CreateHyperParameterTuningJob'],
    does: 'Logarithmic scaling takes ranges above 0 only; reverse logarithmic scaling takes continuous ranges from 0 to below 1.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of ContinuousParameterRange and IntegerParameterRange, ScalingType',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/jobs/search-space.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/search-space.test.ts',
        title: 'is searched by logarithms only above 0, and by reverse ones only from 0 to below 1',
      },
    ],
  },
  {
    id: 'sagemaker-jobs/objectives-of-other-images',
    subjects: ['sagemaker:CreateHyperParameterTuningJob'],
    does: 'For an image that is no algorithm of AWS\'s the objective must be among the metric definitions of the request: "A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric definitions."',
    sources: [
      {
        repository: 'unnamed-public-repository',
        at: 'a collection of SageMaker pipeline issues, 8.1: a tuning job of a scikit-learn estimator',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/jobs/algorithm-rules.ts'],
    tests: [
      {
        file: 'local-account/test/sagemaker/training.test.ts',
        title: 'wants the objective among the definitions for an image that it knows nothing about',
      },
    ],
  },
];
