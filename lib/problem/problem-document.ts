import type { FeatureSpec, ProblemSpec } from './problem-spec';
import { readingRules } from './reading-rules';

/** The part of the spec that Python steps and functions read (`problem.json`), in snake case. */
export function problemDocument(spec: ProblemSpec): Record<string, unknown> {
  return {
    name: spec.name,
    record_id: spec.recordId,
    source: { column: spec.source.column, values: spec.source.values },
    target: {
      name: spec.target.name,
      positive: spec.target.positive,
      negative: spec.target.negative,
      column: spec.target.derivedFrom.column,
      positive_from: spec.target.derivedFrom.positiveFrom,
      missing_is_positive: spec.target.derivedFrom.missingIsPositive,
    },
    costs: {
      missed: spec.costs.missed.amount,
      false_alarm: spec.costs.falseAlarm.amount,
      currency: spec.costs.currency,
    },
    rule_feature: spec.rule.feature,
    threshold_from: spec.threshold.from,
    split: {
      column: spec.split.column,
      test_units: spec.split.testUnits,
      validation_units: spec.split.validationUnits,
    },
    features: spec.features.map(featureDocument),
    excluded: spec.excluded.map(({ name, type }) => ({ name, type })),
    state: spec.state,
    reading: readingRules,
    rare_category_rows: spec.algorithm.rareCategoryRows,
    selection: {
      tolerance: spec.selection.tolerance,
      maximum_latency_ms: spec.serving.maximumLatencyMilliseconds,
    },
    monitoring: {
      drift_distance: spec.monitoring.driftDistance,
      unseen_category_share: spec.monitoring.unseenCategoryShare,
      minimum_rows: spec.monitoring.minimumRows,
      seasonal: Object.keys(spec.monitoring.seasonal),
      output_distance: spec.monitoring.outputDistance,
      auc_margin: spec.monitoring.aucMargin,
      cost_ratio: spec.monitoring.costRatio,
      cost_growth: spec.monitoring.costGrowth,
      facet: {
        column: spec.monitoring.facet.column,
        values: spec.monitoring.facet.values,
        group: spec.monitoring.facet.group,
      },
      bias_tolerance: spec.monitoring.biasTolerance,
      attribution_ndcg: spec.monitoring.attributionNdcg,
    },
  };
}

function featureDocument(feature: FeatureSpec): Record<string, unknown> {
  const { name, type, missing, derived = false } = feature;
  switch (feature.type) {
    case 'category':
      return { name, type, missing, derived, pattern: feature.pattern };
    case 'number':
      return {
        name,
        type,
        missing,
        derived,
        minimum: feature.minimum,
        maximum: feature.maximum,
        integer: feature.integer ?? false,
      };
    default:
      return { name, type, missing, derived };
  }
}
