/** The part of Model Monitor's constraints.json that says how far a feature may be from the baseline. */
export interface Constraints {
  readonly monitoring_config: { readonly distribution_constraints: Comparison };
  readonly features: readonly {
    readonly name: string;
    readonly monitoring_config_overrides?: { readonly distribution_constraints?: Comparison };
  }[];
}

interface Comparison {
  readonly perform_comparison?: string;
  readonly comparison_threshold?: number;
}

/** Largest allowed distance, by feature. Features that are not compared, such as seasonal ones, are left out. */
export function driftLimits({ features, monitoring_config }: Constraints): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const { name, monitoring_config_overrides } of features) {
    const { perform_comparison, comparison_threshold } = {
      ...monitoring_config.distribution_constraints,
      ...monitoring_config_overrides?.distribution_constraints,
    };
    if (perform_comparison === 'Enabled' && comparison_threshold !== undefined) limits[name] = comparison_threshold;
  }
  return limits;
}
