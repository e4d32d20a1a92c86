import { parseS3Uri } from '../storage/object-store';

/** The part of a model package's description that names its baselines. */
export interface PackageBaselines {
  readonly DriftCheckBaselines?: {
    readonly ModelDataQuality?: Baseline;
    readonly ModelQuality?: Baseline;
    readonly Explainability?: { readonly Constraints?: Baseline['Constraints'] };
    readonly Bias?: { readonly PostTrainingConstraints?: Baseline['Constraints'] };
  };
  readonly ModelMetrics?: { readonly ModelDataQuality?: Baseline };
}

interface Baseline {
  readonly Constraints?: { readonly S3Uri?: string | undefined };
  readonly Statistics?: { readonly S3Uri?: string | undefined };
}

export interface Copy {
  readonly from: { readonly bucket: string; readonly key: string };
  readonly toKey: string;
}

/** The objects to copy, so that the monitors find the live model's baselines in their fixed places. */
export function copiesFor(description: PackageBaselines, livePrefix: string): Copy[] {
  const baseline = description.DriftCheckBaselines?.ModelDataQuality ?? description.ModelMetrics?.ModelDataQuality;
  const constraints = baseline?.Constraints?.S3Uri;
  const statistics = baseline?.Statistics?.S3Uri;
  if (constraints === undefined || statistics === undefined) {
    throw new Error('The package has no data-quality baseline (constraints and statistics); register it with one');
  }
  const quality = description.DriftCheckBaselines?.ModelQuality?.Constraints?.S3Uri;
  const bias = description.DriftCheckBaselines?.Bias?.PostTrainingConstraints?.S3Uri;
  const explainability = description.DriftCheckBaselines?.Explainability?.Constraints?.S3Uri;
  // Without a copy, a monitor would compare with the baseline of the previous version.
  if (quality === undefined || bias === undefined || explainability === undefined) {
    throw new Error('The package has no baseline of model quality, bias and attributions; register it with all three');
  }
  return [
    { from: parseS3Uri(constraints), toKey: `${livePrefix}constraints.json` },
    { from: parseS3Uri(statistics), toKey: `${livePrefix}statistics.json` },
    { from: parseS3Uri(quality), toKey: `${livePrefix}quality/constraints.json` },
    { from: parseS3Uri(bias), toKey: `${livePrefix}bias/constraints.json` },
    { from: parseS3Uri(explainability), toKey: `${livePrefix}explainability/constraints.json` },
  ];
}
