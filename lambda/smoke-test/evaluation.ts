import { type Endpoint, EndpointError, type Prediction, parseCsvPredictions, parseJsonPredictions } from './endpoint';
import { type RecordedFlight, type Recording, toCsv, toJson } from './recorded';

export interface EvaluationRequest {
  /** Version of the released package; every prediction must carry it. */
  readonly candidate: string;
  /** False for a first release: without a previous fleet there is no canary. */
  readonly hadCanary: boolean;
  /** Start of the update and of this test, by the state machine's clock, which is not this function's. */
  readonly since: string;
  readonly until: string;
  /** Predictions by the candidate that were counted while the update baked. */
  readonly candidatePredictions: number;
}

export interface EvaluationLimits {
  /** With fewer requests while baking, the rollback alarms had nothing to evaluate. */
  readonly minimumInvocations: number;
  /**
   * Minimum share of (disrupted, undisturbed) pairs that the model ranks correctly; 0.5 is chance.
   */
  readonly minimumConcordance: number;
}

export interface Evaluation {
  readonly passed: boolean;
  /** One line for people, at most 900 characters: it becomes the package's approval description too. */
  readonly text: string;
  readonly reasons: readonly string[];
  readonly concordance: number | null;
  readonly invocations: number | null;
}

/**
 * The last check of a release: does the endpoint serve this model, by the contract, with sensible predictions?
 *
 * Exact probabilities cannot be recorded beforehand, since each retraining changes them. So real flights are recorded,
 * with their outcomes. A model that is broken, constant, inverted, of another version, or called with columns in another
 * order fails at least one of the checks (CUE-01: good in validation, bad when live). A good new model passes.
 */
export async function evaluate(
  endpoint: Endpoint,
  recording: Recording,
  request: EvaluationRequest,
  limits: EvaluationLimits,
): Promise<Evaluation> {
  const reasons: string[] = [];
  const csv = await predict(endpoint, 'text/csv', toCsv(recording.flights), reasons);
  const json = await predict(endpoint, 'application/json', toJson(recording, recording.flights), reasons);

  if (csv) checkPredictions(csv, recording.flights, request.candidate, reasons);
  if (csv && json) checkSame(csv, json, reasons);
  const concordance = csv && csv.length === recording.flights.length ? concordanceOf(csv, recording.flights) : null;
  if (concordance !== null && !(concordance >= limits.minimumConcordance)) {
    reasons.push(
      `it ranks ${percent(concordance)} of the pairs of recorded flights correctly; ` +
        `the minimum is ${percent(limits.minimumConcordance)}, and chance is 50 %`,
    );
  }
  await checkRefusal(endpoint, reasons);

  let invocations: number | null = null;
  if (request.hadCanary !== false) {
    invocations = (await endpoint.invocationsBetween?.(new Date(request.since), new Date(request.until))) ?? null;
    // Not `<`: it is false for a number or a limit that is not there.
    if (!(request.candidatePredictions >= limits.minimumInvocations)) {
      reasons.push(
        `only ${request.candidatePredictions} predictions came from the new fleet while it baked: a canary without traffic proves nothing`,
      );
    }
    // The alarms read CloudWatch, not our counters: if CloudWatch saw no requests, they had nothing to evaluate.
    if (!((invocations ?? 0) >= limits.minimumInvocations)) {
      reasons.push(
        `CloudWatch saw ${invocations ?? 'no'} invocations while the update baked, fewer than ${limits.minimumInvocations}`,
      );
    }
  }
  const passed = reasons.length === 0;
  const text = passed
    ? `version ${request.candidate} passed its smoke test (${recording.flights.length} recorded flights, concordance ${percent(concordance ?? 0)})`
    : `version ${request.candidate} failed its smoke test: ${reasons.join('; ')}`;
  return { passed, text: text.slice(0, 900), reasons, concordance, invocations };
}

async function predict(
  endpoint: Endpoint,
  contentType: 'text/csv' | 'application/json',
  body: string,
  reasons: string[],
): Promise<Prediction[] | undefined> {
  try {
    const response = await endpoint.invoke(body, contentType);
    return contentType === 'text/csv' ? parseCsvPredictions(response) : parseJsonPredictions(response);
  } catch (error) {
    if (!(error instanceof EndpointError) && !(error instanceof SyntaxError)) throw error;
    reasons.push(`the recorded flights as ${contentType} got an error: ${error.message}`);
    return undefined;
  }
}

