import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { CreateProcessingJobCommandInput, ProcessingInput } from '@aws-sdk/client-sagemaker';
import { parseS3Uri } from '../container/transfer';
import type { Endpoints } from '../endpoint/endpoints';
import type { Engine } from '../engine';
import type { ProcessingJobs } from '../jobs/processing';
import { randomName } from '../names';
import { RoleSession } from '../role-session';
import type { MonitoringRun } from './monitoring-run';
import { s3Input } from './processing-input';

const HOUR = 3_600_000;
const inContainer = '/opt/ml/processing';

/**
 * A run of a monitor that needs ground truth: first a job that merges the window's captures with their labels ("Ingest
 * Ground Truth labels and merge them with predictions"), then the request of the analysis of the result. Undefined when
 * there is nothing to merge.
 */
export async function analyzeOutcomes(
  engine: Engine,
  parts: { readonly processing: ProcessingJobs; readonly endpoints: Endpoints },
  run: MonitoringRun,
): Promise<CreateProcessingJobCommandInput | undefined> {
  const { input, request } = run.definition;
  const endpoint = parts.endpoints.store.get(input.EndpointInput?.EndpointName ?? '');
  const window = {
    from: run.scheduledAt + offset(input.EndpointInput?.StartTimeOffset),
    to: run.scheduledAt + offset(input.EndpointInput?.EndTimeOffset),
  };
  const session = await RoleSession.take(engine.platform, request.RoleArn ?? '', run.scheduleArn);
  const s3 = session.s3();
  const hours = async (uri: string | undefined, folder: string) =>
    (await hoursBelow(s3, uri ?? '', window)).map((path): [string, string] => [
      `${withoutSlash(uri)}/${path}`,
      `${inContainer}/${folder}/${path}`,
    ]);
  try {
    const variants = endpoint.config.variants.map(({ VariantName = '' }) => `${endpoint.name}/${VariantName}`);
    const captures = (
      await Promise.all(
        variants.map((path) =>
          hours(`${withoutSlash(endpoint.captureConfig?.DestinationS3Uri)}/${path}`, `input_data/${path}`),
        ),
      )
    ).flat();
    const labels = await hours(input.GroundTruthS3Input?.S3Uri, 'groundtruth');
    if (captures.length === 0 || labels.length === 0) return undefined;
    const merge = await parts.processing.create(
      jobRequest(run, 'groundtruth-merge', {
        image: merger(run.definition.app.ImageUri ?? '', engine),
        environment: {
          dataset_source: `${inContainer}/input_data`,
          ground_truth_source: `${inContainer}/groundtruth`,
          output_path: `${inContainer}/output`,
        },
        inputs: [...inputsOf('groundtruth_input', labels), ...inputsOf('endpoint_input', captures)],
        output: mergeUri(run),
      }),
      { scheduleArn: run.scheduleArn, inspect: () => Promise.resolve() },
    );
    await merge.done;
    if (merge.status !== 'Completed')
      throw new Error(
        `The ground truth merge job ${merge.name} ended as ${merge.status}: ${merge.failureReason ?? ''}`,
      );
    const merged = (
      await Promise.all(variants.map((path) => hours(`${mergeUri(run)}/${path}`, `input_data/${path}`)))
    ).flat();
    return merged.length === 0 ? undefined : analysis(run, merged, window);
  } finally {
    s3.destroy();
  }
}

function analysis(
  run: MonitoringRun,
  merged: readonly [string, string][],
  window: { readonly from: number; readonly to: number },
): CreateProcessingJobCommandInput {
  const { kind, app, baseline, input } = run.definition;
  const source = input.EndpointInput;
  const constraints = baseline.ConstraintsResource?.S3Uri;
  const environment = {
    ...app.Environment,
    analysis_type: kind === 'ModelQuality' ? 'MODEL_QUALITY' : 'MODEL_BIAS',
    dataset_format: '{"sagemakerMergeJson":{"captureIndexNames":["endpointOutput"]}}',
    dataset_source: `${inContainer}/input_data`,
    output_path: `${inContainer}/output`,
    publish_cloudwatch_metrics: app.Environment?.publish_cloudwatch_metrics ?? 'Disabled',
    sagemaker_endpoint_name: source?.EndpointName ?? '',
    sagemaker_monitoring_schedule_name: run.scheduleName,
    start_time: new Date(window.from).toISOString(),
    end_time: new Date(window.to).toISOString(),
    ...(app.ProblemType === undefined ? {} : { problem_type: app.ProblemType }),
    ...(source?.ProbabilityAttribute === undefined ? {} : { probability_attribute: source.ProbabilityAttribute }),
    ...(source?.ProbabilityThresholdAttribute === undefined
      ? {}
      : { probability_threshold_attribute: String(source.ProbabilityThresholdAttribute) }),
    ...(constraints === undefined
      ? {}
      : { baseline_constraints: `${inContainer}/baseline/constraints/constraints.json` }),
    ...(app.ConfigUri === undefined
      ? {}
      : { analysis_config: `${inContainer}/input/config/${lastPart(app.ConfigUri)}` }),
  };
  const hour = new Date(run.scheduledAt).toISOString().slice(0, 13).replace(/[-T]/g, '/');
  return jobRequest(run, kind === 'ModelQuality' ? 'model-quality-monitoring' : 'model-bias-monitoring', {
    image: app.ImageUri ?? '',
    environment,
    inputs: [
      ...(constraints === undefined
        ? []
        : [s3Input('constraints', constraints, `${inContainer}/baseline/constraints`)]),
      ...(app.ConfigUri === undefined
        ? []
        : [s3Input('analysis_config', app.ConfigUri, `${inContainer}/input/config`)]),
      ...inputsOf('endpoint_input', merged),
    ],
    output: `${outputUri(run)}/${source?.EndpointName ?? ''}/${run.scheduleName}/${hour}`,
  });
}

