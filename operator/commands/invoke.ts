import { readFileSync } from 'node:fs';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { airport, count, month } from '../arguments';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { isRemoved } from '../endpoint-state';
import { CommandFailed, isNotFound, WrongUsage } from '../errors';
import { csvLine, type Row, spread } from '../flights';
import { type LiveState, liveState, withLiveState } from '../live-state';
import { type Output, table } from '../output';
import { askQueue } from '../queue';
import { requestColumns } from '../request';
import { samplesOf } from '../samples';
import { endpointName, servingPattern } from '../serving';

export interface InvokeOptions {
  /** Rows of the vendored data. */
  readonly sample?: {
    readonly airport: string;
    readonly month: string;
    readonly rows: number;
    /** @default 1: an inference id identifies a request, and the outcome of a flight is matched by it */
    readonly rowsPerRequest?: number;
  };
  /**
   * Read the state of the airport from the online store before each request. @default the state that the vendored data
   * have of the flight's own day
   */
  readonly liveState?: boolean;
  /** A request body: CSV without header in the contract's order, or JSON. */
  readonly file?: string;
}

export interface Prediction {
  readonly id?: string;
  readonly probability: number;
  readonly decision: string;
  readonly modelVersion: string;
  /** The flight's outcome, where the vendored data have it. */
  readonly disrupted?: boolean;
}

export interface InvokeResult {
  readonly predictions: readonly Prediction[];
}

/** Requests at the same time, as from the desks of an airport. */
const inFlight = 8;

export async function invoke(context: OperatorContext, options: InvokeOptions, output: Output): Promise<InvokeResult> {
  const endpoint = await endpointName(context);
  const predictions =
    options.file === undefined
      ? await invokeSample(context, endpoint, options, output)
      : predictionsIn(await send(context, endpoint, bodyOf(options.file)));
  const rows = predictions.map((one) => [
    one.id ?? '',
    one.probability.toFixed(4),
    one.decision,
    one.modelVersion,
    one.disrupted === undefined ? '' : one.disrupted ? 'was disrupted' : 'was on time',
  ]);
  for (const line of table([['flight', 'probability', 'decision', 'version', 'outcome'], ...rows])) output.line(line);
  return { predictions };
}

async function invokeSample(
  context: OperatorContext,
  endpoint: string,
  options: InvokeOptions,
  output: Output,
): Promise<Prediction[]> {
  if (options.sample === undefined) throw new WrongUsage('Nothing to send.', 'Give --airport and --month, or --file.');
  const { airport: code, month: when, rows, rowsPerRequest = 1 } = options.sample;
  const samples = spread(await samplesOf(context, code, when), rows);
  const live = options.liveState ? await liveState(context) : undefined;
  const without = new Set<string>();
  const predictions = await predict(context, endpoint, samples, rowsPerRequest, live && countingMissing(live, without));
  for (const one of without)
    output.progress(`The online store has no state of ${one}: predicted without it, as a missing value.`);
  return predictions;
}

/** Notes the airports that the store knows nothing of. */
function countingMissing(live: LiveState, without: Set<string>): LiveState {
  return async (airports) => {
    const states = await live(airports);
    for (const one of airports) if (!states.has(one)) without.add(one);
    return states;
  };
}

/**
 * Sends flights to the endpoint and returns each with its prediction. A request with one flight carries the flight's id
 * as inference id, by which model quality monitoring matches the outcome later.
 */
export async function predict(
  context: OperatorContext,
  endpoint: string,
  flights: readonly Row[],
  rowsPerRequest: number,
  live?: LiveState,
): Promise<Prediction[]> {
  const columns = await requestColumns(context);
  const requests = Array.from({ length: Math.ceil(flights.length / rowsPerRequest) }, (_, at) =>
    flights.slice(at * rowsPerRequest, (at + 1) * rowsPerRequest),
  );
  const predictions: Prediction[][] = [];
  const waiting = requests.entries();
  const ask = async (): Promise<void> => {
    // One iterator for all workers: each takes the next request.
    for (const [at, part] of waiting) {
      const states = await live?.(part.map(({ origin = '' }) => origin));
      const rows = states
        ? part.map((flight) => withLiveState(flight, states.get(flight.origin ?? ''), columns))
        : part;
      const body = rows.map((flight) => `${csvLine(columns.map((name) => flight[name] ?? ''))}\n`).join('');
      const inferenceId = part.length === 1 ? part[0]?.flight_id : undefined;
      const returned = predictionsIn(await send(context, endpoint, { body, contentType: 'text/csv', inferenceId }));
      if (returned.length !== part.length)
        throw new CommandFailed(`${part.length} flights were sent and ${returned.length} predictions came back.`);
      predictions[at] = returned.map((prediction, row) => ({
        ...prediction,
        id: part[row]?.flight_id ?? '',
        disrupted: wasDisrupted(part[row]),
      }));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, ask));
  return predictions.flat();
}

