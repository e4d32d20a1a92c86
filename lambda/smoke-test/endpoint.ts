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
    /** The container's status, if the container returned the error and the endpoint tells it. */
    readonly status: number | undefined,
    /** Whether the container returned the error: it may also not have responded, or not have been asked. */
    readonly byContainer = status !== undefined,
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

interface Fields {
  readonly probability?: unknown;
  readonly decision?: unknown;
  readonly model_version?: unknown;
}

/** Throws SyntaxError if the response is not of the contract's form. */
export function parseJsonPredictions(body: string): Prediction[] {
  const response = JSON.parse(body) as { predictions?: unknown } | null;
  const predictions = response?.predictions;
  if (!Array.isArray(predictions)) throw new SyntaxError('the response has no list "predictions"');
  return (predictions as (Fields | null)[]).map((one) => ({
    probability: typeof one?.probability === 'number' ? one.probability : Number.NaN,
    decision: typeof one?.decision === 'string' ? one.decision : '',
    modelVersion: typeof one?.model_version === 'string' ? one.model_version : '',
  }));
}
