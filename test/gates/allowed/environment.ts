import { flightDisruption } from '../../../lib/problem/flight-disruption';
import {
  asset,
  bucketName,
  endpointName,
  notifications,
  prefix,
  problem,
  stateMachineArn,
  variantName,
} from './references';
import { between, json, like, listOf, object, only, type Rule, ref, textBetween } from './rules';

const parameter = (name: string) => only(`/${prefix}/${problem}/${name}`);
const path = like(/[a-z][a-z0-9-]*(\/[a-z0-9-]+)*\/?/);
const columns = like(/([a-z_0-9]+(,[a-z_0-9]+)*)?/);
const project = `${prefix}-${problem}`;

/**
 * Variables of the functions. Addresses are references to what the app has; everything else is a name of the app, or a
 * number in bounds. Whoever may describe a function reads them, so none is a secret.
 */
export const environment: Readonly<Record<string, Rule>> = {
  AIRPORTS: only(flightDisruption.source.values.join(',')),
  // An approval is void after some days: its approver saw the data of that day.
  APPROVAL_VALID_DAYS: textBetween(1, 90),
  APPROVED_MODEL_KEY: only('ApprovedModelPackage'),
  APPROVED_MODEL_PARAMETER: parameter('approved-model-package'),
  APPROVER_ROLE_ARN: ref('IAM::Role', 'Arn', 'ApproverRole'),
  ARTIFACTS_BUCKET: bucketName('ArtifactsBucket'),
  CAPTURE_BUCKET: bucketName('CaptureBucket'),
  CAPTURE_PREFIX: only(`capture/${project}`),
  CURATED_BUCKET: bucketName('CuratedBucket'),
  CURATED_PREFIX: only('curated/flights/'),
  DEPLOYMENT_ROLE: ref('IAM::Role', 'Arn', 'ServingDeploymentRole'),
  ENDPOINT_NAME: endpointName,
  ENDPOINT_STATE_KEY: only('EndpointState'),
  ENDPOINT_STATE_PARAMETER: parameter('endpoint-state'),
  EXPERIMENT: only(project),
  FEATURE_GROUP: only(`${prefix}-airport-state`),
  FEATURE_NAMESPACE: only('aws/sagemaker/Endpoints/data-metrics'),
  FLIGHT_TABLE: ref('DynamoDB::Table', '', 'FlightsTable'),
  GROUND_TRUTH_PREFIX: only('ground-truth'),
  // The whole number of hours is compared; a week without a request is certainly idle.
  IDLE_HOURS: textBetween(1, 168),
  ID_COLUMN: only(flightDisruption.recordId),
  // Rows of flights expire: more than the widest window of the state, less than a week.
  KEPT_HOURS: textBetween(6, 168),
  LABEL_COLUMN: only(flightDisruption.target.name),
  LIVE_BASELINE_PREFIX: only('baselines/live/'),
  // A job's volume has to hold them: 1 to 100 GB.
  MAXIMUM_BYTES: textBetween(1e9, 1e11),
  METRIC_NAMESPACE: like(/MlaBlueprint\/(Ingest|Release|Cost|Monitoring)/),
  // Share of smoke test predictions that must agree with those of the evaluation: below 0.5 is chance.
  MINIMUM_CONCORDANCE: textBetween(0.5, 1),
  MINIMUM_INVOCATIONS: textBetween(10, 1000),
  MLFLOW_APP_ARN: ref('SageMaker::MlflowApp', 'Arn', 'ExperimentTrackingApp'),
  MODEL_PACKAGE_GROUP: only(project),
  MONITORING_SCHEDULE_ARNS: like(
    new RegExp(`(arn:<Partition>:sagemaker:<Region>:<AccountId>:monitoring-schedule/${project}-[a-z-]+,?)+`),
  ),
  NO_LIVE_MODEL_URI: asset('json'),
  OUTPUT_COLUMNS: only('probability,decision'),
  PIPELINE_ARN: only(`arn:<Partition>:sagemaker:<Region>:<AccountId>:pipeline/${project}`),
  PIPELINE_NAME: only(project),
  PROVEN_MODEL_PARAMETER: parameter('proven-model-package'),
  PUBLISHES_FEATURES: only('true', 'false'),
  QUALITY_ALARM: ref('CloudWatch::Alarm', '', 'ModelQualityAlarmsModelQuality'),
  REFUSED_QUEUE_URL: ref('SQS::Queue', '', 'TrackingRefusedQueue'),
  RELEASE_STATE_MACHINE_ARN: stateMachineArn('release'),
  REMOVE_AFTER_HOURS: textBetween(2, 1400),
  REQUESTS_BUCKET: bucketName('ArtifactsBucket'),
  REQUESTS_PREFIX: path,
  // When a training starts by itself: bounds of what is too often, too old and too much.
  RULES: json(
    object({
      cooldownHours: between(1, 168),
      maximumPerWeek: between(1, 7),
      maximumModelAgeDays: between(7, 365),
      recentMonths: between(1, 24),
      longestMonths: between(2, 60),
      heldBackMonths: only(flightDisruption.split.testUnits + flightDisruption.split.validationUnits),
      completeShare: between(0.5, 1),
    }),
  ),
  SCHEDULE_INDEX: only('by-schedule'),
  SCHEDULE_NAME: like(new RegExp(`${project}-(data-quality|model-quality)`)),
  SERVING_STACK: only('MlaBlueprint-Serving'),
  STATE_RULES: json(
    object({
      windows: listOf(between(15, 720)),
      grid: between(5, 60),
      lead: between(30, 720),
      late: between(1, 120),
    }),
  ),
  TARGET_VARIANT: variantName,
  TOPIC: notifications,
  VARIANT_NAME: variantName,
  VARIANT_PREFIX: only(`capture/${project}/live`),
  WATCHED_FEATURES: columns,
  WORKFLOW_NAMESPACE: only('MlaBlueprint/Monitoring'),
};
