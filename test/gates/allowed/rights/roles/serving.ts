import {
  invokes,
  lists,
  listsAssets,
  notifies,
  publishesMetrics,
  reads,
  readsAssets,
  readsVersions,
  waitsForJobs,
  writes,
  writesInParts,
} from '../duties';
import { type Duty, duty, inSome, type RoleDuties, right } from '../duty';
import {
  encryptsVolumes,
  image,
  joinsNetwork,
  monitorImage,
  processes,
  processesOutsideNetwork,
  pulls,
  writesJobLogs,
} from '../job-duties';
import { endpoint, servingStack } from '../vocabulary';
import { functionRole, roleOf, ruleRole, sagemakerRole, stateMachineRole } from './kinds';

const transformJobs = 'sagemaker:transform-job/mla-blueprint-batch-*';

/** The role of one of AWS's monitors, in the Model Monitor configuration only. */
function monitorRole(role: string, metrics: string, reading: readonly string[], ...duties: readonly Duty[]) {
  return sagemakerRole(
    role,
    reads('capture', ...reading),
    lists('capture', ...reading),
    reads('artifacts', 'baselines/live/*'),
    lists('artifacts', 'baselines/live/*'),
    writesInParts('capture', 'monitoring/*'),
    // AWS's pages name the namespace with and without the slash.
    publishesMetrics(`aws/sagemaker/Endpoints/${metrics}`, `/aws/sagemaker/Endpoints/${metrics}`),
    duties,
  );
}

const labeled = ['capture/*', 'ground-truth/*', 'monitoring/merge/*'];
const merger = monitorImage('model-monitor-groundtruth-merger', 'modelMonitor');
const analyzer = monitorImage('model-monitor-analyzer', 'modelMonitor');
const clarify = monitorImage('clarify-processing', 'clarify');
const shadows = ['sagemaker:endpoint/sm-clarify-*', 'sagemaker:endpoint-config/sm-clarify-config*'];

export const serving: readonly RoleDuties[] = [
  sagemakerRole(
    'Serving/ModelRole',
    reads('artifacts', 'models/*', 'batch/staged/*'),
    lists('artifacts', 'batch/staged/*'),
    writesInParts('artifacts', 'batch/output/*'),
    inSome('endpoints that capture', writesInParts('capture', 'capture/*')),
    encryptsVolumes,
    pulls(image('xgboost')),
    inSome('the inference pipeline', pulls(image('scikit-learn'))),
    writesJobLogs('Endpoints/<workflow>', 'TransformJobs'),
    joinsNetwork,
    publishesMetrics('/aws/sagemaker/Endpoints', '/aws/sagemaker/TransformJobs'),
    // SageMaker describes, as this role, the alarms that roll an update back.
    inSome(
      'endpoints with rollback alarms',
      duty('describes alarms', right('cloudwatch:DescribeAlarms', 'cloudwatch:alarm:*')),
    ),
    inSome(
      'asynchronous endpoints',
      reads('artifacts', 'asynchronous/input/*'),
      writesInParts('artifacts', 'asynchronous/output/*', 'asynchronous/failure/*'),
      notifies('<Serving/ResultsSuccess>', '<Serving/ResultsError>'),
    ),
  ),
  functionRole(
    'Serving/BatchScoringStageInputRole',
    reads('artifacts', 'batch/input/*', 'batch/scheduled/*', 'batch/manifest/*'),
    readsVersions('artifacts', 'batch/input/*', 'batch/scheduled/*'),
    lists('artifacts', 'batch/input/*', 'batch/scheduled/*', 'batch/manifest/*'),
    writes('artifacts', 'batch/staged/*', 'batch/manifest/*'),
  ),
  functionRole(
    'Serving/BatchScoringCheckCompletenessRole',
    reads('artifacts', 'batch/scheduled/*', 'batch/output/*', 'batch/manifest/*'),
    readsVersions('artifacts', 'batch/input/*'),
    lists('artifacts', 'batch/output/*', 'batch/manifest/*'),
    writes('artifacts', 'batch/report/*'),
  ),
  stateMachineRole(
    'Serving/BatchScoringStateMachineRole',
    'batch-scoring',
    inSome(
      'endpoints with instances',
      duty(
        'reads which model is live',
        right(
          ['sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig'],
          [endpoint, 'sagemaker:endpoint-config/*'],
        ),
      ),
    ),
    inSome('other patterns', duty('reads which model is live', right('cloudformation:DescribeStacks', servingStack))),
    duty(
      'runs transform jobs',
      right(
        ['CreateTransformJob', 'AddTags', 'ListTags', 'DescribeTransformJob', 'StopTransformJob'].map(
          (name) => `sagemaker:${name}`,
        ),
        transformJobs,
      ),
    ),
    waitsForJobs('Transform'),
    invokes('Serving/BatchScoringStageInputFunction', 'Serving/BatchScoringCheckCompletenessFunction'),
    notifies(),
  ),
  ruleRole('Serving/BatchScoringArrivedRole', 'batch-scoring'),
  ruleRole('Serving/BatchScoringNightlyRole', 'batch-scoring'),
  {
    ...roleOf(
      'codebuild',
      'Serving/CustomImageRole',
      readsAssets('zip'),
      pulls(image('xgboost')),
      duty(
        'pushes the image',
        right(
          [
            ...['BatchCheckLayerAvailability', 'BatchGetImage', 'CompleteLayerUpload', 'InitiateLayerUpload'],
            ...['PutImage', 'UploadLayerPart'],
          ].map((name) => `ecr:${name}`),
          '<Serving/CustomImageRepository>',
        ),
      ),
      duty('writes its logs', right(['logs:CreateLogStream', 'logs:PutLogEvents'], '<Serving/CustomImageLogs>')),
    ),
    as: 'codebuild:project/mla-blueprint-inference',
  },
  monitorRole('Serving/ModelMonitorAnalyzerRole', 'data-metrics', ['capture/*'], ...processes(analyzer)),
  monitorRole('Serving/OutcomeMonitorsQualityRole', 'model-metrics', labeled, ...processes(merger, analyzer)),
  monitorRole(
    'Serving/OutcomeMonitorsBiasRole',
    'bias-metrics',
    labeled,
    ...processes(merger, clarify),
    readsAssets('json'),
    listsAssets('<asset>.json*'),
  ),
  functionRole(
    'Serving/ExplainabilityMonitorWriteConfigRole',
    writes('artifacts', 'baselines/live/explainability/analysis_config.json'),
  ),
  monitorRole(
    'Serving/ExplainabilityMonitorAnalyzerRole',
    'explainability-metrics',
    ['capture/*'],
    ...processesOutsideNetwork(clarify),
    duty('describes the live model', right('sagemaker:DescribeModel', 'sagemaker:model/*livemodel*')),
    // Clarify asks a copy of the model, on an endpoint that it makes and removes: never the live one.
    duty(
      'has an endpoint of its own',
      right(
        [
          ...['CreateEndpointConfig', 'DescribeEndpointConfig', 'DeleteEndpointConfig'],
          ...['CreateEndpoint', 'DescribeEndpoint', 'DeleteEndpoint', 'AddTags'],
        ].map((name) => `sagemaker:${name}`),
        shadows,
      ),
      right('sagemaker:InvokeEndpoint', 'sagemaker:endpoint/sm-clarify-*'),
    ),
  ),
];
