import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type {
  CreateProcessingJobCommandInput,
  MonitoringExecutionSummary,
  ProcessingInput,
} from '@aws-sdk/client-sagemaker';
import { Activity } from '../activity';
import type { ContainerRoot } from '../container/root';
import { parseS3Uri } from '../container/transfer';
import type { Endpoints } from '../endpoint/endpoints';
import { type Engine, now } from '../engine';
import { messageOf } from '../errors';
import type { ProcessingJobs } from '../jobs/processing';
import { randomName } from '../names';
import { RoleSession } from '../role-session';
import type { MonitoringRun } from './monitoring-run';
import { analyzeOutcomes } from './outcomes';
import { s3Input } from './processing-input';

const HOUR = 3_600_000;
/** Namespaces of the monitors' metrics of real-time endpoints. */
const NAMESPACES = {
  DataQuality: 'aws/sagemaker/Endpoints/data-metrics',
  ModelQuality: 'aws/sagemaker/Endpoints/model-metrics',
  ModelBias: 'aws/sagemaker/Endpoints/bias-metrics',
  ModelExplainability: 'aws/sagemaker/Endpoints/explainability-metrics',
} as const;

export async function runMonitoring(
  engine: Engine,
  parts: { readonly processing: ProcessingJobs; readonly endpoints: Endpoints },
  run: MonitoringRun,
  summary: MonitoringExecutionSummary,
): Promise<void> {
  const update = (change: Partial<MonitoringExecutionSummary>): void => {
    Object.assign(summary, change, { LastModifiedTime: now(engine) });
  };
  await Activity.run(engine.platform.clock, async () => {
    try {
      if (run.definition.kind === 'ModelExplainability')
        throw new Error("NotSupported: Clarify's shadow endpoint has no stand-in here; see local-account/FIDELITY.md");
      const origin = {
        scheduleArn: run.scheduleArn,
        inspect: (root: ContainerRoot, session: RoleSession) => publish(engine, run, root, session),
      };
      const request =
        run.definition.kind === 'DataQuality'
          ? await dataQualityRequest(engine, parts.endpoints, run)
          : await analyzeOutcomes(engine, parts, run);
      if (request === undefined) {
        update({ MonitoringExecutionStatus: 'Failed', FailureReason: 'Job inputs had no data' });
        return;
      }
      const job = await parts.processing.create(request, origin);
      update({ MonitoringExecutionStatus: 'InProgress', ProcessingJobArn: job.arn });
      await job.done;
      const violated = job.exitMessage?.startsWith('CompletedWithViolations') ?? false;
      const status =
        job.status === 'Completed'
          ? violated
            ? 'CompletedWithViolations'
            : 'Completed'
          : job.status === 'Stopped'
            ? 'Stopped'
            : 'Failed';
      update({
        MonitoringExecutionStatus: status,
        FailureReason: job.failureReason ?? (violated ? job.exitMessage : undefined),
      });
    } catch (error) {
      update({ MonitoringExecutionStatus: 'Failed', FailureReason: messageOf(error).slice(0, 1024) });
    }
  });
}

async function dataQualityRequest(
  engine: Engine,
  endpoints: Endpoints,
  run: MonitoringRun,
): Promise<CreateProcessingJobCommandInput | undefined> {
  const inputs = await captureInputs(engine, endpoints, run);
  return inputs.length === 0 ? undefined : processingRequest(run, inputs);
}

/** The hours' capture folders that hold anything, one input each. */
async function captureInputs(engine: Engine, endpoints: Endpoints, run: MonitoringRun): Promise<ProcessingInput[]> {
  const input = run.definition.input.EndpointInput;
  const endpoint = endpoints.store.get(input?.EndpointName ?? '');
  const destination = endpoint.captureConfig?.DestinationS3Uri;
  if (destination === undefined) {
    throw new Error(`Endpoint ${endpoint.name} captures no data: it has no DataCaptureConfig`);
  }
  const session = await RoleSession.take(engine.platform, run.definition.request.RoleArn ?? '', run.scheduleArn);
  const s3 = session.s3();
  try {
    const found: ProcessingInput[] = [];
    for (const { VariantName } of endpoint.config.variants) {
      for (let hour = run.hours; hour >= 1; hour -= 1) {
        const time = new Date(run.scheduledAt - hour * HOUR).toISOString();
        const path = `${endpoint.name}/${VariantName}/${time.slice(0, 10).replace(/-/g, '/')}/${time.slice(11, 13)}`;
        const uri = `${destination.replace(/\/$/, '')}/${path}`;
        const { bucket, key } = parseS3Uri(uri);
        const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
        if (KeyCount) {
          found.push(
            s3Input(
              `endpoint_input_${found.length + 1}`,
              uri,
              `${input?.LocalPath ?? ''}/${path}`,
              input?.S3DataDistributionType,
            ),
          );
        }
      }
    }
    return found;
  } finally {
    s3.destroy();
  }
}

