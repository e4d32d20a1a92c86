import type { Operations } from './engine';

/**
 * Kinds of resources that nobody can make here, with the member that lists them: an account without any has empty
 * lists. Kinds that SageMaker makes by itself (lineage, trial components, the public hub) are not among them: their
 * lists are never empty on AWS.
 */
const LISTS: Readonly<Record<string, string>> = {
  ListAIBenchmarkJobs: 'AIBenchmarkJobs',
  ListAIRecommendationJobs: 'AIRecommendationJobs',
  ListAIWorkloadConfigs: 'AIWorkloadConfigs',
  ListAlgorithms: 'AlgorithmSummaryList',
  ListAppImageConfigs: 'AppImageConfigs',
  ListApps: 'Apps',
  ListAutoMLJobs: 'AutoMLJobSummaries',
  ListClusterSchedulerConfigs: 'ClusterSchedulerConfigSummaries',
  ListClusters: 'ClusterSummaries',
  ListCodeRepositories: 'CodeRepositorySummaryList',
  ListCompilationJobs: 'CompilationJobSummaries',
  ListComputeQuotas: 'ComputeQuotaSummaries',
  ListDeviceFleets: 'DeviceFleetSummaries',
  ListDevices: 'DeviceSummaries',
  ListDomains: 'Domains',
  ListEdgeDeploymentPlans: 'EdgeDeploymentPlanSummaries',
  ListEdgePackagingJobs: 'EdgePackagingJobSummaries',
  ListFlowDefinitions: 'FlowDefinitionSummaries',
  ListHumanTaskUis: 'HumanTaskUiSummaries',
  ListImages: 'Images',
  ListInferenceComponents: 'InferenceComponents',
  ListInferenceExperiments: 'InferenceExperiments',
  ListInferenceRecommendationsJobs: 'InferenceRecommendationsJobs',
  ListLabelingJobs: 'LabelingJobSummaryList',
  ListMlflowTrackingServers: 'TrackingServerSummaries',
  ListModelCards: 'ModelCardSummaries',
  ListNotebookInstanceLifecycleConfigs: 'NotebookInstanceLifecycleConfigs',
  ListNotebookInstances: 'NotebookInstances',
  ListOptimizationJobs: 'OptimizationJobSummaries',
  ListPartnerApps: 'Summaries',
  ListProjects: 'ProjectSummaryList',
  ListSpaces: 'Spaces',
  ListStudioLifecycleConfigs: 'StudioLifecycleConfigs',
  ListSubscribedWorkteams: 'SubscribedWorkteams',
  ListTrainingPlans: 'TrainingPlanSummaries',
  ListUserProfiles: 'UserProfiles',
  ListWorkforces: 'Workforces',
  ListWorkteams: 'Workteams',
};

export const emptyLists: Operations = Object.fromEntries(
  Object.entries(LISTS).map(([operation, member]) => [operation, () => ({ [member]: [] })]),
);
