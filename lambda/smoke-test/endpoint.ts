/** The endpoint as the smoke test needs it; unit tests use a fake. */
export interface Endpoint {
  /** False for an asynchronous endpoint: it reports that a request failed, but no status. */
  readonly tellsStatus: boolean;
  /** Throws EndpointError if the endpoint returns an error or does not respond. */
  invoke(body: string, contentType: 'text/csv' | 'application/json'): Promise<string>;
  /** Sum of the endpoint's Invocations metric between two times. @default not counted: the pattern has no canary */
  invocationsBetween?(from: Date, until: Date): Promise<number>;
}

export class EndpointError extends Error {
  constructor(
    message: string,
    /** The container's status, if the container returned the error. */
    readonly status: number | undefined,
  ) {
    super(message);
    this.name = 'EndpointError';
  }
}

export interface Prediction {
  readonly probability: number;
  readonly decision: string;
  readonly modelVersion: string;
}

export function parseCsvPredictions(body: string): Prediction[] {
  return body
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [probability = '', decision = '', modelVersion = ''] = line.split(',');
      return { probability: probability === '' ? Number.NaN : Number(probability), decision, modelVersion };
    });
}

export function parseJsonPredictions(body: string): Prediction[] {
  const { predictions } = JSON.parse(body) as {
    predictions?: { probability?: number; decision?: string; model_version?: string }[];
  };
  return (predictions ?? []).map((one) => ({
    probability: one.probability ?? Number.NaN,
    decision: one.decision ?? '',
    modelVersion: one.model_version ?? '',
  }));
}
