/** What the test needs of the world; unit tests give a fake. */
export interface Endpoint {
  /** An asynchronous endpoint tells that a request failed, not with which status. */
  readonly tellsStatus: boolean;
  /** Throws EndpointError when the endpoint answers with an error or not at all. */
  invoke(body: string, contentType: 'text/csv' | 'application/json'): Promise<string>;
  /** Sum of the endpoint's Invocations metric between two times. @default not counted: it has no canary to count for */
  invocationsBetween?(from: Date, until: Date): Promise<number>;
}

export class EndpointError extends Error {
  constructor(
    message: string,
    /** The container's own status, when it was the container that refused. */
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

export function parseCsvAnswer(body: string): Prediction[] {
  return body
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [probability = '', decision = '', modelVersion = ''] = line.split(',');
      return { probability: probability === '' ? Number.NaN : Number(probability), decision, modelVersion };
    });
}

export function parseJsonAnswer(body: string): Prediction[] {
  const { predictions } = JSON.parse(body) as {
    predictions?: { probability?: number; decision?: string; model_version?: string }[];
  };
  return (predictions ?? []).map((one) => ({
    probability: one.probability ?? Number.NaN,
    decision: one.decision ?? '',
    modelVersion: one.model_version ?? '',
  }));
}
