import { type Endpoint, EndpointError, parseCsvAnswer } from './endpoint';
import { type RecordedFlight, type Recording, toCsv } from './recorded';

export interface TrafficResult {
  readonly sent: number;
  readonly answered: number;
  /** Answers that named the candidate's version: proof that the canary was reached. */
  readonly fromCandidate: number;
  readonly firstError?: string;
}

/** Requests of one round; a round goes out each half minute while an update runs. */
const roundSize = 10;

/**
 * Sends recorded flights, one in each request, while an update bakes. Alarms on errors and latency say nothing about a
 * canary that nobody calls, and a new workflow has no callers yet. Errors are counted, not thrown: judging them is the
 * alarms' job, and before the first release there is no endpoint to answer.
 */
export async function sendTraffic(endpoint: Endpoint, recording: Recording, candidate: string): Promise<TrafficResult> {
  let answered = 0;
  let fromCandidate = 0;
  let firstError: string | undefined;
  const round = recording.flights.slice(0, roundSize);
  // All at once: behind a queue each answer takes its time, and all of them no longer than one.
  const ask = async (flight: RecordedFlight): Promise<void> => {
    try {
      const [prediction] = parseCsvAnswer(await endpoint.invoke(toCsv([flight]), 'text/csv'));
      answered += 1;
      if (prediction?.modelVersion === candidate) fromCandidate += 1;
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      firstError ??= error.message;
    }
  };
  await Promise.all(round.map(ask));
  return { sent: round.length, answered, fromCandidate, ...(firstError === undefined ? {} : { firstError }) };
}
