import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribePipelineCommand,
  DescribePipelineDefinitionForExecutionCommand,
  StartPipelineExecutionCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { version } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { CommandFailed } from '../errors';
import { compareArchives } from '../lineage/compare-models';
import { type PackageLineage, packageLineage } from '../lineage/package-lineage';
import { type Output, table } from '../output';
import { describePackage, packageOf } from '../registry';
import { parseS3Uri, readJson, versionOf } from '../storage';
import { followPipeline, type TrainResult } from './train';

export interface ReproduceOptions {
  readonly version: number | 'latest';
  readonly limitMinutes?: number;
}

export interface Comparison {
  readonly what: string;
  readonly same: boolean;
  readonly before: string;
  readonly after: string;
}

export interface ReproduceResult {
  readonly version: number;
  readonly execution: TrainResult;
  readonly comparisons: readonly Comparison[];
  readonly reproduced: boolean;
}

/**
 * Runs the pipeline again on the recorded inputs, in the recorded versions, and compares the results (CUE-05:
 * rebuilding an older model; SELF-10: what makes a model reproducible).
 */
export async function reproduce(
  context: OperatorContext,
  options: ReproduceOptions,
  output: Output,
): Promise<ReproduceResult> {
  const { arn, version: number } = await packageOf(context, options.version);
  const before = await packageLineage(context, arn);
  await refuseWhatCannotBe(context, before);
  const run = randomUUID();
  const uri = await layOut(context, before, run, output);
  const { PipelineExecutionArn = '' } = await context.clients.sagemaker.send(
    new StartPipelineExecutionCommand({
      PipelineName: await context.output('Training', 'PipelineName'),
      PipelineExecutionDisplayName: `reproduce-${number}-${run.slice(0, 8)}`,
      PipelineExecutionDescription: `Data ${before.data.digest}. Repeats ${before.execution.arn}`,
      ClientRequestToken: run,
      // A new URI of the data is a new argument, so no step comes from the cache.
      PipelineParameters: Object.entries({ ...before.execution.parameters, CuratedUri: uri }).map(([Name, Value]) => ({
        Name,
        Value,
      })),
    }),
  );
  output.progress(`Repeating the training of version ${number}: ${PipelineExecutionArn}`);
  const execution = await followPipeline(context, PipelineExecutionArn, options.limitMinutes ?? 240, output);
  if (execution.modelPackageArn !== undefined) {
    // The copy is evidence, not a candidate: nobody should approve it.
    await context.clients.sagemaker.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: execution.modelPackageArn,
        ModelApprovalStatus: 'Rejected',
        ApprovalDescription: `Only repeats the training of version ${number}`,
      }),
    );
  }
  const comparisons = await compare(context, before, execution);
  for (const line of table([
    ['', 'then', 'now'],
    ...comparisons.map((one) => [`${one.same ? 'same     ' : 'DIFFERENT'} ${one.what}`, one.before, one.after]),
  ]))
    output.line(line);
  const reproduced = comparisons.every((one) => one.same);
  output.line(reproduced ? `Version ${number} is reproduced.` : `Version ${number} is not reproduced.`);
  return { version: number, execution, comparisons, reproduced };
}

/** Fails when the recorded inputs no longer exist or the pipeline has changed. */
async function refuseWhatCannotBe(context: OperatorContext, one: PackageLineage): Promise<void> {
  const gone = one.data.objects.filter((object) => !object.there);
  if (gone.length > 0) {
    throw new CommandFailed(
      `${gone.length} of ${one.data.objects.length} files are gone in the version that was read, such as ${gone[0]?.key ?? ''} (version ${gone[0]?.versionId ?? ''}).`,
      'The buckets keep old versions for 30 days after a newer delivery. To reproduce for longer, raise the retention.',
    );
  }
  const live = parseS3Uri(one.execution.parameters.LiveModelUri ?? '');
  if ((await versionOf(context, live.bucket, live.key)) === undefined) {
    throw new CommandFailed(
      `The live model that it was compared with is gone: ${one.execution.parameters.LiveModelUri ?? ''}`,
      'Its evaluation cannot be repeated.',
    );
  }
  const { sagemaker } = context.clients;
  const PipelineName = await context.output('Training', 'PipelineName');
  const now = (await sagemaker.send(new DescribePipelineCommand({ PipelineName }))).PipelineDefinition ?? '{}';
  const then =
    (
      await sagemaker.send(
        new DescribePipelineDefinitionForExecutionCommand({ PipelineExecutionArn: one.execution.arn }),
      )
    ).PipelineDefinition ?? '{}';
  // Code, images, instances, seeds and ranges are all in the definition.
  if (!isDeepStrictEqual(JSON.parse(now), JSON.parse(then))) {
    throw new CommandFailed(
      `The pipeline has been deployed with another definition since (code of version ${one.version}: ${one.code.version}).`,
      'Check out that commit of the project, deploy its Training stack, and try again.',
    );
  }
}

