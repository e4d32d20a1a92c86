import { type Endpoint, EndpointError, parseCsvPredictions } from './endpoint';
import { type RecordedFlight, type Recording, toCsv } from './recorded';

export interface TrafficResult {
  readonly sent: number;
  readonly succeeded: number;
  /** Predictions that name the candidate's version: proof that requests reached the canary. */
  readonly fromCandidate: number;
  readonly firstError?: string;
}

/** Requests of one round. The release sends a round every 30 seconds while an update runs. */
const roundSize = 10;

/**
 * Sends recorded flights, one in each request, while an update bakes. Alarms on errors and latency say nothing about a
 * canary without requests, and a new workflow has no callers yet. Errors are counted, not thrown: the alarms react to
 * them, and before the first release there is no endpoint.
 */
export async function sendTraffic(endpoint: Endpoint, recording: Recording, candidate: string): Promise<TrafficResult> {
  let succeeded = 0;
  let fromCandidate = 0;
  let firstError: string | undefined;
  const round = recording.flights.slice(0, roundSize);
  // In parallel: an asynchronous endpoint takes long for each request, and no longer for ten at once.
  const send = async (flight: RecordedFlight): Promise<void> => {
    try {
      const [prediction] = parseCsvPredictions(await endpoint.invoke(toCsv([flight]), 'text/csv'));
      succeeded += 1;
      if (prediction?.modelVersion === candidate) fromCandidate += 1;
    } catch (error) {
      if (!(error instanceof EndpointError)) throw error;
      firstError ??= error.message;
    }
  };
  await Promise.all(round.map(send));
  return { sent: round.length, succeeded, fromCandidate, ...(firstError === undefined ? {} : { firstError }) };
}
