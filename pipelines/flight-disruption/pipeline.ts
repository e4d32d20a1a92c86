import { atLeast, below } from '../definition/conditions';
import type { Pipeline } from '../definition/pipeline';
import {
  conditionStep,
  failStep,
  processingStep,
  retryJobFaults,
  retryTuningFaults,
  tuningStep,
} from '../definition/steps';
import { execution, join, jsonGet, output, property, type StringValue, stringParameter } from '../definition/values';
import type { PipelineEnvironment } from './environment';
import { containerRoot, processingJob } from './processing-job';
import { registerModel } from './register-model';
import { tuningJob } from './tuning-job';

/** From curated flights to a registered model (SVC-04: what Pipelines add; MLOPS-02: repeatable work). */
export function flightDisruptionPipeline(environment: PipelineEnvironment): Pipeline {
  const { images, artifactsBucket } = environment;
  const { gate } = environment.problem;
  const airports = stringParameter('Airports', environment.problem.source.values[0]);
  // Months, "from" inclusive and "until" exclusive. By default, from the first month.
  const from = stringParameter('From', '0000-00');
  const until = stringParameter('Until');
  // Digest of the files to read. It is an argument of PrepareData, and so part of its cache key, and the name of the
  // list of files with their versions.
  const dataSnapshot = stringParameter('DataSnapshot');
  const manifest = join('', `s3://${artifactsBucket}/pipeline/data/`, dataSnapshot.value, '.json');
  // Another URI only for `reproduce`, which repeats a training on versions that are no longer the current ones.
  const curatedUri = stringParameter('CuratedUri', `s3://${environment.curatedBucket}/curated/flights/`);
  // The offline store of the airport's state, where departures are streamed: a model learns what predictions are given
  // (FEAT-04: how online and offline features diverge). An input needs an object: the marker says that there is none.
  const stateUri = stringParameter('StateUri', environment.noLiveModelUri);
  const state = environment.recordedStates ? { state: stateUri.value } : undefined;
  const liveModelUri = stringParameter('LiveModelUri', environment.noLiveModelUri);

  // Every execution writes below its own id, so it overwrites nothing of an earlier one (STAGE-03: what processing
  // records; SELF-10: what makes a model reproducible).
  const executionUri = (...parts: string[]): StringValue =>
    join('/', `s3://${artifactsBucket}/pipeline`, execution.id, ...parts);

  const prepare = processingStep('PrepareData', {
    description: 'Splits the curated flights by month and writes the rows for the baseline.',
    retryPolicies: retryJobFaults,
    // The same files are prepared once (COST-01: training that costs too much). The cache key is made of the arguments,
    // not of the files' content: without the snapshot, the step would return old data after a corrected delivery of the
    // same months.
    // https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html
    cacheFor: `P${environment.cacheDays}D`,
    arguments: processingJob(environment, images.scikitLearn, 'prepare', {
      arguments: [
        '--airports',
        airports.value,
        '--from',
        from.value,
        '--until',
        until.value,
        '--snapshot',
        dataSnapshot.value,
        // One file of training rows for each host that trains.
        ...(environment.training.instanceCount > 1 ? ['--hosts', String(environment.training.instanceCount)] : []),
      ],
      inputs: { curated: curatedUri.value, snapshot: manifest, ...state },
      outputs: Object.fromEntries(
        ['train', 'validation', 'test', 'baseline', 'metadata'].map((name) => [name, executionUri('prepare', name)]),
      ),
    }),
  });

  const tune = tuningStep('TuneModel', {
    description: 'Trains a few models on the training months and keeps the best by the validation month.',
    retryPolicies: retryTuningFaults,
    cacheFor: `P${environment.cacheDays}D`,
    arguments: tuningJob(environment, {
      train: output(prepare, 'train'),
      validation: output(prepare, 'validation'),
      checkpoints: executionUri('checkpoints'),
    }),
  });

  const select = processingStep('SelectModel', {
    description: "Measures every trial, and chooses by the problem's rule instead of by the metric alone.",
    retryPolicies: retryJobFaults,
    propertyFiles: [{ name: 'Selection', outputName: 'selection', path: 'selection.json' }],
    arguments: processingJob(environment, images.xgboost, 'select-model', {
      arguments: ['--tuning-job', property(tune, 'HyperParameterTuningJobName')],
      inputs: {
        // Everything that begins so: training jobs are named after their tuning job. An index into the step's
        // TrainingJobSummaries would fail where fewer trials completed, or a stopped one left no model.
        models: join('', `s3://${artifactsBucket}/models/`, property(tune, 'HyperParameterTuningJobName')),
        validation: output(prepare, 'validation'),
      },
      outputs: { selection: executionUri('selection') },
    }),
  });
  const chosenJob = jsonGet(select, 'Selection', 'chosen.training_job');
  const chosenModel = join('/', `s3://${artifactsBucket}/models`, chosenJob, 'output', 'model.tar.gz');

  const evaluate = processingStep('EvaluateModel', {
    description: 'Evaluates the candidate and the live model on the same held-back month.',
    retryPolicies: retryJobFaults,
    propertyFiles: [{ name: 'EvaluationReport', outputName: 'evaluation', path: 'evaluation.json' }],
    arguments: processingJob(environment, images.xgboost, 'evaluate', {
      inputs: { model: chosenModel, test: output(prepare, 'test'), live: liveModelUri.value },
      outputs: { evaluation: executionUri('evaluation') },
    }),
  });
  const lift = jsonGet(evaluate, 'EvaluationReport', 'gate.lift');
  const costRatio = jsonGet(evaluate, 'EvaluationReport', 'gate.cost_ratio');

  const baseline = processingStep('CreateBaseline', {
    description:
      'Statistics of the training months and of the predictions for the held-back months, which monitoring compares with.',
    retryPolicies: retryJobFaults,
    // In the XGBoost image, because the baseline contains the predictions of this model.
    arguments: processingJob(environment, images.xgboost, 'baseline', {
      inputs: {
        baseline: output(prepare, 'baseline'),
        model: chosenModel,
        validation: output(prepare, 'validation'),
        test: output(prepare, 'test'),
      },
      outputs: { 'baseline-results': executionUri('baseline') },
      variables: {
        output_path: `${containerRoot}/output/baseline-results`,
      },
    }),
  });

  const register = registerModel(environment, {
    parameters: { airports, from, until },
    manifest,
    model: chosenModel,
    trainingJob: join('', environment.trainingJobArns, chosenJob),
    steps: { prepare, evaluate, baseline },
  });

  // The quality gate: the model ranks better than chance, and its decisions cost less than every alternative: never
  // flagging, always flagging, the rule, and the live model if there is one. An equally good model is no reason for a
  // release
  // (FLOW-07: when the objective is not met; EVAL-04: candidates compared on the same rows; STAGE-05: what evaluation
  // records).
  const rule = `pr_auc must be at least ${gate.minimumLift} times the share of positives, and the cost below ${gate.maximumCostRatio} of the cheapest alternative's`;
  const meetsObjective = conditionStep('MeetsObjective', {
    description: `${rule}: never flagging, always flagging, the rule, or the live model, on the same rows`,
    conditions: [atLeast(lift, gate.minimumLift), below(costRatio, gate.maximumCostRatio)],
    ifSteps: [baseline, register],
    elseSteps: [
      failStep(
        'ObjectiveNotMet',
        join(
          '',
          `Not registered: ${rule}. Measured: `,
          jsonGet(evaluate, 'EvaluationReport', 'summary'),
          '. More in ',
          output(evaluate, 'evaluation'),
          '/evaluation.json',
        ),
      ),
    ],
  });

  return {
    parameters: [airports, from, until, dataSnapshot, curatedUri, liveModelUri, ...(state ? [stateUri] : [])],
    steps: [prepare, tune, select, evaluate, meetsObjective],
  };
}