/** Copies the recorded versions to a prefix of their own, because an input of a job reads current versions only. */
async function layOut(context: OperatorContext, one: PackageLineage, run: string, output: Output): Promise<string> {
  const Bucket = await context.output('DataLake', 'ArtifactsBucketName');
  const prefix = `pipeline/reproduce/${run}/`;
  output.progress(`Copying ${one.data.objects.length} files in their recorded versions`);
  await Promise.all(
    one.data.objects.map(({ bucket, key, versionId }) =>
      context.clients.s3.send(
        new CopyObjectCommand({
          Bucket,
          Key: `${prefix}${key.slice(key.indexOf('airport='))}`,
          CopySource: `${bucket}/${encodeURIComponent(key)}?versionId=${versionId}`,
        }),
      ),
    ),
  );
  return `s3://${Bucket}/${prefix}`;
}

interface Evaluated {
  readonly window: unknown;
  readonly binary_classification_metrics: unknown;
  readonly business: unknown;
  readonly by_month: unknown;
  readonly by_airport: unknown;
  readonly live: unknown;
}

async function compare(
  context: OperatorContext,
  before: PackageLineage,
  execution: TrainResult,
): Promise<Comparison[]> {
  const { modelPackageArn } = execution;
  if (modelPackageArn === undefined) {
    return [{ what: 'outcome', same: false, before: 'registered', after: execution.failureReason ?? execution.status }];
  }
  const after = await packageLineage(context, modelPackageArn);
  const cached = execution.steps.filter((step) => step.cached).map((step) => step.name);
  const [then, now] = await Promise.all([before.arn, modelPackageArn].map((arn) => evaluated(context, arn)));
  const archives = await compareArchives(context, before.model, after.model);
  const equal = (what: string, a: unknown, b: unknown): Comparison => ({
    what,
    same: isDeepStrictEqual(a, b),
    before: short(a),
    after: short(b),
  });
  return [
    {
      what: 'steps run anew',
      same: cached.length === 0,
      before: '',
      after: cached.length === 0 ? 'all' : `from the cache: ${cached.join(', ')}`,
    },
    equal('data read', before.data.version, after.data.version),
    equal('code', before.code.version, after.code.version),
    equal('hyperparameters', chosen(before), chosen(after)),
    {
      what: `model archive (${archives.explanation})`,
      same: archives.sameFiles,
      before: before.model.sha256.slice(0, 16),
      after: after.model.sha256.slice(0, 16),
    },
    ...(['window', 'binary_classification_metrics', 'business', 'by_month', 'by_airport', 'live'] as const).map(
      (part) => equal(part.replaceAll('_', ' '), then?.[part], now?.[part]),
    ),
  ];
}

/** Without what names the job itself. */
function chosen({ training }: PackageLineage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(training?.hyperParameters ?? {}).filter(([name]) => !/job_name|region/.test(name)),
  );
}

async function evaluated(context: OperatorContext, arn: string): Promise<Evaluated | undefined> {
  const uri = (await describePackage(context, arn)).ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  if (uri === undefined) return undefined;
  const { bucket, key } = parseS3Uri(uri);
  return readJson<Evaluated>(context, bucket, key);
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

export const reproduceCommand: CommandDefinition<ReproduceOptions, ReproduceResult> = {
  name: 'reproduce',
  summary: 'train a version again from its recorded inputs and compare',
  description:
    'Runs the pipeline with the same parameters on the same versions of the same files, without the cache, and compares data, metrics and the model itself. ' +
    'Refuses when a version is gone or the pipeline has changed. Costs a whole training.',
  configure: (program) => program.argument('[version]', 'a number, or latest', 'latest'),
  examples: [['reproduce 1', 'exit code 1 if anything differs']],
  parse: ([which]) => ({ version: version(which) }),
  run: reproduce,
  succeeded: (result) => result.reproduced,
};
