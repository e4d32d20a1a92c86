/**
 * One machine-learning problem. Stacks, pipeline, Glue tables, quality gate, serving pattern and monitors read their
 * numbers from it. A second problem also needs its own pipeline function, and names for its tables and partitions,
 * which still say `flights` and `airport` (lib/problem/README.md).
 */
export interface ProblemSpec {
  /** Kebab case; part of resource names. */
  readonly name: string;
  readonly objective: string;
  readonly task: 'binary-classification';
  /** Subject of one prediction, and the moment at which it is made. */
  readonly predictionUnit: string;
  readonly predictionTime: string;
  readonly target: TargetSpec;
  readonly costs: ErrorCosts;
  readonly threshold: ThresholdSpec;
  /** What the model must beat besides flagging never or always. */
  readonly rule: RuleSpec;
  readonly gate: GateSpec;
  readonly selection: SelectionRule;
  readonly split: TimeSplit;
  /** Column that identifies a record. It is never a feature. */
  readonly recordId: string;
  /** Column that names the source of a record: a partition of the lake. */
  readonly source: { readonly column: string; readonly values: readonly string[] };
  /** In the order of a CSV request. */
  readonly features: readonly FeatureSpec[];
  /** Columns of the raw file that are not features, each with the reason. */
  readonly excluded: readonly ExclusionSpec[];
  /** How a source ran shortly before a prediction: features that no file holds. */
  readonly state: StateSpec;
  readonly algorithm: AlgorithmSpec;
  readonly serving: ServingRequirements;
  readonly monitoring: MonitoringThresholds;
}

export interface TargetSpec {
  readonly name: string;
  readonly positive: string;
  readonly negative: string;
  /** Raw column from which the label is made, and the rule. A record has a label once that column is known. */
  readonly derivedFrom: { readonly column: string; readonly positiveFrom: number; readonly missingIsPositive: boolean };
}

/** Cost of one wrong decision, by kind of error. */
export interface ErrorCosts {
  readonly currency: string;
  readonly missed: { readonly amount: number; readonly why: string };
  readonly falseAlarm: { readonly amount: number; readonly why: string };
}

/** The probability from which a record is flagged. */
export interface ThresholdSpec {
  /**
   * `costs`: falseAlarm / (falseAlarm + missed), right for every month if the probabilities are. `validation`: the
   * cheapest on the validation rows, right for months like theirs. The evaluation reports the cost of both.
   */
  readonly from: 'costs' | 'validation';
  readonly why: string;
}

/**
 * Which trial of the tuning job becomes the candidate: of those within the tolerance of the best, and within
 * `serving.maximumLatencyMilliseconds`, the one with the fewest nodes. A larger model is slower, and each prediction
 * pays for it (TUNETRAP-05: deployment constraints).
 */
export interface SelectionRule {
  /** Largest loss of the gate's metric on validation rows. 0 takes the best trial, whatever it costs to run. */
  readonly tolerance: number;
}

/**
 * A rule that needs no model: flag when this feature reaches a number. Training chooses the number, by cost, on the rows
 * that it may read, and the model's archive carries it.
 */
export interface RuleSpec {
  readonly feature: string;
  readonly why: string;
}

export interface GateSpec {
  readonly metric: 'pr_auc';
  /** Minimum lift: the metric divided by the share of positives, which a model without skill reaches. */
  readonly minimumLift: number;
  /**
   * The candidate's cost divided by that of the best alternative on the same rows must be below this. Alternatives are
   * never flagging, always flagging, the rule and the live model. With 1, the model must cost less than each of them.
   */
  readonly maximumCostRatio: number;
}

/**
 * How a source ran before a prediction, from its records of the hours before. Its features are those of `features` with
 * `derived`, named after the window: `mean_delay_60`, `late_share_60`, `gone_share_60`, `flights_60`. All times are in
 * minutes, on the source's own clock.
 */
export interface StateSpec {
  /** A record counts if it was scheduled within so long before the moment. */
  readonly windows: readonly number[];
  /** Between two moments at which the state is written. */
  readonly grid: number;
  /** Between a prediction and the scheduled departure. */
  readonly lead: number;
  /** A flight is late from this delay on. */
  readonly late: number;
  /** Columns from which the state is computed: day and time of the schedule, and the observed delay. */
  readonly schedule: { readonly date: string; readonly clock: string };
  readonly delay: string;
}