function checkPredictions(
  predictions: Prediction[],
  flights: readonly RecordedFlight[],
  candidate: string,
  reasons: string[],
): void {
  if (predictions.length !== flights.length) {
    reasons.push(`${flights.length} flights were sent and ${predictions.length} predictions came back`);
    return;
  }
  const badProbability = predictions.findIndex(({ probability: p }) => !(p >= 0 && p <= 1));
  if (badProbability >= 0) {
    reasons.push(
      `flight ${flights[badProbability]?.flightId} got ${predictions[badProbability]?.probability} as its probability`,
    );
  }
  const badDecision = predictions.find((one) => one.decision !== 'disrupted' && one.decision !== 'on_time');
  if (badDecision) reasons.push(`"${badDecision.decision}" is no decision of the contract`);
  const otherVersion = predictions.find((one) => one.modelVersion !== candidate);
  if (otherVersion)
    reasons.push(`a prediction came from version "${otherVersion.modelVersion}", not from ${candidate}`);
  if (predictions.length > 1 && new Set(predictions.map((one) => one.probability)).size === 1) {
    reasons.push(`every flight got the same probability, ${predictions[0]?.probability}`);
  }
  const threshold = decisionOverlap(predictions);
  if (threshold) reasons.push(threshold);
}

/** All decisions must follow one threshold: each `disrupted` flight has a higher probability than each `on_time` one. */
function decisionOverlap(predictions: readonly Prediction[]): string | undefined {
  const of = (decision: string) => predictions.filter((one) => one.decision === decision).map((one) => one.probability);
  const highestOnTime = Math.max(...of('on_time'), Number.NEGATIVE_INFINITY);
  const lowestDisrupted = Math.min(...of('disrupted'), Number.POSITIVE_INFINITY);
  return lowestDisrupted < highestOnTime
    ? `decisions contradict probabilities: ${lowestDisrupted} is "disrupted" while ${highestOnTime} is "on_time"`
    : undefined;
}

/** The same flights as CSV and as JSON must get the same predictions; otherwise one of them is parsed wrongly. */
function checkSame(csv: Prediction[], json: Prediction[], reasons: string[]): void {
  const differs =
    csv.length !== json.length ||
    csv.some((one, at) => {
      const { probability, decision, modelVersion } = json[at] as Prediction;
      return (
        !(Math.abs(one.probability - probability) <= 1e-6) ||
        one.decision !== decision ||
        one.modelVersion !== modelVersion
      );
    });
  if (differs) reasons.push('the same flights as CSV and as JSON got different predictions');
}

async function checkRefusal(endpoint: Endpoint, reasons: string[]): Promise<void> {
  try {
    await endpoint.invoke('this,is,no,flight\n', 'text/csv');
    reasons.push('an invalid request got a prediction instead of an error');
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    const { status, byContainer } = error;
    if (endpoint.tellsStatus && !(status !== undefined && status >= 400 && status < 500))
      reasons.push(`an invalid request must get a 4xx error; it got ${status ?? 'no status'} (${error.message})`);
    if (!endpoint.tellsStatus && !byContainer)
      reasons.push(`an invalid request must get the container's error; it got none (${error.message})`);
  }
}

/**
 * Share of (disrupted, undisturbed) pairs in which the disrupted flight has the higher probability; ties count half.
 */
export function concordanceOf(predictions: readonly Prediction[], flights: readonly RecordedFlight[]): number {
  let right = 0;
  let pairs = 0;
  flights.forEach((disrupted, i) => {
    if (!disrupted.disrupted) return;
    flights.forEach((onTime, j) => {
      if (onTime.disrupted) return;
      const a = predictions[i]?.probability ?? Number.NaN;
      const b = predictions[j]?.probability ?? Number.NaN;
      pairs += 1;
      right += a > b ? 1 : a === b ? 0.5 : 0;
    });
  });
  return pairs === 0 ? 0 : right / pairs;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