/** As the label: a flight without arrival is disrupted. */
export function wasDisrupted(flight: Row | undefined): boolean {
  const delay = flight?.arr_delay ?? '';
  return delay === '' || Number(delay) >= 15;
}

interface Request {
  readonly body: string | Uint8Array;
  readonly contentType: string;
  /** @default none: SageMaker then sets an event id only */
  readonly inferenceId?: string | undefined;
}

interface Response {
  readonly body: string;
  readonly contentType: string;
}

export async function send(context: OperatorContext, endpoint: string, request: Request): Promise<Response> {
  try {
    if ((await servingPattern(context)) === 'asynchronous')
      return { body: await askQueue(context, endpoint, request), contentType: request.contentType };
    const response = await context.clients.runtime.send(
      new InvokeEndpointCommand({
        EndpointName: endpoint,
        Body: typeof request.body === 'string' ? Buffer.from(request.body) : request.body,
        ContentType: request.contentType,
        Accept: request.contentType,
        ...(request.inferenceId === undefined ? {} : { InferenceId: request.inferenceId }),
      }),
    );
    return {
      body: Buffer.from(response.Body ?? new Uint8Array()).toString('utf8'),
      contentType: response.ContentType ?? request.contentType,
    };
  } catch (error) {
    const model = error as {
      readonly name?: string;
      readonly OriginalStatusCode?: number;
      readonly OriginalMessage?: string;
      readonly message?: string;
    };
    if (model.name === 'ModelError') {
      throw new CommandFailed(
        `The model refused the request (${model.OriginalStatusCode ?? 'no status'}): ${model.OriginalMessage ?? model.message ?? ''}`,
        'The message names row and column; see data/README.md for the columns.',
      );
    }
    if (isNotFound(error) && (await isRemoved(context))) {
      throw new CommandFailed(
        `The endpoint ${endpoint} was removed because it was idle.`,
        'Create it again, which takes some minutes: npm run mlops -- recreate-endpoint',
      );
    }
    if (isNotFound(error))
      throw new CommandFailed(
        `The endpoint ${endpoint} does not exist.`,
        'No model is live yet? npm run mlops -- approve latest --note "...". Was the endpoint deleted? npm run mlops -- recreate-endpoint',
      );
    throw error;
  }
}

function predictionsIn({ body, contentType }: Response): Prediction[] {
  if (contentType.startsWith('application/json')) {
    const { predictions } = JSON.parse(body) as {
      predictions: { probability: number; decision: string; model_version: string }[];
    };
    return predictions.map((one) => ({
      probability: one.probability,
      decision: one.decision,
      modelVersion: one.model_version,
    }));
  }
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [probability, decision = '', modelVersion = ''] = line.split(',');
      return { probability: Number(probability), decision, modelVersion: modelVersion.trim() };
    });
}

function bodyOf(file: string): Request {
  const body = readFileSync(file);
  if (file.endsWith('.json')) return { body, contentType: 'application/json' };
  if (file.endsWith('.csv')) return { body, contentType: 'text/csv' };
  throw new WrongUsage(`${file}: the name must end in .csv or .json, which says what it holds.`);
}

export const invokeCommand: CommandDefinition<InvokeOptions, InvokeResult> = {
  name: 'invoke',
  summary: 'send flights to the live endpoint',
  description:
    'Sends rows to the endpoint and prints probability, decision and model version of each; for vendored flights also the outcome. For an asynchronous ' +
    'endpoint it puts each request into S3 and waits for the prediction: minutes, if no instance runs.',
  configure: (program) =>
    program
      .option('--airport <code>', 'take flights of this airport from the vendored data')
      .option('--month <month>', 'of this month')
      .option('--rows <number>', 'this many, spread over the month', '5')
      .option(
        '--rows-per-request <number>',
        'flights in one request; with more than one, no outcome can be matched later',
        '1',
      )
      .option('--live-state', 'with the state of the airport that the online store has now, instead of that of the day')
      .option(
        '--file <path>',
        'a request of your own: .csv (no header, columns in the contract\'s order) or .json ({"instances": [...]})',
      ),
  examples: [
    ['invoke --airport JFK --month 2013-07 --rows 5', 'five flights of July'],
    ['invoke --airport JFK --month 2013-07 --live-state', 'with how Kennedy runs now'],
    ['invoke --file request.json --json', 'your own request, predictions as JSON'],
  ],
  parse: (_, options) => {
    if (typeof options.file === 'string') {
      if (options.airport !== undefined) throw new WrongUsage('Either --file or --airport, not both.');
      if (options.liveState) throw new WrongUsage('--live-state goes with --airport: a file is sent as it is.');
      return { file: options.file };
    }
    if (options.airport === undefined) throw new WrongUsage('Nothing to send: give --airport and --month, or --file.');
    return {
      ...(options.liveState ? { liveState: true } : {}),
      sample: {
        airport: airport(options.airport),
        month: month(options.month, '--month'),
        rows: count(options.rows, '--rows', 100_000),
        rowsPerRequest: count(options.rowsPerRequest, '--rows-per-request', 500),
      },
    };
  },
  run: invoke,
};
