/** A datum as PutMetricData takes it. */
export interface MetricDatum {
  readonly MetricName: string;
  readonly Value: number;
  readonly Unit: 'None' | 'Count' | 'Percent';
  /** @default when CloudWatch receives it */
  readonly Timestamp?: Date;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** Where metrics go; tests give a list instead. */
export interface MetricSink {
  put(namespace: string, data: readonly MetricDatum[]): Promise<void>;
}

export function unitOf(unit: string | undefined): MetricDatum['Unit'] {
  return unit === 'Count' || unit === 'Percent' ? unit : 'None';
}
