import {
  describesPackages,
  lists,
  listsAssets,
  passes,
  publishesMetrics,
  reads,
  readsAssets,
  writes,
  writesInParts,
} from '../duties';
import { duty, inSome, type RoleDuties, right } from '../duty';
import { encryptsVolumes, image, joinsNetwork, processes, pulls, writesJobLogs } from '../job-duties';
import { jobs, packageGroup, packages, parameter, pipeline, tuningJobs } from '../vocabulary';
import { functionRole, sagemakerRole } from './kinds';

const processingJobs = jobs('processing-job', 'mla-blueprint-*');
const tunings = jobs('hyper-parameter-tuning-job', tuningJobs);
const state = ['approved-model-package', 'proven-model-package', 'challenger-model-package', 'endpoint-state'];

export const training: readonly RoleDuties[] = [
  sagemakerRole(
    'Training/JobRolesProcessing',
    reads('curated', 'curated/*'),
    lists('curated', 'curated/*'),
    reads('artifacts', 'pipeline/*', 'models/*'),
    lists('artifacts', 'pipeline/*', 'models/*'),
    writesInParts('artifacts', 'pipeline/*'),
    readsAssets('zip', 'json'),
    listsAssets('<asset>.zip', '<asset>.json'),
    inSome('streaming', reads('curated', 'features/airport-state/*'), lists('curated', 'features/airport-state/*')),
    processes(image('scikit-learn'), image('xgboost')),
  ),
  // Reads no raw and no curated data: only what the processing steps prepared.
  sagemakerRole(
    'Training/JobRolesTraining',
    reads('artifacts', 'pipeline/*'),
    lists('artifacts', 'pipeline/*'),
    writesInParts('artifacts', 'models/*'),
    writes('artifacts', 'pipeline/*/checkpoints/*'),
    readsAssets('gz'),
    listsAssets('<asset>.gz'),
    encryptsVolumes,
    pulls(image('xgboost')),
    writesJobLogs('TrainingJobs'),
    joinsNetwork,
    publishesMetrics('/aws/sagemaker/TrainingJobs'),
  ),
  sagemakerRole(
    'Training/PipelineRole',
    duty(
      'runs processing jobs',
      right(
        ['sagemaker:CreateProcessingJob', 'sagemaker:DescribeProcessingJob', 'sagemaker:StopProcessingJob'],
        processingJobs,
      ),
    ),
    duty(
      'runs tunings',
      right(
        [
          ...['Create', 'Describe', 'Stop'].map((verb) => `sagemaker:${verb}HyperParameterTuningJob`),
          'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
        ],
        tunings,
      ),
    ),
    duty('tags its jobs', right('sagemaker:AddTags', [processingJobs, tunings])),
    duty('creates the group', right(['sagemaker:CreateModelPackageGroup', 'sagemaker:AddTags'], packageGroup)),
    // It registers models that a person has yet to approve.
    duty(
      'registers models',
      right('sagemaker:CreateModelPackage', [packageGroup, packages], {
        'StringEqualsIfExists sagemaker:ModelApprovalStatus': 'PendingManualApproval',
      }),
      right('sagemaker:AddTags', packages),
    ),
    describesPackages,
    reads('artifacts', 'models/*', 'pipeline/*/evaluation/evaluation.json', 'pipeline/*/selection/selection.json'),
    passes('sagemaker', '<Training/JobRolesProcessing>', '<Training/JobRolesTraining>'),
  ),
  // The following remove, when the stack is deleted, what jobs created.
  functionRole(
    'Training/StateFunctionRole',
    duty(
      'creates parameters, and overwrites none',
      right('ssm:PutParameter', state.map(parameter), { 'StringNotEquals ssm:Overwrite': 'true' }),
    ),
    duty(
      'tags and deletes parameters',
      right(['ssm:AddTagsToResource', 'ssm:RemoveTagsFromResource', 'ssm:DeleteParameter'], state.map(parameter)),
    ),
  ),
  functionRole(
    'Training/RegisteredModelsFunctionRole',
    duty('deletes model packages', right(['sagemaker:ListModelPackages', 'sagemaker:DeleteModelPackage'], packages)),
  ),
  functionRole(
    'Training/JobLogsFunctionRole',
    duty(
      'deletes the logs of the endpoint',
      right('logs:DeleteLogGroup', 'logs:log-group:/aws/sagemaker/Endpoints/<workflow>:*'),
    ),
    duty(
      'finds log streams of jobs',
      right(
        'logs:DescribeLogStreams',
        ['ProcessingJobs', 'TrainingJobs', 'TransformJobs'].map((kind) => `logs:log-group:/aws/sagemaker/${kind}:*`),
      ),
    ),
    // The log groups belong to every job of the account: only our streams go.
    duty(
      'deletes the logs of its own jobs',
      right('logs:DeleteLogStream', [
        'logs:log-group:/aws/sagemaker/ProcessingJobs:log-stream:mla-blueprint-*',
        `logs:log-group:/aws/sagemaker/TrainingJobs:log-stream:${tuningJobs}`,
        'logs:log-group:/aws/sagemaker/TransformJobs:log-stream:mla-blueprint-*',
      ]),
    ),
  ),
  functionRole(
    'Training/JobRecordsFunctionRole',
    duty(
      'lists jobs, which supports no resource',
      right(
        ['ListProcessingJobs', 'ListHyperParameterTuningJobs', 'ListTrainingJobs'].map((name) => `sagemaker:${name}`),
        '*',
      ),
    ),
    duty(
      'deletes the records of its own jobs',
      right('sagemaker:DeleteProcessingJob', processingJobs),
      right('sagemaker:DeleteHyperParameterTuningJob', tunings),
      right('sagemaker:DeleteTrainingJob', jobs('training-job', tuningJobs)),
    ),
  ),
  functionRole(
    'Training/RunningExecutionsFunctionRole',
    duty('lists executions', right('sagemaker:ListPipelineExecutions', pipeline)),
    duty('stops executions', right('sagemaker:StopPipelineExecution', `${pipeline}/execution/*`)),
  ),
];
