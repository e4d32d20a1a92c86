import type { AllowedTypes } from './allowed-type';
import { environment } from './environment';
import { operationsKey, tags } from './references';
import { roles as duties } from './rights/roles';
import { between, type Fields, like, object, only, own, type Rule, ref, words } from './rules';
import { code } from './storage';

/** One function: what it is for, and its variables. */
interface AllowedFunction {
  readonly variables?: readonly string[];
  /** Only in configurations that need them. */
  readonly sometimes?: readonly string[];
  /** Where events go that the function failed on. None where the caller waits for it (EV-013). */
  readonly deadLetters?: string;
}

/**
 * By logical id without `Function`. A new function is one entry here; what else it has (key, logs, role, limits) follows
 * from `NodeFunction` (lib/shared/function).
 */
export const allowedFunctions: Readonly<Record<string, AllowedFunction>> = {
  // Custom resources: what CloudFormation itself cannot create or delete.
  NetworkInterfaces: {},
  JobLogs: {},
  JobRecords: {},
  RegisteredModels: {},
  RunningExecutions: {},
  State: {},
  ExplainabilityMonitorWriteConfig: {},
  // Data: validate, stage, compare, label.
  BatchIngestCurate: { variables: ['CURATED_BUCKET', 'METRIC_NAMESPACE'], deadLetters: 'BatchIngestDeadLettersQueue' },
  BatchScoringStageInput: { variables: ['ARTIFACTS_BUCKET'] },
  BatchScoringCheckCompleteness: { variables: ['ARTIFACTS_BUCKET'] },
  GroundTruthWriter: {
    variables: ['CAPTURE_BUCKET', 'CURATED_BUCKET', 'ID_COLUMN', 'LABEL_COLUMN'],
    deadLetters: 'DeadLettersQueue',
  },
  // The stream.
  TrackingTrack: { variables: ['AIRPORTS', 'FLIGHT_TABLE', 'KEPT_HOURS', 'REFUSED_QUEUE_URL'] },
  StateWriterWrite: {
    variables: ['AIRPORTS', 'FEATURE_GROUP', 'FLIGHT_TABLE', 'SCHEDULE_INDEX', 'STATE_RULES'],
    deadLetters: 'StateWriterMissedQueue',
  },
  // Release: who approved what, does it answer, what failed.
  PackageVerification: { variables: ['APPROVAL_VALID_DAYS', 'APPROVER_ROLE_ARN', 'ARTIFACTS_BUCKET'] },
  SmokeTest: {
    variables: ['ENDPOINT_NAME', 'MINIMUM_CONCORDANCE', 'MINIMUM_INVOCATIONS', 'VARIANT_NAME'],
    sometimes: ['TARGET_VARIANT', 'REQUESTS_BUCKET', 'REQUESTS_PREFIX'],
  },
  UpdateExplanation: { variables: ['SERVING_STACK'], sometimes: ['ENDPOINT_NAME'] },
  LiveBaseline: { variables: ['ARTIFACTS_BUCKET', 'LIVE_BASELINE_PREFIX'] },
  ReconcilerReconcile: {
    variables: [
      'APPROVED_MODEL_KEY',
      'APPROVED_MODEL_PARAMETER',
      'METRIC_NAMESPACE',
      'MODEL_PACKAGE_GROUP',
      'PROVEN_MODEL_PARAMETER',
      'RELEASE_STATE_MACHINE_ARN',
      'SERVING_STACK',
    ],
    sometimes: ['ENDPOINT_STATE_KEY', 'ENDPOINT_STATE_PARAMETER'],
    deadLetters: 'DeadLettersQueue',
  },
  // Monitoring.
  DriftAnalysisSelectCaptures: { variables: ['CAPTURE_BUCKET', 'VARIANT_PREFIX'] },
  DriftAnalysisPublisher: {
    variables: [
      'CAPTURE_BUCKET',
      'ENDPOINT_NAME',
      'FEATURE_NAMESPACE',
      'OUTPUT_COLUMNS',
      'PUBLISHES_FEATURES',
      'SCHEDULE_NAME',
      'WATCHED_FEATURES',
      'WORKFLOW_NAMESPACE',
    ],
  },
  ModelMonitorPublisher: {
    variables: [
      'CAPTURE_BUCKET',
      'ENDPOINT_NAME',
      'FEATURE_NAMESPACE',
      'MONITORING_SCHEDULE_ARNS',
      'OUTPUT_COLUMNS',
      'PUBLISHES_FEATURES',
      'SCHEDULE_NAME',
      'WORKFLOW_NAMESPACE',
    ],
    deadLetters: 'DeadLettersQueue',
  },
  ModelQualitySelect: { variables: ['CAPTURE_BUCKET', 'CAPTURE_PREFIX', 'GROUND_TRUTH_PREFIX', 'MAXIMUM_BYTES'] },
  ModelQualityPublisher: { variables: ['CAPTURE_BUCKET', 'ENDPOINT_NAME', 'SCHEDULE_NAME'] },
  AutomaticRetrainingStartRetraining: {
    variables: [
      'APPROVED_MODEL_PARAMETER',
      'ARTIFACTS_BUCKET',
      'CAPTURE_BUCKET',
      'CURATED_BUCKET',
      'CURATED_PREFIX',
      'NO_LIVE_MODEL_URI',
      'OUTPUT_COLUMNS',
      'PIPELINE_NAME',
      'RULES',
    ],
    sometimes: ['QUALITY_ALARM'],
    deadLetters: 'DeadLettersQueue',
  },
  IdleEndpointWatch: {
    variables: ['ENDPOINT_NAME', 'IDLE_HOURS', 'METRIC_NAMESPACE', 'VARIANT_NAME'],
    sometimes: [
      'DEPLOYMENT_ROLE',
      'ENDPOINT_STATE_KEY',
      'ENDPOINT_STATE_PARAMETER',
      'RELEASE_STATE_MACHINE_ARN',
      'REMOVE_AFTER_HOURS',
      'SERVING_STACK',
      'TOPIC',
    ],
    deadLetters: 'DeadLettersQueue',
  },
  ExperimentTrackingTracker: {
    variables: ['EXPERIMENT', 'MLFLOW_APP_ARN', 'PIPELINE_ARN'],
    deadLetters: 'ExperimentTrackingDeadLettersQueue',
  },
};