/** The analyzer's container contract: developer guide, "Container Contract Inputs". */
function processingRequest(run: MonitoringRun, inputs: readonly ProcessingInput[]): CreateProcessingJobCommandInput {
  const { request, app, baseline, output } = run.definition;
  const source = run.definition.input.EndpointInput;
  const target = output?.MonitoringOutputs?.[0]?.S3Output;
  const name = `model-monitoring-${new Date(run.scheduledAt).toISOString().slice(0, 13).replace(/[-T]/g, '')}-${randomName(24)}`;
  const constraints = '/opt/ml/processing/baseline/constraints';
  const statistics = '/opt/ml/processing/baseline/stats';
  const file = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);
  const constraintsUri = baseline.ConstraintsResource?.S3Uri;
  const statisticsUri = baseline.StatisticsResource?.S3Uri;
  const cluster = request.JobResources?.ClusterConfig;
  return {
    ProcessingJobName: name,
    RoleArn: request.RoleArn,
    AppSpecification: {
      ImageUri: app.ImageUri,
      ContainerEntrypoint: app.ContainerEntrypoint,
      ContainerArguments: app.ContainerArguments,
    },
    Environment: {
      ...app.Environment,
      dataset_format: '{"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}}',
      dataset_source: source?.LocalPath ?? '',
      output_path: target?.LocalPath ?? '/opt/ml/processing/output',
      publish_cloudwatch_metrics: app.Environment?.publish_cloudwatch_metrics ?? 'Disabled',
      sagemaker_endpoint_name: source?.EndpointName ?? '',
      sagemaker_monitoring_schedule_name: run.scheduleName,
      start_time: new Date(run.scheduledAt - run.hours * HOUR).toISOString(),
      end_time: new Date(run.scheduledAt).toISOString(),
      ...(constraintsUri ? { baseline_constraints: `${constraints}/${file(constraintsUri)}` } : {}),
      ...(statisticsUri ? { baseline_statistics: `${statistics}/${file(statisticsUri)}` } : {}),
    },
    ProcessingInputs: [
      ...inputs,
      ...(constraintsUri ? [s3Input('constraints', constraintsUri, constraints)] : []),
      ...(statisticsUri ? [s3Input('baseline', statisticsUri, statistics)] : []),
    ],
    ProcessingOutputConfig: {
      KmsKeyId: output?.KmsKeyId,
      Outputs: [
        {
          OutputName: 'result',
          S3Output: {
            S3Uri: `${(target?.S3Uri ?? '').replace(/\/$/, '')}/${source?.EndpointName}/${run.scheduleName}/${new Date(run.scheduledAt).toISOString().slice(0, 13).replace(/[-T]/g, '/')}`,
            LocalPath: target?.LocalPath ?? '/opt/ml/processing/output',
            S3UploadMode: 'EndOfJob',
          },
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

/** Publishes the analyzer's metrics, as the job's role, if the definition enables that. */
async function publish(engine: Engine, run: MonitoringRun, root: ContainerRoot, session: RoleSession): Promise<void> {
  const { kind, app, output, input } = run.definition;
  const namespace = NAMESPACES[kind];
  if (app.Environment?.publish_cloudwatch_metrics !== 'Enabled') {
    return;
  }
  const folder = root.path(output?.MonitoringOutputs?.[0]?.S3Output?.LocalPath ?? '/opt/ml/processing/output');
  const text = await readFile(join(folder, 'metrics.json'), 'utf8').catch(() => '[]');
  session.authorize('monitoring metrics', 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': namespace });
  for (const { name, value, dimensions } of JSON.parse(text) as {
    name: string;
    value: number;
    dimensions?: Record<string, string>;
  }[]) {
    engine.platform.putMetric({
      namespace,
      name,
      value,
      dimensions: {
        Endpoint: input.EndpointInput?.EndpointName ?? '',
        MonitoringSchedule: run.scheduleName,
        ...dimensions,
      },
      at: run.scheduledAt,
    });
  }
}
