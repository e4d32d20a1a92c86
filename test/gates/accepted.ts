/**
 * Findings of cfn-lint and checkov that stand, each with the evidence (lib/shared/security/evidence.ts) that says why. The
 * packs' findings are acknowledged on their constructs instead; these two tools only know templates.
 */
export interface Accepted {
  readonly tool: 'cfn-lint' | 'checkov';
  readonly rule: string;
  /** Matches `Stack/LogicalId`, and for cfn-lint the path within it. */
  readonly place: RegExp;
  readonly evidence: string;
}

/** Functions that their caller waits for, without CDK's hash, and without Function where that is the end. */
const synchronous = [
  'Foundation/NetworkInterfaces',
  'Features/TrackingTrack',
  'DataLake/CustomS3AutoDeleteObjectsCustomResourceProviderHandler',
  'Training/RegisteredModels',
  'Training/JobLogs',
  'Training/JobRecords',
  'Training/RunningExecutions',
  'Training/State',
  'Serving/BatchScoringCheckCompleteness',
  'Serving/BatchScoringStageInput',
  'Serving/ExplainabilityMonitorWriteConfig',
  'Release/SmokeTest',
  'Release/UpdateExplanation',
  'Release/LiveBaseline',
  'Release/PackageVerification',
  'Monitoring/ModelQualityPublisher',
  'Monitoring/ModelQualitySelect',
  'Monitoring/DriftAnalysisPublisher',
  'Monitoring/DriftAnalysisSelectCaptures',
];
const asynchronous = [
  'DataLake/BatchIngestCurate',
  'Features/StateWriterWrite',
  'Release/ReconcilerReconcile',
  'Monitoring/AutomaticRetrainingStartRetraining',
  'Monitoring/ExperimentTrackingTracker',
  'Monitoring/GroundTruthWriter',
  'Monitoring/IdleEndpointWatch',
  'Monitoring/ModelMonitorPublisher',
];

/** Exactly these resources: a name that only begins like one of them is another resource. */
function resources(...names: readonly string[]): RegExp {
  return new RegExp(`^(${names.join('|')})[0-9A-F]{8}$`);
}

const withoutQueue = resources(...synchronous.map((name) => `${name}(Function)?`));
const ourFunctions = resources(...[...synchronous, ...asynchronous].map((name) => `${name}(Function)?`));
const processingRoles = resources(
  'Training/JobRolesProcessing',
  'Monitoring/DriftAnalysisAnalyzerRole',
  'Monitoring/ModelQualityAnalyzerRole',
  'Serving/ModelMonitorAnalyzerRole',
  'Serving/OutcomeMonitorsBiasRole',
  'Serving/OutcomeMonitorsQualityRole',
);

export const accepted: readonly Accepted[] = [
  { tool: 'cfn-lint', rule: 'W3005', place: /^[A-Za-z]+\/[A-Za-z0-9]+\/DependsOn(\/\d+)?$/, evidence: 'EV-040' },
  { tool: 'checkov', rule: 'CKV_AWS_18', place: resources('DataLake/AccessLogs'), evidence: 'EV-025' },
  { tool: 'checkov', rule: 'CKV_AWS_370', place: /^Serving\/LiveModelServerless$/, evidence: 'EV-016' },
  { tool: 'checkov', rule: 'CKV_AWS_115', place: ourFunctions, evidence: 'EV-012' },
  { tool: 'checkov', rule: 'CKV_AWS_116', place: withoutQueue, evidence: 'EV-013' },
  { tool: 'checkov', rule: 'CKV_AWS_117', place: ourFunctions, evidence: 'EV-011' },
  { tool: 'checkov', rule: 'CKV_AWS_28', place: resources('Features/FlightsTable'), evidence: 'EV-031' },
  { tool: 'checkov', rule: 'CKV_AWS_109', place: processingRoles, evidence: 'EV-018' },
  { tool: 'checkov', rule: 'CKV_AWS_111', place: processingRoles, evidence: 'EV-018' },
  { tool: 'checkov', rule: 'CKV_AWS_111', place: resources('Release/ServingDeploymentRole'), evidence: 'EV-019' },
];
