/** What a rule's condition is compared with. */
export type ConditionKind = 'none' | 'number' | 'text' | 'values' | 'duration';

export interface RuleType {
  /** Least and most columns. */
  readonly columns: readonly [number, number];
  readonly condition: ConditionKind;
  readonly threshold?: true;
}

const one = [1, 1] as const;
const several = [1, Number.POSITIVE_INFINITY] as const;

/**
 * The rule types that are evaluated here, as the "DQDL rule type reference" of the Glue guide and the open-source parser
 * describe them.
 */
export const ruleTypes: Readonly<Record<string, RuleType>> = {
  RowCount: { columns: [0, 0], condition: 'number' },
  ColumnCount: { columns: [0, 0], condition: 'number' },
  ColumnExists: { columns: one, condition: 'none' },
  ColumnDataType: { columns: one, condition: 'text', threshold: true },
  ColumnLength: { columns: one, condition: 'number', threshold: true },
  ColumnValues: { columns: one, condition: 'values', threshold: true },
  IsComplete: { columns: one, condition: 'none' },
  Completeness: { columns: one, condition: 'number' },
  IsUnique: { columns: several, condition: 'none' },
  Uniqueness: { columns: several, condition: 'number' },
  IsPrimaryKey: { columns: several, condition: 'none' },
  DistinctValuesCount: { columns: one, condition: 'number' },
  UniqueValueRatio: { columns: one, condition: 'number' },
  Mean: { columns: one, condition: 'number' },
  Sum: { columns: one, condition: 'number' },
  StandardDeviation: { columns: one, condition: 'number' },
  DataFreshness: { columns: one, condition: 'duration' },
};

/** Rule types of DQDL that are refused by name. */
export const otherRuleTypes: ReadonlySet<string> = new Set([
  'AggregateMatch',
  'AllStatistics',
  'ColumnCorrelation',
  'ColumnNamesMatchPattern',
  'CustomSql',
  'DatasetMatch',
  'DetectAnomalies',
  'Entropy',
  'FileFreshness',
  'FileMatch',
  'FileSize',
  'FileUniqueness',
  'ReferentialIntegrity',
  'RowCountMatch',
  'SchemaMatch',
]);
