import { type Endpoint, EndpointError, type Prediction, parseCsvAnswer, parseJsonAnswer } from './endpoint';
import { type RecordedFlight, type Recording, toCsv, toJson } from './recorded';

export interface VerdictRequest {
  /** Version of the released package: what every answer must carry. */
  readonly candidate: string;
  /** False for a first release: there is no canary when there was no fleet. */
  readonly hadCanary: boolean;
  /** When the update started, and when this test did: by the state machine's clock, which is not this function's. */
  readonly since: string;
  readonly until: string;
  /** Answers by the candidate that were counted while the update baked. */
  readonly candidateAnswers: number;
}

export interface VerdictLimits {
  /** Fewer requests than this while baking, and the rollback alarms had nothing to judge. */
  readonly minimumInvocations: number;
  /**
   * Lowest accepted share of (disrupted, undisturbed) pairs that the model ranks the right way round; 0.5 is chance.
   */
  readonly minimumConcordance: number;
}

export interface Verdict {
  readonly passed: boolean;
  /** One line for people, at most 900 characters: it becomes the package's approval description too. */
  readonly text: string;
  readonly reasons: readonly string[];
  readonly concordance: number | null;
  readonly invocations: number | null;
}

/**
 * The release's last question: does the endpoint, as it now is, serve this model, in this contract, with sense?
 *
 * Exact probabilities cannot be recorded beforehand, since each retraining moves them. What is recorded are real
 * flights and what became of them: a model that is broken, constant, upside down, of another version, or fed with
 * columns in another order fails at least one of the checks, while an honest new model passes.
 */
export async function judge(
  endpoint: Endpoint,
  recording: Recording,
  request: VerdictRequest,
  limits: VerdictLimits,
): Promise<Verdict> {
  const reasons: string[] = [];
  const csv = await ask(endpoint, 'text/csv', toCsv(recording.flights), reasons);
  const json = await ask(endpoint, 'application/json', toJson(recording, recording.flights), reasons);

  if (csv) checkAnswers(csv, recording.flights, request.candidate, reasons);
  if (csv && json) checkSame(csv, json, reasons);
  const concordance = csv && csv.length === recording.flights.length ? concordanceOf(csv, recording.flights) : null;
  if (concordance !== null && concordance < limits.minimumConcordance) {
    reasons.push(
      `it ranks ${percent(concordance)} of the recorded flights' pairs the right way round; ` +
        `${percent(limits.minimumConcordance)} is the least accepted, 50 % is chance`,
    );
  }
  await checkRefusal(endpoint, reasons);

  let invocations: number | null = null;
  if (request.hadCanary) {
    invocations = (await endpoint.invocationsBetween?.(new Date(request.since), new Date(request.until))) ?? null;
    if (request.candidateAnswers < limits.minimumInvocations) {
      reasons.push(
        `only ${request.candidateAnswers} answers came from the new fleet while it baked; no traffic is no proof of health`,
      );
    }
    // The alarms read CloudWatch, not our counters: if CloudWatch saw no requests, they had nothing to judge.
    if ((invocations ?? 0) < limits.minimumInvocations) {
      reasons.push(
        `CloudWatch saw ${invocations ?? 'no'} invocations while the update baked, fewer than ${limits.minimumInvocations}`,
      );
    }
  }
  const passed = reasons.length === 0;
  const text = passed
    ? `version ${request.candidate} answers as recorded (${recording.flights.length} flights, concordance ${percent(concordance ?? 0)})`
    : `version ${request.candidate} failed its smoke test: ${reasons.join('; ')}`;
  return { passed, text: text.slice(0, 900), reasons, concordance, invocations };
}

