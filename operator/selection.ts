import type { OperatorContext } from './context';
import { describePackage } from './registry';
import { parseS3Uri, readJson } from './storage';

/** What SelectModel measured of a trial's model (pipelines/steps/workflow/select_model.py). */
export interface MeasuredTrial {
  readonly training_job: string;
  /** Of the validation rows. */
  readonly pr_auc: number;
  readonly cost_per_1000: number;
  /** Of one row, in the step's container. */
  readonly latency_p50_ms: number;
  readonly latency_p95_ms: number;
  readonly archive_bytes: number;
  readonly model_bytes: number;
  readonly trees: number;
  readonly nodes: number;
  readonly sha256: string;
}

/** Which trial became the candidate, and by which rule. */
export interface Selection {
  readonly chosen: MeasuredTrial;
  /** Training job with the best metric. */
  readonly best_metric: string;
  readonly rule: { readonly tolerance: number; readonly maximum_latency_ms: number };
  /** Best metric first. */
  readonly trials: readonly MeasuredTrial[];
}

/** The selection of the execution that registered a version; it lies next to the version's evaluation. */
export async function selectionOf(context: OperatorContext, packageArn: string): Promise<Selection | undefined> {
  const uri = (await describePackage(context, packageArn)).ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  if (!uri?.endsWith('/evaluation/evaluation.json')) return undefined;
  const { bucket, key } = parseS3Uri(uri);
  return readJson<Selection>(context, bucket, key.replace('/evaluation/evaluation.json', '/selection/selection.json'));
}
