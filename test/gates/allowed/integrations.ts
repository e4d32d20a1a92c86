import { computed, path, processingJob, transformJob } from './jobs';
import { endpointName, notifications, prefix, problem, stateMachineArn } from './references';
import {
  between,
  either,
  type Fields,
  like,
  listOf,
  members,
  named,
  object,
  only,
  optional,
  type Rule,
  ref,
  words,
} from './rules';

const candidate = only('$.candidate.arn');
const parameter = (name: string) => only(`/${prefix}/${problem}/${name}`);
const serving = only('MlaBlueprint-Serving');
const trainingSet = `${prefix}-training-set`;

/** What each function is asked. Names and paths: a constant would answer the question before it is asked. */
const payloads: Readonly<Record<string, Fields | readonly Fields[]>> = {
  PackageVerification: {
    'modelPackageArn.$': candidate,
    'at.$': only('$$.State.EnteredTime'),
    'release.$': only('$'),
  },
  SmokeTest: [
    { mode: only('traffic'), 'candidate.$': only('$.candidate.version') },
    {
      mode: only('evaluate'),
      'candidate.$': only('$.candidate.version'),
      hadCanary: only(true, false),
      'since.$': only('$.started.at'),
      'until.$': only('$$.State.EnteredTime'),
      'candidatePredictions.$': only('$.count.fromCandidate'),
    },
  ],
  UpdateExplanation: [{ mode: only('updated') }, { mode: only('rolled back'), 'since.$': only('$.started.at') }],
  LiveBaseline: { 'modelPackageArn.$': either(candidate, only('$.live.arn')) },
  BatchScoringStageInput: {
    'input.$': only('$.input'),
    'version.$': only('$.objectVersion'),
    'job.$': only('$.job.name'),
  },
  BatchScoringCheckCompleteness: {
    'job.$': only('$.job.name'),
    'outputPrefix.$': only("States.Format('batch/output/{}/', $.job.id)"),
    'reportKey.$': only("States.Format('batch/report/{}.json', $.job.id)"),
    'jobError.$': optional(only('$.failed.jobError')),
  },
  DriftAnalysisSelectCaptures: [
    { 'hour.$': only('$.hour'), 'now.$': only('$$.State.EnteredTime') },
    { 'time.$': only('$.time'), 'now.$': only('$$.State.EnteredTime') },
  ],
  DriftAnalysisPublisher: {
    'resultPrefix.$': only("States.Format('monitoring/{}', $.job.name)"),
    'windowEnd.$': only('$.window.end'),
    'now.$': only('$$.State.EnteredTime'),
  },
  ModelQualitySelect: {
    'start.$': only('$.window.start'),
    'end.$': only('$.window.end'),
    'run.$': only('$$.Execution.Name'),
  },
  ModelQualityPublisher: { 'resultPrefix.$': only("States.Format('monitoring/{}', $.use.job)") },
};

const invoke: Rule = either(
  ...Object.entries(payloads).map(([name, fields]) =>
    object({
      FunctionName: ref('Lambda::Function', 'Arn', `${name}Function`),
      Payload: either(...[fields].flat().map(object)),
    }),
  ),
);

const alarm = (id: string) => ref('CloudWatch::Alarm', '', id);
const stackParameter = (key: string, ...values: readonly Fields[]) =>
  either(...values.map((one) => object({ ParameterKey: only(key), ...one })));
/** The stack's own template, with another package: nothing else of it can be changed by a release. */
const updateStack = object({
  StackName: serving,
  UsePreviousTemplate: only(true),
  Parameters: members(
    stackParameter(
      'ApprovedModelPackage',
      { 'ParameterValue.$': candidate },
      { 'ParameterValue.$': only('$.live.arn') },
    ),
    optional(stackParameter('ChallengerModelPackage', { UsePreviousValue: only(true) })),
    optional(
      stackParameter(
        'EndpointState',
        { ParameterValue: only('deployed') },
        { 'ParameterValue.$': only('$.endpoint.was') },
      ),
    ),
  ),
  Capabilities: only(['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM']),
  RoleARN: ref('IAM::Role', 'Arn', 'ServingDeploymentRole'),
});

const named_ = (type: string): Fields => ({ [`${type}JobName.$`]: either(only('$.job.name'), only('$.use.job')) });