interface JobParts {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly inputs: ProcessingInput[];
  readonly output: string;
}

/** Both jobs run with the definition's role, network and instances. */
function jobRequest(
  run: MonitoringRun,
  prefix: string,
  { image, environment, inputs, output }: JobParts,
): CreateProcessingJobCommandInput {
  const { request, output: outputs } = run.definition;
  const cluster = request.JobResources?.ClusterConfig;
  return {
    ProcessingJobName: `${prefix}-${new Date(run.scheduledAt).toISOString().slice(0, 16).replace(/[-T:]/g, '')}-${randomName(24)}`,
    RoleArn: request.RoleArn,
    AppSpecification: { ImageUri: image },
    Environment: { ...environment },
    ProcessingInputs: inputs,
    ProcessingOutputConfig: {
      KmsKeyId: outputs?.KmsKeyId,
      Outputs: [
        {
          OutputName: 'result',
          S3Output: { S3Uri: output, LocalPath: `${inContainer}/output`, S3UploadMode: 'EndOfJob' },
        },
      ],
    },
    ProcessingResources: {
      ClusterConfig: {
        InstanceCount: cluster?.InstanceCount,
        InstanceType: cluster?.InstanceType,
        VolumeSizeInGB: cluster?.VolumeSizeInGB,
        VolumeKmsKeyId: cluster?.VolumeKmsKeyId,
      },
    },
    NetworkConfig: request.NetworkConfig,
    StoppingCondition: request.StoppingCondition,
  };
}

/**
 * SageMaker takes the merger from the account of the analyzer; a definition of Clarify names another account, so ours
 * is taken from wherever that is.
 */
function merger(imageUri: string, { platform }: Engine): string {
  if (imageUri.includes('/sagemaker-model-monitor-analyzer'))
    return imageUri.replace('-analyzer', '-groundtruth-merger');
  const account = mergerAccounts[platform.region];
  if (account === undefined)
    throw new Error(
      `The local account does not know AWS's account of the ground truth merger in ${platform.region}: add it to mergerAccounts`,
    );
  return `${account}.dkr.ecr.${platform.region}.amazonaws.com/sagemaker-model-monitor-groundtruth-merger`;
}

/** "Docker Registry Paths and Example Code", for the region that the local account is in unless told otherwise. */
const mergerAccounts: Readonly<Record<string, string>> = { 'eu-central-1': '048819808253' };

/** Hours, `yyyy/mm/dd/hh`, below which there is anything, of those that lie in the window. */
async function hoursBelow(
  s3: S3Client,
  uri: string,
  window: { readonly from: number; readonly to: number },
): Promise<string[]> {
  const { bucket, key } = parseS3Uri(withoutSlash(uri));
  const found = new Set<string>();
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${key}/`, ContinuationToken }));
    for (const { Key = '' } of page.Contents ?? []) {
      const hour = /^(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\//.exec(Key.slice(key.length + 1));
      if (!hour) continue;
      const time = Date.UTC(Number(hour[1]), Number(hour[2]) - 1, Number(hour[3]), Number(hour[4]));
      if (time + HOUR > window.from && time < window.to) found.add(hour[0].slice(0, -1));
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return [...found].sort();
}

function inputsOf(name: string, places: readonly (readonly [string, string])[]): ProcessingInput[] {
  return places.map(([uri, path], index) => s3Input(`${name}_${index + 1}`, uri, path));
}

/** "Model monitor offsets": a negative ISO 8601 duration of days and hours. */
function offset(text = '-P0D'): number {
  const match = /^-P(?:(\d+)D)?(?:T(\d+)H)?$/.exec(text);
  if (!match) throw new Error(`${text} is no offset of a monitor: write it as -P1D or -PT5H`);
  return -(Number(match[1] ?? 0) * 24 + Number(match[2] ?? 0)) * HOUR;
}

const outputUri = (run: MonitoringRun): string =>
  withoutSlash(run.definition.output?.MonitoringOutputs?.[0]?.S3Output?.S3Uri);
const mergeUri = (run: MonitoringRun): string => `${outputUri(run)}/merge`;
const withoutSlash = (uri = ''): string => uri.replace(/\/$/, '');
const lastPart = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);
