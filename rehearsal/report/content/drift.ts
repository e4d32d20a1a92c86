import type { ReportData } from '../report-data';

const prefix = 'feature_baseline_drift_';

type Analysis = ReportData['story']['analyses'][number];

/** How far an hour's requests were from the baseline, and where the limits are. */
export interface ShownAnalysis {
  readonly what: string;
  readonly outcome: string;
  readonly violations: readonly { readonly feature: string; readonly type: string; readonly description: string }[];
  /** The largest distance first. */
  readonly features: readonly {
    readonly name: string;
    readonly distance: string;
    readonly limit: string;
    readonly violated: boolean;
  }[];
}

export function shownAnalyses({ story: { analyses } }: ReportData): ShownAnalysis[] {
  return analyses.map(shownAnalysis);
}

function shownAnalysis({ what, result: { limits, violations, metrics, outcome } }: Analysis): ShownAnalysis {
  const violated = new Set(violations.map((one) => one.feature_name));
  return {
    what,
    outcome: outcome.result,
    violations: violations.map((one) => ({
      feature: one.feature_name,
      type: one.constraint_check_type,
      description: one.description,
    })),
    features: Object.entries(metrics)
      .filter(([name]) => name.startsWith(prefix))
      .sort(([, a], [, b]) => b - a)
      .map(([metric, value]) => {
        const name = metric.slice(prefix.length);
        const limit = limits?.[name];
        return {
          name,
          distance: value.toFixed(3),
          limit: limit === undefined ? (limits === undefined ? '' : 'not compared') : String(limit),
          violated: limit === undefined ? violated.has(name) : value > limit,
        };
      }),
  };
}
