import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

import { parseS3Uri } from '../storage/object-store';

/** The part of a model package's description that names the artifact and its evaluation. */
export interface PackageDescription {
  readonly InferenceSpecification?: {
    readonly Containers?:
      | readonly { readonly ModelDataUrl?: string | undefined; readonly ModelDataSource?: object | undefined }[]
      | undefined;
  };
  readonly ModelMetrics?: { readonly ModelQuality?: { readonly Statistics?: { readonly S3Uri?: string | undefined } } };
  readonly CustomerMetadataProperties?: Readonly<Record<string, string>>;
  readonly CreationTime?: Date;
}

export interface Verification {
  readonly passed: boolean;
  readonly text: string;
}

export interface ReadableObject {
  readonly body: Readable;
  readonly writtenAt: Date;
}

/** Reads an object of the artifacts bucket; undefined if it does not exist or may not be read. */
export type ReadObject = (key: string) => Promise<ReadableObject | undefined>;

/** Only training jobs write below models/, and only evaluation jobs below pipeline/ (lib/training/job-roles.ts). */
const modelPrefix = 'models/';
const reportPrefix = 'pipeline/';
const maximumReportBytes = 1024 * 1024;

class Refused extends Error {}

/**
 * Checks that the archive to be deployed is the one that was evaluated. The evaluation checked every entry of it before
 * it loaded the model (pipelines/steps/workflow/artifact.py), and wrote the archive's digest into its report. That
 * digest, the one in the package's metadata and the one of the object now must be the same. So an archive that was
 * replaced after the evaluation, or never evaluated, gets no traffic, and nothing needs to be unpacked again.
 */
export async function verify(description: PackageDescription, bucket: string, read: ReadObject): Promise<Verification> {
  try {
    const registered = description.CustomerMetadataProperties?.modelSha256 ?? '';
    if (!/^[0-9a-f]{64}$/.test(registered))
      throw new Refused('the package names no digest of its artifact (metadata modelSha256)');
    const containers = description.InferenceSpecification?.Containers ?? [];
    // The other way to name an artifact, which the pipeline does not use: nothing here compares its digest.
    if (containers.some(({ ModelDataSource }) => ModelDataSource !== undefined))
      throw new Refused('a container of the package names its artifact in ModelDataSource, which nobody has evaluated');
    const artifacts = new Set(containers.flatMap(({ ModelDataUrl: uri }) => (uri === undefined ? [] : [uri])));
    if (artifacts.size === 0) throw new Refused('the package names no model artifact');
    await checkReport(description, registered, bucket, read);
    for (const uri of artifacts) {
      const found = await digest((await object(uri, bucket, modelPrefix, read)).body);
      if (found !== registered)
        throw new Refused(`${uri} has the digest ${found}; ${registered} was evaluated and registered`);
    }
    return { passed: true, text: `the artifact is the one that was evaluated (${registered})` };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { passed: false, text: `The release was refused: ${error.message}.` };
  }
}

/** The report must be about this artifact, from the run that registered it, and unchanged since the approver saw it. */
async function checkReport(
  description: PackageDescription,
  registered: string,
  bucket: string,
  read: ReadObject,
): Promise<void> {
  const uri = description.ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  const execution = description.CustomerMetadataProperties?.PipelineExecutionId ?? '';
  if (uri === undefined) throw new Refused('the package has no evaluation report (ModelMetrics.ModelQuality)');
  if (execution === '')
    throw new Refused('the package names no execution of the pipeline (metadata PipelineExecutionId)');
  // With a cached training step, two runs have the same artifact, and each evaluates it on other rows.
  const { body, writtenAt } = await object(uri, bucket, `${reportPrefix}${execution}/`, read);
  if (description.CreationTime === undefined || !(writtenAt <= description.CreationTime)) {
    throw new Refused(
      `the evaluation report ${uri} was written after the package was registered: nobody has approved these numbers`,
    );
  }
  const report = parse(await text(body, uri), uri);
  if (report.model?.sha256 !== registered)
    throw new Refused(`the evaluation report ${uri} is of another artifact, or of an earlier run`);
  const quality = report.binary_classification_metrics?.pr_auc?.value;
  if (typeof quality !== 'number' || !(quality >= 0 && quality <= 1))
    throw new Refused(`the evaluation report ${uri} holds no pr_auc between 0 and 1`);
  // A model no better than chance, or more expensive than the best policy without a model, is not released, whoever
  // registered it.
  const { lift, cost_ratio: costRatio } = report.gate ?? {};
  if (typeof lift !== 'number' || typeof costRatio !== 'number' || !(lift > 1) || !(costRatio < 1)) {
    throw new Refused(
      `the evaluation report ${uri} does not say that the model is better than chance and cheaper than its alternatives (gate.lift, gate.cost_ratio)`,
    );
  }
  // The evaluation called the archive's own serving code (pipelines/steps/workflow/smoke_test.py). An archive that cannot
  // predict gets no traffic.
  if (report.smoke_test?.passed !== true)
    throw new Refused(`the evaluation report ${uri} shows no smoke test that the archive passed`);
}

interface Report {
  readonly model?: { readonly sha256?: unknown } | null;
  readonly smoke_test?: { readonly passed?: unknown } | null;
  readonly gate?: { readonly lift?: unknown; readonly cost_ratio?: unknown } | null;
  readonly binary_classification_metrics?: { readonly pr_auc?: { readonly value?: unknown } | null } | null;
}

function parse(content: string, uri: string): Report {
  try {
    const report = JSON.parse(content) as Report | null;
    if (typeof report === 'object' && report !== null) return report;
  } catch {
    // JSON has no NaN: a report with one is refused here, too.
  }
  throw new Refused(`the evaluation report ${uri} is not a JSON object`);
}

async function object(uri: string, bucket: string, prefix: string, read: ReadObject): Promise<ReadableObject> {
  if (!/^s3:\/\/[^/]+\/./.test(uri)) throw new Refused(`${uri} is not an object in S3`);
  const location = parseS3Uri(uri);
  if (location.bucket !== bucket || !location.key.startsWith(prefix)) {
    throw new Refused(`${uri} is not below s3://${bucket}/${prefix}, where the pipeline writes`);
  }
  const found = await read(location.key);
  if (found === undefined) throw new Refused(`${uri} is not there, or may not be read`);
  return found;
}

async function digest(body: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function text(body: Readable, uri: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > maximumReportBytes)
      throw new Refused(`the evaluation report ${uri} has more than ${maximumReportBytes} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