/** A function without variables and without a queue needs no entry here: its role's duties say what it is for. */
function hasDuties(id: string): boolean {
  return duties.some(({ role }) => role.endsWith(`/${id.replace(/Function$/, '')}Role`));
}

const unknown: Rule = only('a variable of test/gates/allowed/environment.ts');

/** No layer, no VPC (EV-011), no reserved concurrency (EV-012), no tracing (EV-014), no image, no file system. */
function lambdaFunction(id: string): Fields {
  const common = {
    Code: code,
    Description: words,
    LoggingConfig: object({ LogFormat: only('JSON'), LogGroup: own('Logs::LogGroup', '') }),
    MemorySize: between(128, 3008),
    Role: own('IAM::Role', 'Arn'),
    Runtime: like(/nodejs(22|24|26)\.x/),
    Tags: tags,
    // Lambda's longest.
    Timeout: between(3, 900),
  };
  // CDK's own, which empties buckets: no variables to encrypt, and its text is CDK's.
  if (id === 'CustomS3AutoDeleteObjectsCustomResourceProviderHandler')
    return {
      ...common,
      Handler: only('index.handler'),
      LoggingConfig: object({ LogGroup: ref('Logs::LogGroup', '', 'EmptyingLogs') }),
    };
  const one = allowedFunctions[id.replace(/Function$/, '')];
  const { variables = [], sometimes = [] } = one ?? {};
  const rules = (names: readonly string[], isOptional?: true) =>
    names.map((name) => [name, { ...(environment[name] ?? unknown), ...(isOptional && { isOptional }) }]);
  return {
    ...common,
    Architectures: only(['arm64']),
    Handler: only('handler.handler'),
    KmsKeyArn: operationsKey,
    ...(variables.length > 0
      ? {
          Environment: object({
            Variables: object(Object.fromEntries([...rules(variables), ...rules(sometimes, true)])),
          }),
        }
      : {}),
    ...(one?.deadLetters ? { DeadLetterConfig: object({ TargetArn: ref('SQS::Queue', 'Arn', one.deadLetters) }) } : {}),
    ...(one === undefined && !hasDuties(id) ? { [`an entry for ${id}`]: only('in allowedFunctions') } : {}),
  };
}

export const functions: AllowedTypes = {
  'AWS::Lambda::Function': {
    why: 'Short work between services. Each has its own role and its own log group.',
    stacks: ['Foundation', 'DataLake', 'Serving', 'Training', 'Release', 'Monitoring', 'Features'],
    after: ['AWS::IAM::Role'],
    properties: lambdaFunction,
  },
  'AWS::Lambda::Permission': {
    why: 'Lets one rule call one function. Nobody else, no other account.',
    stacks: ['DataLake', 'Release', 'Monitoring', 'Features'],
    properties: {
      Action: only('lambda:InvokeFunction'),
      FunctionName: ref('Lambda::Function', 'Arn'),
      Principal: only('events.amazonaws.com'),
      SourceArn: ref('Events::Rule', 'Arn'),
    },
  },
  'AWS::Lambda::EventSourceMapping': {
    why: 'Gives the records of the stream to the function that tracks departures.',
    stacks: ['Features'],
    after: ['AWS::IAM::Role'],
    properties: {
      BatchSize: between(1, 1000),
      BisectBatchOnFunctionError: only(true),
      DestinationConfig: object({ OnFailure: object({ Destination: own('SQS::Queue', 'Arn') }) }),
      EventSourceArn: ref('Kinesis::Stream', 'Arn', 'DeparturesStream'),
      FunctionName: own('Lambda::Function', ''),
      FunctionResponseTypes: only(['ReportBatchItemFailures']),
      MaximumRecordAgeInSeconds: between(60, 86_400),
      MaximumRetryAttempts: between(1, 20),
      ParallelizationFactor: between(1, 10),
      StartingPosition: only('TRIM_HORIZON'),
      Tags: tags,
    },
  },
};
