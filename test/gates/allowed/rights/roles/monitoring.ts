import {
  describesEndpoint,
  describesPackages,
  invokes,
  lists,
  listsAssets,
  notifies,
  passes,
  publishesMetrics,
  reads,
  readsAssets,
  readsInvocationMetrics,
  sendsTo,
  waitsForJobs,
  writes,
  writesInParts,
} from '../duties';
import { duty, inSome, type RoleDuties, right } from '../duty';
import { image, processes } from '../job-duties';
import { buckets, jobs, packages, parameter, pipeline, servingStack, stateMachine, tuningJobs } from '../vocabulary';
import { functionRole, ruleRole, sagemakerRole, stateMachineRole } from './kinds';
import { updatesServingStack } from './release';

const deadLetters = '<Monitoring/DeadLettersQueue>';
const readsApprovedPackage = duty(
  'reads which model is live',
  right('ssm:GetParameter', parameter('approved-model-package')),
);

/** A state machine that selects captures, analyzes them in a job, and publishes the result. */
function analysisRole(id: string, machine: string, name: string, functions: readonly string[]): RoleDuties {
  const analysisJobs = jobs('processing-job', `mla-blueprint-${name}-*`);
  return stateMachineRole(
    `Monitoring/${id}StateMachineRole`,
    machine,
    readsApprovedPackage,
    describesPackages,
    duty(
      'runs an isolated job',
      right('sagemaker:CreateProcessingJob', analysisJobs, { 'Bool sagemaker:NetworkIsolation': 'true' }),
    ),
    duty(
      'describes, tags and stops its job',
      right(
        ['AddTags', 'ListTags', 'DescribeProcessingJob', 'StopProcessingJob'].map((action) => `sagemaker:${action}`),
        analysisJobs,
      ),
    ),
    passes('sagemaker', `<Monitoring/${id}AnalyzerRole>`),
    waitsForJobs('Processing'),
    invokes(...functions.map((one) => `Monitoring/${id}${one}`)),
    notifies(),
  );
}

const ownLogs = (stream: string) => `logs:log-group:/aws/sagemaker/TrainingJobs:${stream}`;

