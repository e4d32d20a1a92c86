import type { ServiceLedger } from './behaviour';

const xgboostServing = {
  repository: 'aws/sagemaker-xgboost-container',
  at: 'tag v3.0-5, src/sagemaker_xgboost_container/serving.py',
} as const;
const scikitLearnServing = {
  repository: 'aws/sagemaker-scikit-learn-container',
  at: 'src/sagemaker_sklearn_container/serving.py',
} as const;
const toolkit = (file: string) =>
  ({ repository: 'aws/sagemaker-containers', at: `release 2.8.6.post2, src/sagemaker_containers/${file}` }) as const;

export const sagemakerContainers: ServiceLedger = {
  service: 'sagemaker-containers',
  behaviours: [
    {
      id: 'sagemaker-containers/failed-script-leaves-its-command',
      subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob'],
      does:
        'When a script fails in the XGBoost image, the failure file has the error class of the toolkit and the command that ran, not the traceback: the image does not let the toolkit capture the ' +
        "script's errors. FailureReason is AlgorithmError with that text and exit code 1, whatever the script's own code was. The traceback is in the job's log only.",
      sources: [
        { repository: 'aws/sagemaker-xgboost-container', at: 'src/sagemaker_xgboost_container/training.py' },
        { repository: 'aws/sagemaker-containers', at: 'src/sagemaker_containers/_trainer.py and _errors.py' },
      ],
      sure: 'certain',
      enforcedBy: [
        'local-account/images/xgboost/python/sagemaker_xgboost_container/training.py',
        'local-account/sagemaker/jobs/training-run.ts',
      ],
      tests: [
        {
          file: 'local-account/test/sagemaker/training.test.ts',
          title: 'reports only the command of a failed script: the error is in the log',
        },
      ],
    },
    {
      id: 'sagemaker-containers/xgboost-built-in-algorithm',
      subjects: ['sagemaker:CreateTrainingJob', 'sagemaker:CreateModel', 'sagemaker-runtime:InvokeEndpoint'],
      does:
        'Without the hyperparameter sagemaker_program the XGBoost image trains its built-in algorithm: the channel train, and validation where there is one, in LIBSVM (the default) or CSV (label ' +
        'first, no header). Names, types and ranges of the hyperparameters are on a page of their own; num_round is required. With early_stopping_rounds the best model is kept. The model artifact is ' +
        "xgboost-model. A wrong hyperparameter ends the job with exit code 1. A model without SAGEMAKER_PROGRAM is served by the image's own server, which takes CSV without labels or LIBSVM; JSON has a " +
        'score for each record. For a script, the image has defaults of input_fn, predict_fn and output_fn, but none of model_fn.',
      sources: [
        {
          page: 'XGBoost algorithm with Amazon SageMaker AI',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html',
        },
        {
          page: 'XGBoost hyperparameters',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html',
        },
        {
          page: 'Common data formats for inference',
          url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html',
        },
      ],
      sure: 'certain',
      enforcedBy: [
        'local-account/images/xgboost/python/sagemaker_xgboost_container/training.py',
        'local-account/images/xgboost/python/sagemaker_xgboost_container/serving.py',
      ],
      tests: [
        {
          file: 'local-account/test/sagemaker/sdk-training.test.ts',
          title: "fails where a hyperparameter is wrong, with the image's paths",
        },
        {
          file: 'local-account/test/sagemaker/sdk-training.test.ts',
          title: 'trains on CSV without a script and writes xgboost-model',
        },
        {
          file: 'local-account/test/sagemaker/sdk-training.test.ts',
          title: 'serves what it has trained, without a script',
        },
      ],
    },
    {
      id: 'sagemaker-containers/images-have-libraries-of-their-own',
      subjects: ['sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateModel'],
      does:
        'An image has the Python and the libraries of its Dockerfile: XGBoost 3.0-5 has Python 3.10 and scikit-learn 1.5.2, scikit-learn 1.4-2 has Python 3.12, scikit-learn 1.4.2 and no XGBoost. ' +
        "Code that needs a newer one fails in the job, after the instance is paid for. AWS's patches of these versions ended on 2026-11-17 and 2026-10-30; the images stay usable.",
      sources: [
        { repository: 'aws/sagemaker-xgboost-container', at: 'docker/3.0-5, and requirements.txt of 2025-11-13' },
        {
          repository: 'aws/deep-learning-containers',
          at: 'docker/xgboost/3.0-5 (newer builds of that image; Flask and Werkzeug are newer in some), docker/xgboost/pyproject.toml (3.2-0)',
        },
        {
          repository: 'aws/sagemaker-scikit-learn-container',
          at: 'docker/1.4-2-py312, and requirements.txt of 2026-04-16',
        },
        {
          page: 'Framework Support Policy',
          url: 'https://aws.github.io/deep-learning-containers/reference/support_policy',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'sagemaker-containers/exceptions-are-500',
      subjects: ['sagemaker-runtime:InvokeEndpoint', 'sagemaker:CreateTransformJob'],
      does: 'The framework images wrap model_fn, input_fn, predict_fn, output_fn and transform_fn: every exception becomes status 500 with an HTML page, whatever attributes it has, and its traceback goes to the log. Another status comes only from a response object that transform_fn (or output_fn) returns.',
      sources: [
        toolkit('_functions.py, error_wrapper, and _transformer.py'),
        xgboostServing,
        { repository: 'aws/sagemaker-scikit-learn-container', at: 'issue 62' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/images/serving/model_server.py'],
      tests: [
        {
          file: 'local-account/test/sagemaker/framework-image.test.ts',
          title: 'returns 500 for every exception, whatever status it has',
        },
      ],
    },
    {
      id: 'sagemaker-containers/transform-fn-stands-alone',
      subjects: ['sagemaker-runtime:InvokeEndpoint'],
      does: 'A script that has transform_fn and one of input_fn, predict_fn and output_fn as well is refused with a UserError when the model is loaded, so the container never answers a ping.',
      sources: [xgboostServing, scikitLearnServing],
      sure: 'certain',
      enforcedBy: ['local-account/images/serving/python/scripted_model.py'],
      tests: [
        {
          file: 'local-account/test/sagemaker/framework-image.test.ts',
          title: 'does not start with a script that has transform_fn and input_fn (%s)',
        },
      ],
    },
    {
      id: 'sagemaker-containers/model-loads-at-first-request',
      subjects: ['sagemaker-runtime:InvokeEndpoint', 'sagemaker:CreateEndpoint'],
      does: 'Each Gunicorn worker imports the script and loads the model with the first request that reaches it, be it a ping. There are as many workers as vCPUs unless SAGEMAKER_MODEL_SERVER_WORKERS says otherwise, so a second worker still loads when the endpoint is in service.',
      sources: [xgboostServing, scikitLearnServing, toolkit('_server.py and _env.py')],
      sure: 'certain',
      enforcedBy: ['local-account/images/serving/python/scripted_model.py'],
      tests: [
        {
          file: 'local-account/test/sagemaker/framework-image.test.ts',
          title: 'loads the model in each worker, with its first request',
        },
      ],
    },
    {
      id: 'sagemaker-containers/model-server-timeout',
      subjects: [
        'sagemaker-runtime:InvokeEndpoint',
        'sagemaker-runtime:InvokeEndpointAsync',
        'sagemaker:CreateTransformJob',
      ],
      does: 'Gunicorn ends a worker that is busy with one request for longer than SAGEMAKER_MODEL_SERVER_TIMEOUT, 60 seconds by default, and nginx in front of it answers 502; where the worker only waits, nginx answers 504 after the same time. That holds also where the service itself would wait for an hour: asynchronous inference and batch transform.',
      sources: [
        toolkit('_server.py (--timeout) and etc/nginx.conf.template (proxy_read_timeout)'),
        { repository: 'aws/amazon-sagemaker-examples', at: 'issue 556' },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/sagemaker/endpoint/container-server.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/framework-image.test.ts',
          title: "returns 502 when a request takes longer than the model server's timeout",
        },
      ],
    },
    {
      id: 'sagemaker-containers/a-process-serves-one-request',
      subjects: ['sagemaker-runtime:InvokeEndpoint', 'sagemaker-runtime:InvokeEndpointAsync'],
      does: 'The model server runs one process per vCPU, and each serves one request at a time: its gevent worker does not switch to another request while a script computes. Further requests wait inside the instance, and their time limit passes meanwhile.',
      sources: [
        toolkit('_env.py (ServingEnv: one worker per vCPU) and _server.py (the worker class gevent)'),
        { page: 'gevent: What is gevent?', url: 'https://www.gevent.org/intro.html' },
      ],
      sure: 'likely',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'sagemaker-containers/script-is-installed-with-pip',
      subjects: ['sagemaker:CreateEndpoint', 'sagemaker:CreateTransformJob'],
      does: 'Both framework images run `pip install .` on the script when the container starts. From pip 25.3 on that builds in an isolated environment, for which pip fetches setuptools; under network isolation it cannot, and the container ends. The XGBoost 3.0-5 image pins pip 25.2, the scikit-learn image takes the newest. PIP_NO_BUILD_ISOLATION=0 makes pip build with the libraries of the image.',
      sources: [
        toolkit('_modules.py, install'),
        {
          repository: 'aws/sagemaker-xgboost-container',
          at: 'tag v3.0-5, docker/3.0-5/base/Dockerfile.cpu: "pip will attempt to install setuptools from PyPi from pip>=25.3"',
        },
        {
          repository: 'aws/sagemaker-scikit-learn-container',
          at: 'docker/1.4-2-py312/base/Dockerfile.cpu: get-pip.py without a version',
        },
      ],
      sure: 'certain',
      enforcedBy: ['local-account/images/scikit-learn/stand-in.ts'],
      tests: [
        {
          file: 'local-account/test/sagemaker/framework-image.test.ts',
          title: 'starts the scikit-learn image only where its pip needs no network',
        },
      ],
    },
    {
      id: 'sagemaker-containers/memory-of-the-model-server',
      subjects: ['sagemaker:CreateEndpointConfig'],
      does: 'Gunicorn has some 250 MB before any request and each of its processes up to 330 MB with the libraries and the model: 1024 MB of a serverless container leave next to nothing for two processes.',
      sources: [
        toolkit('_server.py'),
        {
          repository: 'aws/sagemaker-xgboost-container',
          at: 'tag v3.0-5: measured with the libraries that its requirements pin',
        },
      ],
      sure: 'likely',
      enforcedBy: [],
      tests: [],
    },
    {
      id: 'sagemaker-containers/logs-of-the-model-server',
      subjects: ['AWS::Logs::MetricFilter', 'sagemaker-runtime:InvokeEndpoint'],
      does: 'Gunicorn and Flask write plain text to the log group of the endpoint: a worker that was ended for its time or its memory, and the traceback of a script that raised. A filter on a JSON property sees none of it.',
      sources: [
        toolkit('_server.py and _worker.py'),
        {
          repository: 'benoitc/gunicorn',
          at: 'release 23.0.0, gunicorn/arbiter.py: "WORKER TIMEOUT", "was sent SIGKILL! Perhaps out of memory?"',
        },
      ],
      sure: 'certain',
      enforcedBy: [],
      tests: [],
    },
  ],
  readings: [],
};