async function ask(
  endpoint: Endpoint,
  contentType: 'text/csv' | 'application/json',
  body: string,
  reasons: string[],
): Promise<Prediction[] | undefined> {
  try {
    const answer = await endpoint.invoke(body, contentType);
    return contentType === 'text/csv' ? parseCsvAnswer(answer) : parseJsonAnswer(answer);
  } catch (error) {
    if (!(error instanceof EndpointError) && !(error instanceof SyntaxError)) throw error;
    reasons.push(`the recorded flights as ${contentType} were answered with: ${error.message}`);
    return undefined;
  }
}

function checkAnswers(
  answers: Prediction[],
  flights: readonly RecordedFlight[],
  candidate: string,
  reasons: string[],
): void {
  if (answers.length !== flights.length) {
    reasons.push(`${flights.length} flights were sent and ${answers.length} answers came back`);
    return;
  }
  const badProbability = answers.findIndex(({ probability: p }) => !(p >= 0 && p <= 1));
  if (badProbability >= 0) {
    reasons.push(
      `flight ${flights[badProbability]?.flightId} got ${answers[badProbability]?.probability} as its probability`,
    );
  }
  const badDecision = answers.find((one) => one.decision !== 'disrupted' && one.decision !== 'on_time');
  if (badDecision) reasons.push(`"${badDecision.decision}" is no decision of the contract`);
  const otherVersion = answers.find((one) => one.modelVersion !== candidate);
  if (otherVersion) reasons.push(`an answer came from version "${otherVersion.modelVersion}", not from ${candidate}`);
  if (answers.length > 1 && new Set(answers.map((one) => one.probability)).size === 1) {
    reasons.push(`every flight got the same probability, ${answers[0]?.probability}`);
  }
  const threshold = decisionOverlap(answers);
  if (threshold) reasons.push(threshold);
}

/**
 * One threshold must explain all decisions: no flight called on time may be likelier disrupted than one called
 * disrupted.
 */
function decisionOverlap(answers: readonly Prediction[]): string | undefined {
  const of = (decision: string) => answers.filter((one) => one.decision === decision).map((one) => one.probability);
  const highestOnTime = Math.max(...of('on_time'), Number.NEGATIVE_INFINITY);
  const lowestDisrupted = Math.min(...of('disrupted'), Number.POSITIVE_INFINITY);
  return lowestDisrupted < highestOnTime
    ? `decisions contradict probabilities: ${lowestDisrupted} is "disrupted" while ${highestOnTime} is "on_time"`
    : undefined;
}

/** CSV and JSON must be two ways to say the same; a difference means that one of them is parsed wrongly. */
function checkSame(csv: Prediction[], json: Prediction[], reasons: string[]): void {
  const differs =
    csv.length !== json.length ||
    csv.some((one, at) => Math.abs(one.probability - (json[at]?.probability ?? -1)) > 1e-6);
  if (differs) reasons.push('the same flights as CSV and as JSON got different probabilities');
}

async function checkRefusal(endpoint: Endpoint, reasons: string[]): Promise<void> {
  try {
    await endpoint.invoke('this,is,no,flight\n', 'text/csv');
    reasons.push('a request that is no flight was answered instead of refused');
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    if (!endpoint.tellsStatus) return;
    if (error.status === undefined || error.status < 400 || error.status >= 500) {
      reasons.push(
        `a request that is no flight must be refused with a 4xx; it got ${error.status ?? 'no status'} (${error.message})`,
      );
    }
  }
}

/**
 * Share of (disrupted, undisturbed) pairs in which the disrupted flight got the higher probability; ties count half.
 */
export function concordanceOf(answers: readonly Prediction[], flights: readonly RecordedFlight[]): number {
  let right = 0;
  let pairs = 0;
  flights.forEach((disrupted, i) => {
    if (!disrupted.disrupted) return;
    flights.forEach((onTime, j) => {
      if (onTime.disrupted) return;
      const a = answers[i]?.probability ?? Number.NaN;
      const b = answers[j]?.probability ?? Number.NaN;
      pairs += 1;
      right += a > b ? 1 : a === b ? 0.5 : 0;
    });
  });
  return pairs === 0 ? 0 : right / pairs;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
