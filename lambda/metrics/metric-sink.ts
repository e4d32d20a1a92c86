/** A datum for PutMetricData. */
export interface MetricDatum {
  readonly MetricName: string;
  readonly Value: number;
  readonly Unit: 'None' | 'Count' | 'Percent';
  /** @default the time at which CloudWatch receives it */
  readonly Timestamp?: Date;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** Where metrics are published. Tests use a list. */
export interface MetricSink {
  put(namespace: string, data: readonly MetricDatum[]): Promise<void>;
}

export function unitOf(unit: string | undefined): MetricDatum['Unit'] {
  return unit === 'Count' || unit === 'Percent' ? unit : 'None';
}