/** The calls of state machines, each with what it may be given. A new step of a known kind needs no entry. */
export const integrations: Readonly<Record<string, Rule>> = {
  'lambda:invoke': invoke,
  'sns:publish': object({
    TopicArn: notifications,
    Subject: words,
    'Message.$': like(/States\.JsonToString\(\$(\.outcome)?\)/),
  }),
  'sagemaker:createTransformJob.sync': object(transformJob),
  'sagemaker:createProcessingJob.sync': object(
    processingJob(named_('Processing'), '(DriftAnalysis|ModelQuality)AnalyzerRole'),
  ),
  'glue:startJobRun.sync': object({
    JobName: only(`${prefix}-build-training-set`),
    Arguments: object({ '--airports.$': only('$.airports'), '--from.$': only('$.from'), '--until.$': only('$.until') }),
  }),
  'aws-sdk:glue:startDataQualityRulesetEvaluationRun': object({
    DataSource: object({
      GlueTable: object({
        DatabaseName: only('mla_blueprint_flight_disruption'),
        TableName: only('training_set'),
        AdditionalOptions: named(/^catalogPartitionPredicate\.\$$/, computed),
      }),
    }),
    Role: ref('IAM::Role', 'Arn', 'TrainingSetQualityRole'),
    NumberOfWorkers: between(2, 50),
    Timeout: between(5, 480),
    RulesetNames: only([trainingSet]),
    AdditionalRunOptions: only({ CloudWatchMetricsEnabled: true }),
  }),
  'aws-sdk:glue:getDataQualityRulesetEvaluationRun': object({ 'RunId.$': path }),
  'aws-sdk:glue:getDataQualityResult': object({ 'ResultId.$': path }),
  'aws-sdk:sfn:listExecutions': object({
    StateMachineArn: stateMachineArn('release'),
    StatusFilter: only('RUNNING'),
    MaxResults: between(10, 1000),
  }),
  'aws-sdk:sagemaker:describeModelPackage': object({ 'ModelPackageName.$': either(candidate, only('$.live.arn')) }),
  // Only to refuse: approving is a person's.
  'aws-sdk:sagemaker:updateModelPackage': object({
    'ModelPackageArn.$': candidate,
    ModelApprovalStatus: only('Rejected'),
    'ApprovalDescription.$': path,
  }),
  'aws-sdk:sagemaker:describeEndpoint': object({ EndpointName: endpointName }),
  'aws-sdk:sagemaker:describeEndpointConfig': object({ 'EndpointConfigName.$': path }),
  'aws-sdk:sagemaker:describeTransformJob': object(named_('Transform')),
  'aws-sdk:sagemaker:stopTransformJob': object(named_('Transform')),
  'aws-sdk:sagemaker:stopProcessingJob': object(named_('Processing')),
  'aws-sdk:ssm:getParameter': object({
    Name: either(
      parameter('approved-model-package'),
      parameter('proven-model-package'),
      parameter('challenger-model-package'),
      parameter('endpoint-state'),
    ),
  }),
  'aws-sdk:ssm:putParameter': either(
    object({
      Name: parameter('approved-model-package'),
      'Value.$': either(candidate, only('$.live.arn')),
      Overwrite: only(true),
    }),
    object({ Name: parameter('proven-model-package'), 'Value.$': candidate, Overwrite: only(true) }),
    object({ Name: parameter('endpoint-state'), Value: only('deployed'), Overwrite: only(true) }),
    object({ Name: parameter('endpoint-state'), 'Value.$': only('$.endpoint.was'), Overwrite: only(true) }),
  ),
  'aws-sdk:cloudformation:updateStack': updateStack,
  'aws-sdk:cloudformation:describeStacks': object({ StackName: serving }),
  'aws-sdk:cloudwatch:describeAlarms': object({
    AlarmNames: members(
      ...['ServerErrors', 'ClientErrors', 'Latency'].flatMap((name) => [
        alarm(`RollbackAlarms${name}`),
        optional(alarm(`ChallengerAlarms${name}`)),
      ]),
    ),
    StateValue: only('ALARM'),
  }),
};

const errors = (...names: readonly string[]) => members(...names.map((name) => only(name)));
const glueFaults = ['AWSGlue', 'Glue', 'ConcurrentRunsExceeded', 'ResourceNumberLimitExceeded', 'InternalService'];
const jobFaults = ['AmazonSageMaker', 'SageMaker', 'Throttling', 'ResourceLimitExceeded', 'SdkClient'];
const callFaults = [
  ...['TooManyRequests', 'Service', 'AWSLambda', 'SdkClient'].map((one) => `Lambda.${one}`),
  ...['CloudFormation', 'CloudWatch', 'S3', 'SageMaker', 'Sfn', 'Ssm'].flatMap((one) => [
    `${one}.${one}`,
    `${one}.Throttling`,
  ]),
  'SageMaker.Conflict',
  'Ssm.InternalServerError',
  'Ssm.TooManyUpdates',
  'SNS.AmazonSNS',
  'SNS.InternalError',
  'SNS.KMSThrottling',
];
/** Faults of services and missing capacity, which go away. Never every error: a refusal would be tried again. */
const transientOf = (resource: string): Rule =>
  resource.includes('glue:')
    ? errors(...[...glueFaults, 'OperationTimeout', 'SdkClient'].map((one) => `Glue.${one}Exception`))
    : resource.endsWith('.sync')
      ? errors(...jobFaults.map((one) => `SageMaker.${one}Exception`))
      : errors(...callFaults.map((one) => `${one}Exception`), 'SNS.ThrottledException');

export const retriesOf = (resource: string): Rule =>
  listOf(
    object({
      ErrorEquals: transientOf(resource),
      IntervalSeconds: between(1, 300),
      MaxAttempts: between(1, 6),
      BackoffRate: between(1, 3),
      JitterStrategy: only('FULL'),
    }),
  );