/** Names of the state's features, in the order of the windows. */
export function stateFeatures({ windows }: StateSpec): string[] {
  return windows.flatMap((window) =>
    ['mean_delay', 'late_share', 'gone_share', 'flights'].map((name) => `${name}_${window}`),
  );
}

/** The features that raw and curated files hold. */
export function filedFeatures({ features }: Pick<ProblemSpec, 'features'>): FeatureSpec[] {
  return features.filter(({ derived }) => !derived);
}

export interface TimeSplit {
  readonly column: string;
  readonly unit: 'month';
  readonly testUnits: number;
  readonly validationUnits: number;
}

export type FeatureSpec = {
  readonly name: string;
  readonly why: string;
  readonly missing: 'reject' | 'keep';
  /** Least share (0 to 1) of rows that have a value in a good delivery: fewer, and its feed has failed. @default any */
  readonly usuallyPresent?: number;
  /** Computed from other records (`state`), so that no raw file has it. @default false */
  readonly derived?: boolean;
} & (
  | { readonly type: 'category'; readonly pattern: string }
  | {
      readonly type: 'number';
      readonly unit: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly integer?: boolean;
    }
  /** Time of day as HHMM, as in timetables. */
  | { readonly type: 'clock' }
  | { readonly type: 'date' }
);

export interface ExclusionSpec {
  readonly name: string;
  readonly type: 'string' | 'integer';
  readonly reason: string;
}

export interface AlgorithmSpec {
  readonly name: 'xgboost';
  readonly fixed: Readonly<Record<string, string>>;
  readonly ranges: readonly TuningRange[];
  /** Category values with fewer training rows than this get one common code. */
  readonly rareCategoryRows: number;
}

export interface TuningRange {
  readonly name: string;
  readonly type: 'integer' | 'continuous';
  readonly minimum: number;
  readonly maximum: number;
  readonly scaling: 'Linear' | 'Logarithmic';
}

/** Requirements of the callers; lib/serving/serving-pattern.ts chooses AWS's serving pattern from them. */
export interface ServingRequirements {
  /** Maximum response time. For scheduled predictions, the deadline. */
  readonly maximumLatencyMilliseconds: number;
  /** Size of the largest request. */
  readonly largestPayloadMegabytes: number;
  /** Time that the model computes on one request, at most. */
  readonly longestProcessingSeconds: number;
  readonly traffic: 'steady' | 'intermittent' | 'few-a-day' | 'scheduled-bulk';
  /** Made for each request, or in advance at this interval. */
  readonly predictions: 'on-request' | 'hourly' | 'daily' | 'weekly';
  /** Containers that a request passes before the model's container. */
  readonly stepsBeforeModel: number;
  /** Model versions that serve at the same time. */
  readonly versionsAtOnce: number;
  /** Whether a new version gets a part of the traffic first. */
  readonly stagedRollout: boolean;
  readonly why: string;
}

export interface MonitoringThresholds {
  /** Largest distance between a feature's distribution in requests and in training (0 to 1). */
  readonly driftDistance: number;
  /** Maximum share of rows with a category value that the training data does not have. */
  readonly unseenCategoryShare: number;
  /** Minimum number of captured rows for a comparison. With fewer, the distances are mostly chance. */
  readonly minimumRows: number;
  /** Features that follow the season or the weather, with the reason. Their schema is checked, their drift is not. */
  readonly seasonal: Readonly<Record<string, string>>;
  /** Largest distance of the predictions' distribution from the predictions for the held-back months (0 to 1). */
  readonly outputDistance: number;
  /** Largest drop of the area under the ROC curve from that of the held-back month. */
  readonly aucMargin: number;
  /** Maximum cost of the decisions divided by that of the better of "never flag" and "always flag". */
  readonly costRatio: number;
  /** Maximum of that ratio divided by its value in the held-back month. The lower of the two limits holds. */
  readonly costGrowth: number;
  /**
   * The group that the model might serve worse than others (Clarify's facet d), compared within groups of a second
   * column.
   */
  readonly facet: {
    readonly column: string;
    readonly values: readonly string[];
    readonly group: string;
    readonly why: string;
  };
  /** Largest increase of a bias metric's distance from zero since the held-back month. */
  readonly biasTolerance: number;
  /** Minimum nDCG of the live attributions against those of the held-back month. AWS's monitor uses 0.9. */
  readonly attributionNdcg: number;
}

