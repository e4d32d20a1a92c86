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

/** Functions that their caller waits for. */
const synchronous = [
  'Foundation/NetworkInterfaces',
  'Features/TrackingTrack',
  'DataLake/CustomS3AutoDelete',
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
  'Monitoring/DriftAnalysis',
];
const asynchronous = [
  'DataLake/BatchIngestCurate',
  'Features/StateWriterWrite',
  'Release/Reconciler',
  'Monitoring/AutomaticRetraining',
  'Monitoring/ExperimentTrackingTracker',
  'Monitoring/GroundTruthWriter',
  'Monitoring/IdleEndpointWatch',
  'Monitoring/ModelMonitor',
];

const withoutQueue = new RegExp(`^(${synchronous.join('|')})`);
const processingRoles =
  /^(Training\/JobRolesProcessing|Monitoring\/(DriftAnalysisAnalyzerRole|ModelQualityAnalyzerRole)|Serving\/(ModelMonitorAnalyzerRole|OutcomeMonitors(Bias|Quality)Role))/;
const ourFunctions = new RegExp(`^(${[...synchronous, ...asynchronous].join('|')})`);

export const accepted: readonly Accepted[] = [
  { tool: 'cfn-lint', rule: 'W3005', place: /\/DependsOn\b/, evidence: 'EV-040' },
  { tool: 'checkov', rule: 'CKV_AWS_18', place: /^DataLake\/AccessLogs/, evidence: 'EV-025' },
  { tool: 'checkov', rule: 'CKV_AWS_370', place: /^Serving\/LiveModelServerless$/, evidence: 'EV-016' },
  { tool: 'checkov', rule: 'CKV_AWS_115', place: ourFunctions, evidence: 'EV-012' },
  { tool: 'checkov', rule: 'CKV_AWS_116', place: withoutQueue, evidence: 'EV-013' },
  { tool: 'checkov', rule: 'CKV_AWS_117', place: ourFunctions, evidence: 'EV-011' },
  { tool: 'checkov', rule: 'CKV_AWS_28', place: /^Features\/FlightsTable/, evidence: 'EV-031' },
  { tool: 'checkov', rule: 'CKV_AWS_109', place: processingRoles, evidence: 'EV-018' },
  { tool: 'checkov', rule: 'CKV_AWS_111', place: processingRoles, evidence: 'EV-018' },
  { tool: 'checkov', rule: 'CKV_AWS_111', place: /^Release\/ServingDeploymentRole/, evidence: 'EV-019' },
];
