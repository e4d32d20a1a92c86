import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duration } from 'luxon';
import type { VirtualClock } from './events/clock';
import type { SageMaker } from './sagemaker/service';

export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

/** What every request about the clock answers. */
export interface ClockState {
  /** ISO 8601 */
  readonly now: string;
  readonly paused: boolean;
  /** How much work waits for a time to come, such as a canary. While the clock is paused, it waits on. */
  readonly waiting: number;
  /** When the first of it goes on. */
  readonly nextWait?: string;
}

/** What else of the account has no call in AWS's APIs. */
export interface MoreControls {
  readonly save?: (name: string) => Promise<void>;
  readonly interruptSpot?: SageMaker['interruptSpot'];
}

type Answer = { readonly status: number; readonly body: ClockState | { readonly error: string } };

/**
 * Moves the virtual clock over HTTP, for which AWS has no call. `POST /clock?advance=PT1H` moves it and responds when
 * everything due has happened; `POST /clock?pause` lets time stand still, `POST /clock?run` flow again; `GET /clock`
 * reads it. `POST /snapshot?save=NAME` saves the account. `POST /spot?interrupt=JOB` takes the spot instances of a
 * training job away; with `&after=checkpoint`, as soon as its next checkpoint is in S3; with `&away=PT10M`, there is no
 * other capacity for so long. Listens on 127.0.0.1, and only if it is started.
 */
export async function startControl(clock: VirtualClock, more: MoreControls = {}): Promise<Control> {
  const server = createServer((request, response) => {
    void answer(clock, more, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(body)}\n`);
    });
  });
  // Advancing by days runs every schedule on the way, which may take minutes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function answer(
  clock: VirtualClock,
  { save, interruptSpot }: MoreControls,
  request: IncomingMessage,
): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  // A browser page could post here, but always sends its origin.
  if (request.headers.origin !== undefined) return refused(403, 'not for browsers');
  if (url.pathname === '/snapshot' && save !== undefined) {
    const name = url.searchParams.get('save');
    if (request.method !== 'POST' || name === null) return refused(400, 'POST /snapshot?save=NAME');
    try {
      await save(name);
      return { status: 200, body: stateOf(clock) };
    } catch (error) {
      return refused(500, error instanceof Error ? error.message : String(error));
    }
  }
  if (url.pathname === '/spot' && interruptSpot !== undefined) {
    const name = url.searchParams.get('interrupt');
    const after = url.searchParams.get('after');
    const away = millisecondsOf(url.searchParams.get('away') ?? 'PT1S');
    if (request.method !== 'POST' || name === null || away === undefined || !['checkpoint', null].includes(after))
      return refused(400, 'POST /spot?interrupt=TRAINING_JOB, with &after=checkpoint and &away=PT10M if wanted');
    try {
      interruptSpot(name, after === null ? 'now' : 'after-checkpoint', away);
      return { status: 200, body: stateOf(clock) };
    } catch (error) {
      return refused(409, error instanceof Error ? error.message : String(error));
    }
  }
  if (url.pathname !== '/clock') return refused(404, 'only /clock is here');
  if (request.method === 'GET') return { status: 200, body: stateOf(clock) };
  if (request.method !== 'POST') return refused(405, 'GET or POST');
  const [[command, value] = [], ...more] = [...url.searchParams];
  if (more.length > 0) return refused(400, 'one of advance, pause and run at a time');
  return moveClock(clock, command ?? '', value ?? '');
}

/** Lets time stand still (`pause`), flow (`run`), or pass at once (`advance`, by an ISO 8601 duration). */
export async function moveClock(clock: VirtualClock, command: string, value: string): Promise<Answer> {
  try {
    if (command === 'pause') await clock.pause();
    else if (command === 'run') clock.resume();
    else if (command === 'advance') {
      const milliseconds = millisecondsOf(value);
      if (milliseconds === undefined)
        return refused(400, `advance takes an ISO 8601 duration up to P31D, such as PT1H, not "${value}"`);
      await clock.advance(milliseconds);
    } else return refused(400, 'one of ?advance=PT1H, ?pause and ?run is needed');
    return { status: 200, body: stateOf(clock) };
  } catch (error) {
    return refused(500, error instanceof Error ? error.message : String(error));
  }
}

function refused(status: number, error: string): Answer {
  return { status, body: { error } };
}

function stateOf(clock: VirtualClock): ClockState {
  const { number, earliest } = clock.waits;
  return {
    now: new Date(clock.now()).toISOString(),
    paused: clock.paused,
    waiting: number,
    ...(earliest === undefined ? {} : { nextWait: new Date(earliest).toISOString() }),
  };
}

function millisecondsOf(text: string): number | undefined {
  const duration = Duration.fromISO(text);
  const milliseconds = duration.isValid ? duration.toMillis() : Number.NaN;
  return milliseconds > 0 && milliseconds <= 31 * 86_400_000 ? milliseconds : undefined;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