export const monitoring: readonly RoleDuties[] = [
  sagemakerRole(
    'Monitoring/DriftAnalysisAnalyzerRole',
    reads('capture', 'capture/*'),
    lists('capture', 'capture/*'),
    reads('artifacts', 'pipeline/*/baseline*'),
    lists('artifacts', 'pipeline/*/baseline*'),
    writesInParts('capture', 'monitoring/*'),
    readsAssets('zip'),
    listsAssets('<asset>.zip*'),
    processes(image('scikit-learn')),
  ),
  functionRole('Monitoring/DriftAnalysisSelectCapturesRole', lists('capture', 'capture/<workflow>/live/*')),
  functionRole(
    'Monitoring/DriftAnalysisPublisherFunctionRole',
    reads('capture', 'monitoring/*'),
    publishesMetrics('MlaBlueprint/Monitoring'),
  ),
  analysisRole('DriftAnalysis', 'monitoring', 'drift', ['SelectCapturesFunction', 'PublisherFunction']),
  ruleRole('Monitoring/DriftAnalysisHourlyRole', 'monitoring'),
  functionRole(
    'Monitoring/GroundTruthWriterRole',
    reads('curated', 'curated/*'),
    writes('capture', 'ground-truth/*'),
    sendsTo(deadLetters),
  ),
  sagemakerRole(
    'Monitoring/ModelQualityAnalyzerRole',
    reads('capture', 'capture/*', 'ground-truth/*', 'monitoring/manifests/*'),
    lists('capture', 'capture/*', 'ground-truth/*', 'monitoring/manifests/*'),
    reads('artifacts', 'pipeline/*/baseline*', 'models/*'),
    lists('artifacts', 'pipeline/*/baseline*', 'models/*'),
    writesInParts('capture', 'monitoring/*'),
    readsAssets('zip'),
    listsAssets('<asset>.zip*'),
    processes(image('xgboost')),
  ),
  functionRole(
    'Monitoring/ModelQualitySelectRole',
    lists('capture', 'capture/<workflow>/', 'ground-truth/'),
    writes('capture', 'monitoring/manifests/*'),
  ),
  functionRole(
    'Monitoring/ModelQualityPublisherRole',
    reads('capture', 'monitoring/*'),
    publishesMetrics(
      ...['model', 'bias', 'explainability'].map((kind) => `aws/sagemaker/Endpoints/${kind}-metrics`),
      'MlaBlueprint/Monitoring',
    ),
  ),
  analysisRole('ModelQuality', 'model-quality', 'quality', ['SelectFunction', 'PublisherFunction']),
  ruleRole('Monitoring/ModelQualityDailyRole', 'model-quality'),
  functionRole(
    'Monitoring/AutomaticRetrainingStartRetrainingRole',
    duty(
      'starts the pipeline',
      right(['sagemaker:ListPipelineExecutions', 'sagemaker:StartPipelineExecution'], pipeline),
    ),
    describesPackages,
    readsApprovedPackage,
    duty(
      'lists versions of the labels',
      right('s3:ListBucketVersions', buckets.curated, { 'StringEquals s3:prefix': 'curated/flights/' }),
    ),
    reads('curated', 'curated/flights/*'),
    inSome(
      'endpoints that are monitored',
      lists('capture', 'monitoring/'),
      reads('capture', 'monitoring/*/constraint_violations.json'),
    ),
    writes('artifacts', 'retraining/decisions/*', 'pipeline/data/*'),
    sendsTo(deadLetters),
  ),
  functionRole(
    'Monitoring/IdleEndpointWatchRole',
    describesEndpoint,
    readsInvocationMetrics,
    publishesMetrics('MlaBlueprint/Cost'),
    sendsTo(deadLetters),
    inSome(
      'removal of an idle endpoint',
      duty('lists releases', right('states:ListExecutions', stateMachine('release'))),
      duty('describes the serving stack', right('cloudformation:DescribeStacks', servingStack)),
      duty('says that the endpoint is removed', right('ssm:PutParameter', parameter('endpoint-state'))),
      ...updatesServingStack,
      notifies(),
    ),
  ),
  // With Model Monitor.
  functionRole(
    'Monitoring/ModelMonitorPublisherFunctionRole',
    reads('capture', 'monitoring/*'),
    publishesMetrics('MlaBlueprint/Monitoring'),
    // Model Monitor names its jobs.
    duty('describes monitoring jobs', right('sagemaker:DescribeProcessingJob', 'sagemaker:processing-job/*')),
    sendsTo(deadLetters),
  ),
  // With the MLflow app.
  sagemakerRole(
    'Monitoring/ExperimentTrackingAppRole',
    lists('artifacts', 'mlflow/*'),
    reads('artifacts', 'mlflow/*'),
    writes('artifacts', 'mlflow/*'),
  ),
  functionRole(
    'Monitoring/ExperimentTrackingTrackerRole',
    duty('calls MLflow', right('sagemaker:CallMlflowAppApi', '<Monitoring/ExperimentTrackingApp>')),
    duty(
      'describes its jobs',
      right('sagemaker:DescribeTrainingJob', jobs('training-job', tuningJobs)),
      right('sagemaker:DescribeHyperParameterTuningJob', jobs('hyper-parameter-tuning-job', tuningJobs)),
    ),
    duty(
      'reads the version of the data',
      right('sagemaker:ListPipelineParametersForExecution', `${pipeline}/execution/*`),
    ),
    describesPackages,
    duty('tags packages', right('sagemaker:AddTags', packages)),
    duty(
      'reads the logs of its jobs',
      right('logs:DescribeLogStreams', ownLogs('*')),
      right('logs:GetLogEvents', ownLogs(`log-stream:${tuningJobs}`)),
    ),
    sendsTo('<Monitoring/ExperimentTrackingDeadLettersQueue>'),
  ),
];