/** @throws Error that lists all mistakes of the spec */
export function validateProblem(spec: ProblemSpec): ProblemSpec {
  const problems: string[] = [];
  const check = (ok: boolean, message: string) => {
    if (!ok) problems.push(message);
  };
  const names = [...spec.features.map((feature) => feature.name), ...spec.excluded.map((column) => column.name)];
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  check(
    /^[a-z][a-z0-9-]*$/.test(spec.name),
    `name "${spec.name}" must be kebab case: it becomes part of resource names`,
  );
  check(repeated.length === 0, `columns are listed twice: ${repeated.join(', ')}`);
  check(
    !names.includes(spec.target.name),
    `target "${spec.target.name}" is also listed as a column: that would leak the label`,
  );
  check(
    spec.excluded.some((column) => column.name === spec.target.derivedFrom.column),
    `"${spec.target.derivedFrom.column}", from which the target is made, must be excluded from the features`,
  );
  check(spec.costs.missed.amount > 0 && spec.costs.falseAlarm.amount > 0, 'both error costs must be positive amounts');
  check(spec.threshold.why.length > 0, 'threshold: say why it comes from there');
  check(
    spec.features.some(({ name, type }) => name === spec.rule.feature && type === 'number'),
    `rule.feature "${spec.rule.feature}" must be a feature of type number`,
  );
  check(spec.rule.why.length > 0, 'rule: say why a person would use this feature');
  check(spec.gate.minimumLift > 1, 'gate.minimumLift must be above 1: a model without any skill reaches 1');
  check(
    spec.selection.tolerance >= 0 && spec.selection.tolerance < 0.1,
    'selection.tolerance must be from 0 to below 0.1: more would give the model away that tuning found',
  );
  const { maximumCostRatio } = spec.gate;
  check(
    maximumCostRatio > 0 && maximumCostRatio <= 1,
    'gate.maximumCostRatio must be positive and at most 1: above 1, an alternative costs less than the model',
  );
  for (const name of [spec.recordId, spec.source.column]) {
    check(
      !names.includes(name),
      `"${name}" says which record it is or where it comes from: it must not be listed as a column`,
    );
  }
  check(
    spec.split.testUnits >= 1 && spec.split.validationUnits >= 1,
    'split needs at least one month to test and one to validate',
  );
  check(spec.source.values.length > 0, 'source.values must name at least one source');
  check(
    spec.features.some((feature) => feature.name === spec.split.column && feature.type === 'date'),
    `split.column "${spec.split.column}" must be a feature of type date`,
  );
  for (const feature of spec.features) {
    if (feature.type === 'number')
      check(feature.minimum < feature.maximum, `${feature.name}: minimum must be below maximum`);
    if (feature.type === 'category')
      check(isPattern(feature.pattern), `${feature.name}: pattern "${feature.pattern}" is not a regular expression`);
    // \d, \w, \s and \b match other characters in Python than in JavaScript, and ^ and $ other positions, so curation
    // and serving would differ.
    if (feature.type === 'category')
      check(
        !/[\\$]|(?<!\[)\^/.test(feature.pattern),
        `${feature.name}: pattern "${feature.pattern}" must not contain \\, ^ or $: JavaScript and Python read them differently`,
      );
    check(feature.why.length > 0, `${feature.name}: say why it is a feature`);
  }
  const { state } = spec;
  const derived = spec.features.filter((feature) => feature.derived).map(({ name }) => name);
  check(
    derived.join() === stateFeatures(state).join(),
    `features with derived must be those of state, in its order: ${stateFeatures(state).join(', ')}`,
  );
  check(
    spec.features.every((feature) => !feature.derived || (feature.type === 'number' && feature.missing === 'keep')),
    "features with derived must be numbers that may be missing: before a source's first record there is no state",
  );
  check(
    [...state.windows, state.grid, state.lead, state.late].every((minutes) => Number.isInteger(minutes) && minutes > 0),
    'state: windows, grid, lead and late must be whole minutes above 0',
  );
  check(
    1440 % state.grid === 0,
    `state.grid (${state.grid}) must divide a day: moments would move from one day to the next`,
  );
  for (const [name, type] of [
    [state.schedule.date, 'date'],
    [state.schedule.clock, 'clock'],
  ])
    check(
      spec.features.some((feature) => feature.name === name && feature.type === type),
      `state.schedule: "${name}" must be a feature of type ${type}`,
    );
  check(
    spec.excluded.some((column) => column.name === state.delay && column.type === 'integer'),
    `state.delay "${state.delay}" must be excluded from the features: it is known after the prediction`,
  );
  for (const range of spec.algorithm.ranges) {
    check(range.minimum < range.maximum, `tuning range ${range.name}: minimum must be below maximum`);
    check(!(range.name in spec.algorithm.fixed), `${range.name} is both fixed and tuned`);
  }
  const { serving } = spec;
  check(serving.maximumLatencyMilliseconds > 0, 'serving.maximumLatencyMilliseconds must be positive');
  check(serving.largestPayloadMegabytes > 0, 'serving.largestPayloadMegabytes must be positive');
  check(serving.longestProcessingSeconds > 0, 'serving.longestProcessingSeconds must be positive');
  check(
    Number.isInteger(serving.stepsBeforeModel) && serving.stepsBeforeModel >= 0,
    'serving.stepsBeforeModel must be 0 or a whole number of containers',
  );
  check(
    Number.isInteger(serving.versionsAtOnce) && serving.versionsAtOnce >= 1,
    'serving.versionsAtOnce must be at least 1',
  );
  const { driftDistance, unseenCategoryShare, minimumRows } = spec.monitoring;
  check(driftDistance > 0 && driftDistance < 1, 'monitoring.driftDistance must lie between 0 and 1');
  check(unseenCategoryShare >= 0 && unseenCategoryShare < 1, 'monitoring.unseenCategoryShare must be a share below 1');
  check(minimumRows >= 1, 'monitoring.minimumRows must be at least 1');
  const { outputDistance, aucMargin, costRatio, costGrowth, facet, biasTolerance, attributionNdcg } = spec.monitoring;
  check(outputDistance > 0 && outputDistance < 1, 'monitoring.outputDistance must lie between 0 and 1');
  check(
    aucMargin > 0 && aucMargin < 0.5,
    'monitoring.aucMargin must lie between 0 and 0.5: half a point below 1 is chance',
  );
  check(
    costRatio >= 1,
    'monitoring.costRatio must be at least 1: below 1 the model costs less than any policy without a model',
  );
  check(costGrowth >= 1, 'monitoring.costGrowth must be at least 1: the held-back month itself must pass');
  check(biasTolerance > 0 && biasTolerance < 1, 'monitoring.biasTolerance must lie between 0 and 1');
  check(attributionNdcg > 0 && attributionNdcg < 1, 'monitoring.attributionNdcg must lie between 0 and 1');
  check(
    facet.values.length > 0 && facet.why.length > 0,
    'monitoring.facet must name at least one value and the reason for the comparison',
  );
  for (const column of [facet.column, facet.group]) {
    const category = spec.features.some((feature) => feature.name === column && feature.type === 'category');
    check(
      category,
      `monitoring.facet: "${column}" must be a feature of type category: captured requests have no other column that tells groups apart`,
    );
  }
  for (const name of Object.keys(spec.monitoring.seasonal)) {
    check(
      spec.features.some((feature) => feature.name === name),
      `monitoring.seasonal names "${name}", which is not a feature`,
    );
  }
  if (problems.length > 0) throw new Error(`Problem "${spec.name}" is not usable:\n- ${problems.join('\n- ')}`);
  return spec;
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').source.length > 0;
  } catch {
    return false;
  }
}

/** Glue (Hive) type of a raw or curated column. */
export function glueType(column: FeatureSpec | ExclusionSpec): 'string' | 'int' | 'double' {
  if ('reason' in column) return column.type === 'integer' ? 'int' : 'string';
  if (column.type === 'number') return column.integer ? 'int' : 'double';
  return column.type === 'clock' ? 'int' : 'string';
}
