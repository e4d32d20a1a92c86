import { parseS3Uri } from '../storage/object-store';

/** The part of a model package's description that names its data-quality baseline. */
export interface PackageBaselines {
  readonly DriftCheckBaselines?: { readonly ModelDataQuality?: Baseline };
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

/** Which two objects to copy where, so that the monitor finds the live model's baseline in its fixed place. */
export function copiesFor(description: PackageBaselines, livePrefix: string): Copy[] {
  const baseline = description.DriftCheckBaselines?.ModelDataQuality ?? description.ModelMetrics?.ModelDataQuality;
  const constraints = baseline?.Constraints?.S3Uri;
  const statistics = baseline?.Statistics?.S3Uri;
  if (constraints === undefined || statistics === undefined) {
    throw new Error('The package has no data-quality baseline (constraints and statistics); register it with one');
  }
  return [
    { from: parseS3Uri(constraints), toKey: `${livePrefix}constraints.json` },
    { from: parseS3Uri(statistics), toKey: `${livePrefix}statistics.json` },
  ];
}
